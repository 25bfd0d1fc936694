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
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from mvai.outbox import channels, patience, purposes, writing
from mvai.outbox.channels.letters import Ending, NoAnswer, Rejected, Taken, TryAgain
from mvai.outbox.models import Attempt, Message, MessageQuerySet
from mvai.outbox.moves import drop, move
from mvai.outbox.states import MessageState, NotSent, Outcome

log = logging.getLogger(__name__)

BATCH = 50  # messages a sweep looks at
STRETCH = 10.0  # seconds after which a sweep leaves the rest to the next
ASIDE = timedelta(minutes=1)  # for a message whose relevance can't be told
STUBBORN_FOR = 20.0  # seconds of trying to write down what a provider has already taken


class LeaseLost(Exception):
    """Another process has claimed the message since: it is theirs now."""


def deliver(*, message_id: int, now: datetime) -> bool:
    """Send one message if it is due; whether it left.

    False as well when another process holds it, when it had lost its point, or when the
    provider did not take it: the row tells which, and a later sweep goes on from there.
    """
    message = _claim(Message.objects.filter(pk=message_id), now)
    return message is not None and _keep(message, now)


def deliver_due(
    now: datetime, *, urgent_only: bool = False, overdue: timedelta = timedelta(0)
) -> int:
    """Send what is due, urgent first, in a bounded batch; return how many left.

    `overdue` takes only messages that have been due for so long already.
    """
    started = time.monotonic()
    left = 0
    for pk in _due_ids(now, urgent_only, overdue):
        passed = time.monotonic() - started
        if passed > STRETCH:
            break
        # A lease counts from when it is taken, not from when the sweep began.
        left += deliver(message_id=pk, now=now + timedelta(seconds=passed))
    return left


def _due_ids(now: datetime, urgent_only: bool, overdue: timedelta) -> list[int]:
    among = Message.objects.filter(urgent=True) if urgent_only else Message.objects.all()
    lapsed = among.lapsed(now).order_by("-urgent", "lease_until")
    due = among.due(now - overdue).most_urgent_first()
    ids = [
        *lapsed.values_list("pk", "urgent")[:BATCH],
        *due.values_list("pk", "urgent")[:BATCH],
    ]
    return [pk for pk, _urgent in sorted(ids, key=lambda row: not row[1])]


def _claim(rows: MessageQuerySet, now: datetime) -> Message | None:
    """Take the one message in `rows` if it is due and relevant, else None."""
    try:
        with transaction.atomic():
            message = (
                rows.claimable(now)
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("person", "contact_point")
                .first()
            )
            return None if message is None else _take(message, now)
    except DatabaseError:
        raise
    except Exception as error:  # an app's own question failed, or is not known to this process
        log.error("relevance of a message can't be told: %s", _name(error))
        rows.due(now).update(due_at=now + ASIDE)
        return None


def _take(message: Message, now: datetime) -> Message | None:
    """Claim a locked message, or end it when it has lost its point or was tried too often."""
    row = Message.objects.filter(pk=message.pk)
    in_doubt = message.handing_over_at is not None
    # In doubt, it is settled first: to say "not sent" could be untrue.
    if not in_doubt and (reason := _why_not(message, now)):
        drop(row, reason=reason, at=now)
        return None
    if message.state == MessageState.CLAIMED and _is_exhausted(message):
        _end(row, in_doubt=in_doubt, reason=NotSent.UNREACHABLE, now=now)
        return None
    message.generation += 1
    message.attempts += 1
    move(
        row,
        to=MessageState.CLAIMED,
        lease_until=now + patience.lease(urgent=message.urgent),
        generation=message.generation,
        attempts=message.attempts,
    )
    return message


def _why_not(message: Message, now: datetime) -> NotSent | None:
    """Why it should not leave after all; None when it should."""
    point = message.contact_point
    if point is None or not point.normalized:
        return NotSent.CONTACT_POINT_UNUSABLE
    purpose = purposes.get(message.purpose)
    if point.stopped_at is not None and not purpose.despite_stop:
        return NotSent.CONTACT_POINT_STOPPED
    reason = purpose.is_relevant(message, now)
    return NotSent(reason) if reason else None


def _keep(message: Message, now: datetime) -> bool:
    """Hand a claimed message over, after settling whether it has left before."""
    route = channels.get(message.channel)
    doubt = message.handing_over_at  # when the provider may have taken it; None: surely not
    try:
        if doubt is not None:
            receipt = route.ask(str(message.reference))
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
        letter = writing.write(message, purposes.get(message.purpose))
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
        return _end(row, in_doubt=in_doubt, reason=reason, now=now)

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
