"""A test message goes the whole true way every few minutes, and somebody notices when it doesn't.

It is promised, claimed, handed to the mail server and, where the program's mailbox is polled,
received again. A silence of nine months can't hide behind processes that merely run.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mvai.outbox import doorbell
from mvai.outbox.models import Cycle, Heartbeat, Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.states import NotSent
from mvai.people.models import Channel, ContactPoint, Person

CODE = "cycle"
HEARD_AS = "cycle"  # the heartbeat of the last round that came back
EVERY = timedelta(minutes=3)
LATE_AFTER = timedelta(minutes=10)  # without a round that came back
GIVEN_UP_AFTER = timedelta(minutes=15)
_NAME = "The portal’s own test"


def is_on() -> bool:
    return bool(settings.CYCLE_ADDRESS)


def turn(now: datetime) -> int:
    """A sweep: end rounds that are over, and begin the next when it is time; 1 when it began."""
    if not is_on():
        return 0
    _follow(now)
    last = Cycle.objects.order_by("-promised_at").values_list("promised_at", flat=True).first()
    # A round from the future was written by a clock that ran fast.
    if last is not None and last <= now < last + EVERY:
        return 0
    try:
        with transaction.atomic():
            return _begin(now)
    except IntegrityError:  # another process has begun it, or one is still under way
        return 0


def received(reference: uuid.UUID | str, at: datetime) -> bool:
    """Our own mail has come back; whether it was a round's. Safe to repeat."""
    message = Message.objects.filter(reference=reference, purpose=CODE).first()
    if message is None:
        return False
    if Cycle.objects.filter(pk=message.subject_id, received_at=None).update(
        received_at=at, ended_at=at
    ):
        Heartbeat.objects.beat(HEARD_AS, at)
    return True


def is_late(heard: dict[str, datetime], now: datetime) -> bool:
    """Whether no round has come back for too long. `heard` are the heartbeats by name."""
    last = heard.get(HEARD_AS)
    return is_on() and last is not None and now - last > LATE_AFTER


def _follow(now: datetime) -> None:
    for cycle in Cycle.objects.underway():
        message = Message.objects.about(cycle).first()
        left_at = message.handed_over_at if message else None
        if left_at is not None and cycle.handed_over_at is None:
            Cycle.objects.filter(pk=cycle.pk).update(handed_over_at=left_at)
        if left_at is not None and message is not None and not settings.CYCLE_COMES_BACK:
            received(message.reference, left_at)
        elif now - cycle.promised_at > GIVEN_UP_AFTER:
            Cycle.objects.filter(pk=cycle.pk, ended_at=None).update(ended_at=now)


def _begin(now: datetime) -> int:
    cycle = Cycle.objects.create(channel=Channel.EMAIL, promised_at=now)
    point = _address()
    message = Message.objects.create(
        purpose=CODE,
        subject_type=Cycle._meta.label_lower,
        subject_id=cycle.pk,
        person=point.person,
        contact_point=point,
        channel=Channel.EMAIL,
        urgent=True,
        promised_for=now,
        due_at=now,
        created_at=now,
    )
    if Heartbeat.objects.last(HEARD_AS) is None:
        # Counted from the first round, so that a start is not late.
        Heartbeat.objects.beat(HEARD_AS, now)
    doorbell.ring_after_commit([message.pk], urgent=True)
    return 1


def _address() -> ContactPoint:
    """Where the test goes: a person of its own holds the address."""
    address = settings.CYCLE_ADDRESS.lower()
    known = ContactPoint.objects.filter(
        person__full_name=_NAME, channel=Channel.EMAIL, normalized=address
    ).select_related("person")
    found = known.first()
    if found is None:
        person = Person.objects.create(full_name=_NAME)
        found = ContactPoint.objects.create(
            person=person, channel=Channel.EMAIL, value=address, normalized=address
        )
    return found


def _while_underway(message: Message, now: datetime) -> str:
    cycle = Cycle.objects.filter(pk=message.subject_id).first()
    if cycle is None:
        return NotSent.SUBJECT_GONE
    return NotSent.TOO_LATE if cycle.ended_at else ""


def register_purposes() -> None:
    register(
        Purpose(
            code=CODE,
            urgent=True,
            channels=(Channel.EMAIL,),
            is_relevant=_while_underway,
            context=lambda message: {},
            audience="requester",  # to an address of ours, which nobody needs to prove
            title=_("The portal’s own test"),
            unreached=lambda message, at: None,  # the line on top of staff pages says it
        )
    )
