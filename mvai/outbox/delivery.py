"""Keep promises: claim a message, hand it over, write down what came of it.

Three commits, and what a crash between them means:

1. The claim, with a lease and a new generation, together with the question whether the message
   is still relevant. A crash after it: the lease ends and the message is claimed anew.
2. `handing_over_at`, just before the provider gets it. A crash after it: the provider may have
   the message. It is asked by our reference where it can be (text messages). Where it can't be
   (mail), an urgent message is sent again with the same Message-ID, since twice is better than
   never, and a routine one becomes "unknown" and is shown to the staff.
3. The outcome, written only while the generation is still ours.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from mvai.audit import log as log_entries
from mvai.outbox import channels, failing, gates, patience, purposes, receipts, writing
from mvai.outbox.channels.letters import Ending, NoAnswer, Rejected, Taken, TryAgain
from mvai.outbox.models import Attempt, Message, MessageQuerySet
from mvai.outbox.moves import drop, move
from mvai.outbox.states import MessageState, NotSent, Outcome
from mvai.people.models import WITH_CONTACT_POINT, Channel
from mvai.people.quiet import quiet_until

log = logging.getLogger(__name__)

BATCH = 50  # messages a sweep looks at
STRETCH = 10.0  # seconds after which a sweep leaves the rest to the next
ASIDE = timedelta(minutes=1)  # for a message whose relevance can't be told
CANNOT_ARRIVE = (NotSent.CONTACT_POINT_UNUSABLE, NotSent.CONTACT_POINT_STOPPED)
SILENT = (Channel.PORTAL, Channel.CHAT)  # they wake nobody
# The provider did not answer as it should; a letter of ours that can't be written says nothing.
UNWELL = (Outcome.TRY_AGAIN, Outcome.NO_ANSWER)
STUBBORN_FOR = 20.0  # seconds of trying to write down what a provider has already taken


class LeaseLost(Exception):
    """Another process has claimed the message since: it is theirs now."""


def deliver(*, message_id: int, now: datetime) -> bool:
    """Send one message if it is due; whether it left.

    False as well when another process holds it, when its channel rests, when it had lost its
    point, or when the provider did not take it: the row tells which, and a later sweep goes on
    from there.
    """
    try:
        found = _claim(Message.objects.filter(pk=message_id).claimable(now), now)
    except gates.NotNow:
        return False
    return bool(found and found.message and _keep(found.message, now))


def deliver_due(
    now: datetime,
    *,
    urgent_only: bool = False,
    overdue: timedelta = timedelta(0),
    batch: int = BATCH,
    stretch: float = STRETCH,
) -> int:
    """Send what is due, urgent first, in a bounded batch; return how many left.

    Each is taken as the next that nobody else holds, so any number of processes share the work.
    `overdue` takes only messages that have been due for so long already.
    """
    started = time.monotonic()
    among = Message.objects.filter(urgent=True) if urgent_only else Message.objects.all()
    closed = set(gates.closed(now))
    left, of_the_dead = 0, True
    for _each in range(batch):
        passed = time.monotonic() - started
        if passed > stretch:
            break
        # A lease counts from when it is taken, not from when the sweep began.
        moment = now + timedelta(seconds=passed)
        rows = among.exclude(channel__in=closed)
        try:
            found = _lapsed(rows, moment) if of_the_dead else None
            if found is None:
                of_the_dead = False  # what lapses while we are at work is the next sweep's
                found = _claim(rows.due(moment - overdue).most_urgent_first(), moment)
        except gates.NotNow as refusal:
            closed.add(refusal.channel)
            continue
        if found is None:
            break
        if found.message is not None:
            left += _keep(found.message, moment)
    return left


@dataclass(frozen=True, slots=True)
class _Found:
    """A row that was due: to be handed over, or ended without that (None)."""

    message: Message | None


def _lapsed(among: MessageQuerySet, now: datetime) -> _Found | None:
    """The next row of those who died with it in hand: they come first."""
    return _claim(among.lapsed(now).order_by("-urgent", "lease_until"), now)


def _claim(rows: MessageQuerySet, now: datetime) -> _Found | None:
    """Take the first of `rows` that nobody else is taking; None when there is none.

    Raises gates.NotNow when its channel takes nothing more now: the row waits as it was.
    """
    pk = None
    try:
        with transaction.atomic():
            _commit_lazily()
            message = (
                rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
                .select_related("person", "room", "contact_point")
                .first()
            )
            if message is None:
                return None
            pk = message.pk
            return _Found(_take(message, now))
    except (DatabaseError, gates.NotNow):
        raise
    except Exception as error:  # an app's own question failed, or is not known to this process
        log.error("relevance of a message can't be told: %s", _name(error))
        if pk is not None:
            Message.objects.filter(pk=pk).due(now).update(due_at=now + ASIDE)
        return _Found(None)


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
    if not in_doubt and (reason := _why_not(message, now)):
        drop(row, reason=reason, at=now)
        if reason in CANNOT_ARRIVE:
            failing.failed(message, now)
        return None
    if message.state == MessageState.CLAIMED and _is_exhausted(message):
        _end(row, in_doubt=in_doubt, reason=NotSent.UNREACHABLE, now=now)
        if not in_doubt:
            failing.failed(message, now)
        return None
    if not in_doubt and _waits_for_morning(message, row, now):
        return None
    gates.admit(message.channel, urgent=message.urgent, now=now)
    message.generation += 1
    message.attempts += 1
    move(
        row,
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
    if until is not None and not message.urgent:
        row.update(due_at=until)
        return True
    if until is not None and not message.overrode_quiet_hours:
        message.overrode_quiet_hours = True
        log_entries.record(
            verb="message.overrode_quiet_hours", target=message, at=now, label=message.label
        )
    return False


def _why_not(message: Message, now: datetime) -> NotSent | None:
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


def _keep(message: Message, now: datetime) -> bool:
    """Hand a claimed message over, after settling whether it has left before."""
    route = channels.get(message.channel)
    doubt = message.handing_over_at  # when the provider may have taken it; None: surely not
    try:
        letter = writing.write(message, purposes.get(message.purpose))
        if doubt is not None:
            receipt = route.ask(letter, since=doubt)
            if receipt.taken is Taken.YES:
                return _sent(message, receipt.provider_reference, now)
            if receipt.taken is Taken.NO:
                doubt = None
            reason = _why_not(message, now)
            if doubt is None and reason:
                _drop(message, reason, now)
                return False
            if doubt is not None and (reason or not message.urgent):
                _give_up(message, NoAnswer("not asked"), now, in_doubt=True)
                return False
        repeated = doubt is not None
        theirs = route.send(letter, about_to=lambda: _about_to(message, now, repeated))
    except LeaseLost:
        return False
    except TryAgain as ending:
        return _later(message, ending, now, doubt)
    except NoAnswer as ending:
        return _later(message, ending, now, doubt or now)
    except Rejected as ending:
        return _give_up(message, ending, now, in_doubt=doubt is not None)
    except writing.NotWritten as error:
        return _give_up(message, error, now, in_doubt=doubt is not None)
    return _sent(message, theirs, now)


def _about_to(message: Message, now: datetime, repeated: bool) -> None:
    """Note that from here on the provider may have it; LeaseLost when it is not ours to send."""
    fields: dict[str, Any] = {"handing_over_at": now}
    if repeated:
        fields["may_be_repeated"] = True
    if not _ours(message).update(**fields):
        raise LeaseLost


def _sent(message: Message, theirs: str, now: datetime) -> bool:
    def write_down(row: MessageQuerySet) -> int:
        return move(
            row,
            to=MessageState.HANDED_OVER,
            handed_over_at=now,
            provider_reference=theirs[:200],
            not_sent_reason="",
            ended_at=None,
        )

    _stubbornly(lambda: _conclude(message, write_down, Outcome.HANDED_OVER, now))
    return True


def _later(message: Message, ending: TryAgain | NoAnswer, now: datetime, doubt: Any) -> bool:
    """Try again after a pause, or give up after too many tries."""
    if _is_exhausted(message):
        return _give_up(message, ending, now, in_doubt=doubt is not None)
    pause = patience.pause_after(attempts=message.attempts, urgent=message.urgent, seed=message.pk)
    wish = getattr(ending, "after", None)

    def write_down(row: MessageQuerySet) -> int:
        return move(
            row,
            to=MessageState.FAILED_FOR_NOW,
            due_at=now + max(pause, wish or pause),
            handing_over_at=doubt,
        )

    outcome = Outcome.NO_ANSWER if isinstance(ending, NoAnswer) else Outcome.TRY_AGAIN
    _conclude(message, write_down, outcome, now, ending.detail)
    return False


def _drop(message: Message, reason: NotSent, now: datetime) -> None:
    """It never left, as the provider says, and has lost its point since."""
    drop(_ours(message), reason=reason, at=now)


def _give_up(message: Message, ending: Ending, now: datetime, *, in_doubt: bool) -> bool:
    reason = getattr(ending, "reason", NotSent.UNREACHABLE)
    outcome = Outcome.NO_ANSWER if in_doubt else Outcome.GAVE_UP

    def write_down(row: MessageQuerySet) -> int:
        ended = _end(row, in_doubt=in_doubt, reason=reason, now=now)
        if ended and not in_doubt:
            failing.failed(message, now)
        receipts.heed(message, reason, now)
        return ended

    _conclude(message, write_down, outcome, now, ending.detail)
    log.warning("message %s: %s", message.pk, NotSent.NO_ANSWER if in_doubt else reason)
    return False


def _end(row: MessageQuerySet, *, in_doubt: bool, reason: NotSent, now: datetime) -> int:
    """The end of trying. What may have arrived is never called "not sent"."""
    if in_doubt:
        return move(row, to=MessageState.UNKNOWN, not_sent_reason=NotSent.NO_ANSWER, ended_at=now)
    return move(row, to=MessageState.FAILED, not_sent_reason=reason, ended_at=now)


def _conclude(
    message: Message,
    write_down: Callable[[MessageQuerySet], int],
    outcome: Outcome,
    now: datetime,
    detail: str = "",
) -> None:
    """Write an outcome while the claim is still ours; a later claim has the last word.

    Except that what has surely been handed over also settles an "unknown".
    """
    with transaction.atomic():
        gates.note(message.channel, well=outcome not in UNWELL, now=now)
        changed = write_down(_ours(message))
        if not changed and outcome is Outcome.HANDED_OVER:
            write_down(Message.objects.filter(pk=message.pk, state=MessageState.UNKNOWN))
        attempt = Attempt(
            message=message,
            number=message.attempts,
            at=now,
            outcome=outcome,
            detail=detail[:120],
        )
        Attempt.objects.bulk_create([attempt], ignore_conflicts=True)


def _stubbornly(write_down: Callable[[], None]) -> None:
    """Write down what has happened even while the database starts anew."""
    started = time.monotonic()
    while True:
        try:
            return write_down()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() - started > STUBBORN_FOR:
                raise
            connection.close()
            time.sleep(0.5)


def _ours(message: Message) -> MessageQuerySet:
    return Message.objects.filter(
        pk=message.pk, state=MessageState.CLAIMED, generation=message.generation
    )


def _is_exhausted(message: Message) -> bool:
    return patience.is_exhausted(attempts=message.attempts, urgent=message.urgent)


def _name(error: Exception) -> str:
    return type(error).__name__
