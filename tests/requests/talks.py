"""A leader in Chicago and an advisor on the Pacific who agree on a time to talk."""

from datetime import UTC, datetime, timedelta

from mvai.outbox.models import Message
from requests.actions import agreed, codes
from requests.actions.messages import status_url
from requests.models import Engagement
from tests.factories import NOON
from tests.requests import stories

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
THURSDAY = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)  # 2:00 p.m. in Chicago


def in_two_zones():
    """The part of a lead whose clock is another than the leader's."""
    request = stories.engaged()
    lead = request.engagements.get(role="lead")
    person = lead.advisor.person
    person.title, person.full_name, person.time_zone = "Chief", "Rosa Reyes", "America/Los_Angeles"
    person.save()
    request.time_zone = "America/Chicago"
    request.save()
    Message.objects.all().delete()
    return Engagement.objects.get(pk=lead.pk)


def owner_of(engagement):
    return engagement.assistance_request.owner


def agree(engagement, by, starts_at=THURSDAY, at=NOON, **given):
    return agreed.agree(engagement=engagement, starts_at=starts_at, by=by, at=at, **given)


def told(part):
    found = Message.objects.filter(purpose__startswith=part, state="promised")
    return sorted(set(found.values_list("purpose", flat=True)))


def opened(client, request):
    """The leader's page with the code entered."""
    address = status_url(request).removeprefix("http://localhost:8000")
    code = codes.send_code(assistance_request=request, at=NOON)
    client.post(f"{address}open/", {"code": code.digits()})
    return address
