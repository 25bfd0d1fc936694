"""Take a message to hand it over: the next that is due, or one whose holder died.

The claim is one transaction with the question whether the message is still relevant, and with its
channel's next place; the lease and the generation say whose it is from then on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction

from mvai.outbox import failing, gates, patience, purposes, wishes
from mvai.outbox.models import Message, MessageQuerySet
from mvai.outbox.moves import drop, give_up, move_one
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import WITH_CONTACT_POINT, Channel
from mvai.people.quiet import quiet_until
from mvai.web.prepared import Given, Prepared, among, given_time

log = logging.getLogger(__name__)

ASIDE = timedelta(minutes=1)  # for a message whose relevance can't be told
CANNOT_ARRIVE = (NotSent.CONTACT_POINT_UNUSABLE, NotSent.CONTACT_POINT_STOPPED)
SILENT = (Channel.PORTAL, Channel.CHAT)  # they wake nobody


@dataclass(frozen=True, slots=True)
class Found:
    """A row that was due: to be handed over, or ended without that (None)."""

    message: Message | None


def this_one(pk: int, now: datetime) -> Found | None:
    """Take this message if it is due and nobody else is taking it.

    As the others here, raises gates.NotNow when its channel takes nothing more now: the row waits
    as it was.
    """
    return _claim(_THIS_ONE, now, pk=pk)


def next_due(
    now: datetime, *, due: datetime, urgent_only: bool, but_not: Iterable[str]
) -> Found | None:
    """Take the first that was due at `due`, `but_not` by these channels; None: there is none."""
    return _claim(_DUE[urgent_only], now, due=due, closed=list(but_not))


def next_of_the_dead(now: datetime, *, urgent_only: bool, but_not: Iterable[str]) -> Found | None:
    """Take the first of those whose holder died, or hangs, with it in hand."""
    return _claim(_LAPSED[urgent_only], now, closed=list(but_not))


def _first(find: Callable[[MessageQuerySet], MessageQuerySet]) -> Prepared:
    """The first of the rows that nobody else is taking, with what its delivery needs; locked."""
    return Prepared(
        lambda: (
            find(Message.objects.all())
            .select_for_update(skip_locked=True, of=("self",), no_key=True)
            .select_related("person", "room", "contact_point")[:1]
        )
    )


def _due(rows: MessageQuerySet) -> MessageQuerySet:
    return _in_the_open(rows).due(given_time("due")).most_urgent_first()


def _lapsed(rows: MessageQuerySet) -> MessageQuerySet:
    return _in_the_open(rows).lapsed(given_time("now")).order_by("-urgent", "lease_until")


def _in_the_open(rows: MessageQuerySet) -> MessageQuerySet:
    """Those whose channel is not among the closed ones."""
    return rows.exclude(among("channel", "closed"))


_THIS_ONE = _first(lambda rows: rows.filter(pk=Given("pk")).claimable(given_time("now")))
# By whether only urgent ones are looked for.
_DUE = {
    True: _first(lambda rows: _due(rows.filter(urgent=True))),
    False: _first(_due),
}
_LAPSED = {
    True: _first(lambda rows: _lapsed(rows.filter(urgent=True))),
    False: _first(_lapsed),
}


def _claim(rows: Prepared, now: datetime, **values: Any) -> Found | None:
    pk = None
    try:
        with transaction.atomic():
            _commit_lazily()
            message: Message | None = next(iter(rows.instances(now=now, **values)), None)
            if message is None:
                return None
            pk = message.pk
            return Found(_take(message, now))
    except (OperationalError, InterfaceError, gates.NotNow):
        raise  # the database or the channel, not this row
    except Exception as error:  # an app's own question failed, or is not known to this process
        log.error("relevance of a message can't be told: %s", type(error).__name__)
        if pk is not None:
            set_aside(pk, now)
        return Found(None)


def set_aside(pk: int, now: datetime) -> None:
    """Leave a message that can't be dealt with to a later sweep, so that it holds up no other."""
    row, later = Message.objects.filter(pk=pk), now + ASIDE
    row.due(now).update(due_at=later)
    row.lapsed(now).update(lease_until=later)


def _commit_lazily() -> None:
    """The claim need not wait for the disk: if it is forgotten in a crash, it is made anew.

    What must not be forgotten, that a provider may have the message, is a commit of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def _take(message: Message, now: datetime) -> Message | None:
    """Claim a locked message, or end it when it has lost its point or was tried too often."""
    row = Message.objects.filter(pk=message.pk)
    in_doubt = message.handing_over_at is not None
    # In doubt, it is settled first: to say "not sent" could be untrue.
    if not in_doubt and (reason := why_not(message, now)):
        drop(row, reason=reason, at=now)
        if reason in CANNOT_ARRIVE:
            failing.failed(message, now)
        return None
    if message.state == MessageState.CLAIMED and patience.is_exhausted(
        attempts=message.attempts, urgent=message.urgent
    ):
        give_up(row, in_doubt=in_doubt, reason=NotSent.UNREACHABLE, at=now)
        if not in_doubt:
            failing.failed(message, now)
        return None
    if not in_doubt and _waits_for_morning(message, row, now):
        return None
    gates.admit(message.channel, urgent=message.urgent, now=now)
    message.generation += 1
    message.attempts += 1
    move_one(
        message.pk,
        to=MessageState.CLAIMED,
        lease_until=now + patience.lease(urgent=message.urgent),
        generation=message.generation,
        attempts=message.attempts,
        overrode_quiet_hours=message.overrode_quiet_hours,
    )
    return message


def _waits_for_morning(message: Message, row: MessageQuerySet, now: datetime) -> bool:
    """In the person's quiet hours a routine message waits; an urgent one goes, and says so."""
    if message.person is None or message.channel in SILENT:
        return False
    until = quiet_until(message.person, now)
    goes = message.urgent or purposes.get(message.purpose).at_night
    if until is not None and not goes:
        row.update(due_at=until)
        return True
    if until is not None and not message.overrode_quiet_hours:
        message.overrode_quiet_hours = True
        wishes.note_override(message, at=now)
    return False


def why_not(message: Message, now: datetime) -> NotSent | None:
    """Why it should not leave after all; None when it should."""
    purpose = purposes.get(message.purpose)
    if message.channel in WITH_CONTACT_POINT:
        point = message.contact_point
        if point is None or not point.normalized:
            return NotSent.CONTACT_POINT_UNUSABLE
        if point.stopped_at is not None and not purpose.despite_stop:
            return NotSent.CONTACT_POINT_STOPPED
    if message.room is not None and not message.room.is_active:
        return NotSent.NO_LONGER_NEEDED
    reason = purpose.is_relevant(message, now)
    return NotSent(reason) if reason else None
