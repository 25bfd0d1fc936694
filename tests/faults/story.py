"""Something of everything that falls due, and what there is of it in the end.

Run inside a portal, through `manage.py shell`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest import mock

import httpx
from django.utils import timezone

from advisors.models import Advisor
from mvai.accounts.models import User
from mvai.duty import history
from mvai.duty.models import Alarm, AlarmStep, Shift
from mvai.outbox.models import Message
from mvai.people.models import Channel
from requests.models import AssistanceRequest, FollowUp, Offer, ResponseGoal
from tests.factories.accounts import UserFactory
from tests.factories.people import ContactPointFactory
from tests.factories.requests import reachable_advisor
from tests.requests import stories

# So long that the contact after 24 hours, at 9 a.m. of the next day, is due at any hour of ours.
SILENCE = timedelta(hours=35)


@dataclass(frozen=True, slots=True)
class Cast:
    """An officer on call, and two advisors who may be asked at any hour."""

    officer: User
    lead: Advisor
    alternate: Advisor


def cast(now: datetime | None = None) -> Cast:
    now = now or timezone.now()
    officer = UserFactory(duty_officer=True)
    for channel, value in ((Channel.SMS, "+12025550143"), (Channel.EMAIL, officer.email)):
        ContactPointFactory(person=officer.person, channel=channel, value=value)
    Shift.objects.create(
        user=officer,
        role="primary",
        starts_at=now - SILENCE - timedelta(hours=1),
        ends_at=now + timedelta(hours=9),
    )
    return Cast(officer, reachable_advisor(), reachable_advisor())


def begin(people: Cast, at: datetime) -> None:
    """At this time: a request that nobody takes, one with two open offers, one with an engagement
    and its plan of follow-ups."""
    lead, alternate = people.lead, people.alternate
    with mock.patch.object(stories, "NOON", at):
        stories.filed()
        stories.seeking(people.officer, lead=lead, alternate=alternate, at=at)
        helped = stories.seeking(people.officer, lead=alternate, alternate=lead, at=at)
        stories.yes(stories.open_offer(helped), at=at)


def left(sink_url: str) -> dict:
    """What there is, without what differs from one run to the next, as JSON can hold it."""
    taken = Counter(
        row["reference"].strip("<>").split("@")[0]
        for row in httpx.get(f"{sink_url}/messages").raise_for_status().json()
    )
    messages: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for message in Message.objects.exclude(purpose="cycle"):
        ended = "sent" if message.state in ("handed_over", "delivered") else message.state
        messages[f"{message.purpose} {message.channel} {ended}"] += 1
        times = taken[str(message.reference)]
        if message.channel in (Channel.SMS, Channel.EMAIL):
            faults["said to be sent and not taken"] += ended == "sent" and not times
        faults["taken twice and not marked"] += times > 1 and not message.may_be_repeated
        faults["a text taken twice"] += times > 1 and message.channel == Channel.SMS
    return {
        "messages": dict(sorted(messages.items())),
        "faults": {what: count for what, count in faults.items() if count},
        "requests": sorted(AssistanceRequest.objects.values_list("state", flat=True)),
        "alarms": sorted(Alarm.objects.values_list("kind", "state")),
        "steps": sorted(AlarmStep.objects.values_list("alarm__kind", "number", "outcome")),
        "offers": sorted(Offer.objects.values_list("role", "state")),
        "follow_ups": sorted(FollowUp.objects.values_list("milestone", "state")),
        "goals missed": sorted(
            ResponseGoal.objects.exclude(missed_at=None).values_list("goal", flat=True)
        ),
    }


def notes() -> list[str]:
    """What the histories of the alarms note beside their lines."""
    told = history.histories(list(Alarm.objects.order_by("pk")), zone="America/New_York")
    return [entry.note for one in told for entry in one.entries if entry.note]


__all__ = ["SILENCE", "Cast", "begin", "cast", "left", "notes"]
