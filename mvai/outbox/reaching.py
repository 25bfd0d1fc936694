"""Whether people can be reached at all, and a test that shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import BigIntegerField, Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NOT_SENT, SENT, MessageState, NotSent
from mvai.outbox.topics import Topic
from mvai.people.models import WITH_CONTACT_POINT, Channel, ContactPoint, Person
from mvai.web.prepared import Given, Prepared
from mvai.web.refusals import Refused

TEST = "reach_test"
_TEST_EVERY = timedelta(minutes=1)
_TESTS_AN_HOUR = 6
_TEST_COUNTS_FOR = timedelta(hours=1)
_ANSWER_WITHIN = timedelta(minutes=3)  # after which a page need not look any more

LOOKS_BACK = timedelta(days=30)
# The fault was ours or the provider's: the number may be right.
_NOT_THEIR_FAULT = (NotSent.UNREACHABLE, NotSent.NOT_WRITTEN)


class Missing(models.TextChoices):
    """Why somebody can't be reached, or may not be."""

    NO_WAY = "no_way", gettext_lazy("No number or address")
    NOTHING_PROVEN = "nothing_proven", gettext_lazy("No proven number or address")
    STOPPED = "stopped", gettext_lazy("Asked for no more messages here")
    FAILED = "failed", gettext_lazy("The last message did not arrive")

    @property
    def is_cut_off(self) -> bool:
        """Nothing at all gets through."""
        return self in (Missing.NO_WAY, Missing.NOTHING_PROVEN)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that keeps messages from a person; `since` is None when it always was so."""

    missing: Missing
    channel: str = ""
    since: datetime | None = None

    @property
    def by(self) -> str:
        return str(Channel(self.channel).label) if self.channel else ""


class NoTestNow(Refused):
    """There is nothing to test, or a test has just gone out."""


def troubles(people: Collection[int], *, now: datetime) -> dict[int, list[Trouble]]:
    """What is in the way of each of these people, by id; who is reached well isn't in it."""
    points: dict[int, list[ContactPoint]] = {pk: [] for pk in people}
    for point in ContactPoint.objects.kept().filter(person__in=points):
        points[point.person_id].append(point)
    found = {pk: _of_points(own) for pk, own in points.items()}
    for person_id, trouble in _failures(points, now):
        found[person_id].append(trouble)
    return {pk: own for pk, own in found.items() if own}


def is_cut_off(person: Person) -> bool:
    """Whether nothing reaches a person: one question to the database."""
    return not _PROVEN_WAY.rows(person=person.pk)


_PROVEN_WAY = Prepared(  # asked wherever a person arrives
    lambda: (
        ContactPoint.objects.usable(*WITH_CONTACT_POINT)
        .proven()
        .filter(person=Given("person", BigIntegerField()))
        .values("pk")[:1]
    )
)


@transaction.atomic
def send_test(*, person: Person, at: datetime, by: Any) -> list[Message]:
    """Send a test by each way that is proven, as any urgent message goes. Raises NoTestNow."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    recent = _tests(person, at).values_list("created_at", flat=True).distinct()
    times = sorted(set(recent))
    if times and at - times[-1] < _TEST_EVERY:
        raise NoTestNow(_("A test has just gone out. See below what became of it."))
    if len(times) >= _TESTS_AN_HOUR:
        raise NoTestNow(_("Many tests have gone out. Please wait an hour, then try again."))
    usable = ContactPoint.objects.usable(*WITH_CONTACT_POINT).proven().filter(person=person)
    points = list(usable)
    if not points:
        raise NoTestNow(_("Prove a number or an address first."))
    messages = outbox.enqueue(
        purpose=TEST,
        subject=person,
        people=[person],
        channels=sorted({point.channel for point in points}),
        points=points,
        at=at,
        occurrence=f"{at:%Y%m%d%H%M%S}",
    )
    log.record(verb="person.reach_tested", target=person, by=by, at=at, messages=len(messages))
    return messages


def latest_test(person: Person, now: datetime) -> list[Message]:
    """The messages of the last test within the hour, as they fared."""
    found = list(_tests(person, now).select_related("contact_point").order_by("-pk"))
    return [message for message in found if message.occurrence == found[0].occurrence][::-1]


def is_underway(messages: Iterable[Message], now: datetime) -> bool:
    """Whether something may still be heard of these."""
    return any(
        message.state != MessageState.DELIVERED
        and message.state not in NOT_SENT
        and not (message.channel == Channel.EMAIL and message.state in SENT)
        and now - message.created_at < _ANSWER_WITHIN
        for message in messages
    )


def _tests(person: Person, now: datetime):
    return Message.objects.about(person).filter(
        purpose=TEST, person=person, created_at__gt=now - _TEST_COUNTS_FOR
    )


def _of_points(points: list[ContactPoint]) -> list[Trouble]:
    stopped = [point for point in points if point.stopped_at is not None]
    found = [Trouble(Missing.STOPPED, point.channel, point.stopped_at) for point in stopped]
    usable = [point for point in points if point.is_usable]
    if not any(point.is_proven for point in usable):
        since = max((point.stopped_at for point in stopped if point.stopped_at), default=None)
        missing = Missing.NOTHING_PROVEN if usable else Missing.NO_WAY
        found.insert(0, Trouble(missing, since=since))
    return found


def _failures(people: Mapping[int, Any], now: datetime) -> list[tuple[int, Trouble]]:
    """Failures since which nothing has got through by the same way, and that way is still used."""
    failed = (
        Message.objects.filter(
            person__in=people,
            state=MessageState.FAILED,
            ended_at__gt=now - LOOKS_BACK,
            contact_point__stopped_at=None,
        )
        .exclude(not_sent_reason__in=_NOT_THEIR_FAULT)
        .values_list("contact_point", "person", "channel")
        .annotate(first=Min("ended_at"), last=Max("ended_at"))
        .order_by("person", "channel")
    )
    rows = list(failed)
    if not rows:
        return []
    arrived: dict[int, datetime] = defaultdict(lambda: now - LOOKS_BACK)
    arrived |= dict(
        Message.objects.filter(contact_point__in=[row[0] for row in rows], state__in=SENT)
        .values_list("contact_point")
        .annotate(last=Max("handed_over_at"))
    )
    return [
        (person_id, Trouble(Missing.FAILED, channel, first))
        for point_id, person_id, channel, first, last in rows
        if last > arrived[point_id]
    ]


def _is_relevant(message: Message, now: datetime) -> str:
    return "" if now - message.created_at < _TEST_COUNTS_FOR else NotSent.TOO_LATE


def register_purposes() -> None:
    register(
        Purpose(
            code=TEST,
            urgent=True,  # it goes the way of what matters most
            channels=(Channel.SMS, Channel.VOICE, Channel.EMAIL),
            is_relevant=_is_relevant,
            context=lambda message: {},
            audience="staff",
            title=gettext_lazy("Test of how somebody is reached"),
            topic=Topic.ACCOUNT,
        )
    )
