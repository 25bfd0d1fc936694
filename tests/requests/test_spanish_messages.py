"""What a requester is sent, for whoever reads Spanish."""

from datetime import timedelta

import pytest

from mvai.outbox import purposes
from mvai.outbox.models import Message
from mvai.people.models import Channel
from requests.actions import agreed, promises
from requests.models import AgreedTime
from tests.factories import NOON
from tests.factories.duty import ShiftFactory
from tests.requests import stories
from tests.requests.spanish import written
from tests.requests.test_spanish_doors import name_aide, write
from tools import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_each_message_to_a_requester_is_in_the_catalogs():
    """But for those that only the portal's own test person gets."""
    said = {place for entry in words.spoken() for place in entry.places}
    codes = {one.code for one in purposes.registered() if one.audience == "requester"} - {"cycle"}

    assert not [code for code in codes if not any(f"/{code}." in place for place in said)]


def test_messages_while_it_goes_on(noon):
    """To whoever filed in Spanish: each that a long story brings."""
    ShiftFactory(user=stories.officer(), ends_at=NOON + timedelta(hours=8))
    late = stories.filed(details={"language": "es"}, call_number="(202) 555-0144")
    promises.tell_missed(NOON + timedelta(minutes=16))
    request = stories.engaged(details={"language": "es", "email": "alex@agency.example"})
    engagement = request.engagements.get(role="lead")
    by = engagement.advisor.person.user
    times = [NOON + timedelta(days=2), NOON + timedelta(days=3)]
    agreed.propose(engagement=engagement, times=times, by=by, at=NOON)
    row = agreed.choose(proposed=AgreedTime.objects.latest("pk"), at=NOON)
    write(request)
    aide = name_aide(request)
    agreed.call_off(agreed=row, by=by, at=NOON)

    found = Message.objects.filter(
        person__in=[late.leader, request.leader, aide.person],
        channel__in=[Channel.SMS, Channel.EMAIL],
    )

    purposes_seen = {message.purpose for message in found if written(message)}
    assert {"call_late", "talk_off_leader", "desk_wrote"} <= purposes_seen
