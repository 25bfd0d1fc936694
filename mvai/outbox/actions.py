"""Promise messages, take promises back, and make them again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from mvai.audit import log
from mvai.audit.adding import add_if_new
from mvai.outbox import doorbell, failing, purposes
from mvai.outbox.delivery import BATCH, deliver, deliver_due
from mvai.outbox.models import AGAIN, Message, Room
from mvai.outbox.moves import drop
from mvai.outbox.routes import routes_to, why_unreachable
from mvai.outbox.states import WAITING, MessageState, NotSent
from mvai.people.models import WITH_CONTACT_POINT, Channel, ContactPoint, Person
from mvai.web.prepared import Prepared
from mvai.web.refusals import Refused

__all__ = [
    "BATCH",
    "CannotSendAgain",
    "cancel",
    "deliver",
    "deliver_due",
    "enqueue",
    "send_again",
    "told_by_phone",
]


_ROOMS = Prepared(lambda: Room.objects.active())  # every alarm asks it while a leader waits


class CannotSendAgain(Refused):
    """The message was not among those that failed, or has been sent again already."""


def enqueue(
    *,
    purpose: str,
    subject: models.Model,
    people: Iterable[Person],
    at: datetime,
    label: str = "",
    occurrence: str = "",
    due_at: datetime | None = None,
    channels: Iterable[str] = (),
    points: Iterable[ContactPoint] | None = None,
) -> list[Message]:
    """Promise one message to each person over each of the ways that reach them.

    Call it in the transaction of the cause. Promising the same thing twice (purpose, subject,
    person, channel, occurrence) promises it once. Someone who can't be reached at all gets a
    row that says so; when it is urgent, what follows is as if it had failed. The doorbell is
    rung after the commit; without it a sweep finds the row. `channels` narrow the purpose's own;
    `points` are the people's contact points, best first, where the caller has them at hand.
    """
    reason = purposes.get(purpose)
    everyone = list({person.pk: person for person in people}.values())
    if not everyone and not reason.rooms:
        return []
    promise = {
        "purpose": purpose,
        "subject_type": subject._meta.label_lower,
        "subject_id": subject.pk,
        "occurrence": occurrence,
    }
    shared = {**promise, "label": label, "urgent": reason.urgent, "created_at": at}
    starts_at = due_at or at
    points = None if points is None else list(points)
    ways = routes_to(everyone, reason, channels=channels, points=points)
    rows = []
    for person in everyone:
        for route in ways[person.pk]:
            when = starts_at + route.after
            rows.append(
                Message(
                    **shared,
                    person=person,
                    channel=route.channel,
                    contact_point=route.point,
                    promised_for=when,
                    due_at=when,
                )
            )
        if not ways[person.pk]:
            why = why_unreachable(person, reason, points)
            rows.append(_unreachable(person, reason.channels[0], shared, starts_at, why))
    if reason.rooms:
        rows += [
            Message(
                **shared,
                room=room,
                channel=Channel.CHAT,
                promised_for=starts_at,
                due_at=starts_at,
            )
            for room in _ROOMS.instances()
        ]
    if not rows:
        return []
    if add_if_new(rows):
        promised = rows
        for row in rows:
            if row.had_no_way and row.urgent:
                failing.failed(row, at)
    else:
        to = Q(person__in=everyone) | Q(room__isnull=False)
        promised = list(Message.objects.filter(to, **promise))
    ours = {row.reference for row in rows}
    fresh = [
        message.pk
        for message in promised
        if message.reference in ours and message.state in WAITING and message.due_at <= at
    ]
    if fresh:
        doorbell.ring_after_commit(fresh, urgent=reason.urgent)
    return promised


def cancel(
    *, subject: models.Model, purposes: Iterable[str], at: datetime, reason: NotSent | str
) -> int:
    """Take back what is still waiting; return how many.

    What is being sent just then goes out. What may have arrived, without an answer so far, stays
    too: to call it "not sent" could be untrue, and whoever has it must hear what follows.
    """
    waiting = Message.objects.about(subject).filter(
        purpose__in=list(purposes), state__in=WAITING, handing_over_at=None
    )
    # One that is locked is being claimed, or has just failed, by somebody who may be waiting for
    # the caller's own locks. Its relevance is asked before it leaves.
    free = waiting.select_for_update(skip_locked=True, of=("self",)).values("pk")
    return drop(Message.objects.filter(pk__in=free), reason=NotSent(reason), at=at)


@transaction.atomic
def send_again(*, message: Message, by: Any, at: datetime) -> Message:
    """Promise a failed message anew, as a row of its own; the old one keeps its history.

    `by` is a user. Raises CannotSendAgain.
    """
    old = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if not old.may_be_sent_again:
        raise CannotSendAgain(_("This message has been sent or dropped in the meantime."))
    point = None
    if old.channel in WITH_CONTACT_POINT:
        reason = _purpose_of(old)
        usable = ContactPoint.objects.usable(old.channel).filter(person=old.person_id)
        point = next((one for one in usable if reason.may_go_to(one)), None)
        if point is None:
            raise CannotSendAgain(
                _("There is no number or address for this person that can be used.")
            )
    anew = Message.objects.create(
        purpose=old.purpose,
        subject_type=old.subject_type,
        subject_id=old.subject_id,
        label=old.label,
        person_id=old.person_id,
        room_id=old.room_id,
        contact_point=point,
        channel=old.channel,
        occurrence=f"{old.first_occurrence}{AGAIN}{old.pk}",
        urgent=old.urgent,
        promised_for=at,
        due_at=at,
        created_at=at,
        again_of=old,
    )
    log.record(verb="message.sent_again", target=old, by=by, at=at, label=old.label)
    doorbell.ring_after_commit([anew.pk], urgent=anew.urgent)
    return anew


@transaction.atomic
def told_by_phone(*, message: Message, by: Any, at: datetime) -> Message:
    """The person knows: `by` has told them what could not be sent. Raises CannotSendAgain."""
    found = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if not found.may_be_sent_again:
        raise CannotSendAgain(_("This message has been sent or settled in the meantime."))
    found.told_by, found.told_at = by, at
    found.save(update_fields=["told_by", "told_at"])
    log.record(verb="message.told_by_phone", target=found, by=by, at=at, label=found.label)
    return found


def _purpose_of(message: Message) -> purposes.Purpose:
    try:
        return purposes.get(message.purpose)
    except KeyError:
        raise CannotSendAgain(_("The portal no longer sends such messages.")) from None


def _unreachable(
    person: Person, channel: str, shared: dict, when: datetime, why: NotSent
) -> Message:
    return Message(
        **shared,
        promised_for=when,
        due_at=when,
        person=person,
        channel=channel,
        state=MessageState.CANCELED,
        not_sent_reason=why,
        ended_at=shared["created_at"],
    )
