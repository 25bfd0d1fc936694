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

from django.db import InterfaceError, OperationalError, connection, transaction

from mvai.audit.adding import add_if_new
from mvai.outbox import channels, failing, gates, patience, receipts, taking, writing
from mvai.outbox.channels.letters import Ending, NoAnswer, Rejected, Taken, TryAgain
from mvai.outbox.models import Attempt, Message, MessageQuerySet
from mvai.outbox.moves import drop, give_up, move, move_claimed
from mvai.outbox.states import MessageState, NotSent, Outcome
from mvai.web.prepared import Given, PreparedUpdate, given_time

log = logging.getLogger(__name__)

BATCH = 50  # messages a sweep looks at
STRETCH = 10.0  # seconds after which a sweep leaves the rest to the next
# The provider did not answer as it should; a letter of ours that can't be written says nothing.
UNWELL = (Outcome.TRY_AGAIN, Outcome.NO_ANSWER)
STUBBORN_FOR = 20.0  # seconds of trying to write down what a provider has already taken


class LeaseLost(Exception):
    """Another process has claimed the message since: it is theirs now."""


class NotAsked(Ending):
    """It may have arrived, and there is nobody to ask: it is not sent once more to be sure."""

    def __init__(self) -> None:
        super().__init__("not asked")


def deliver(*, message_id: int, now: datetime) -> bool:
    """Send one message if it is due; whether it left.

    False as well when another process holds it, when its channel rests, when it had lost its
    point, or when the provider did not take it: the row tells which, and a later sweep goes on
    from there.
    """
    try:
        found = taking.this_one(message_id, now)
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
    closed = set(gates.closed(now))
    left, of_the_dead = 0, True
    for _each in range(batch):
        passed = time.monotonic() - started
        if passed > stretch:
            break
        # A lease counts from when it is taken, not from when the sweep began.
        moment = now + timedelta(seconds=passed)
        which: dict[str, Any] = {"urgent_only": urgent_only, "but_not": closed}
        try:
            found = taking.next_of_the_dead(moment, **which) if of_the_dead else None
            if found is None:
                of_the_dead = False  # what lapses while we are at work is the next sweep's
                found = taking.next_due(moment, due=moment - overdue, **which)
        except gates.NotNow as refusal:
            closed.add(refusal.channel)
            continue
        if found is None:
            break
        if found.message is not None:
            left += _keep_or_leave(found.message, moment)
    return left


def _keep_or_leave(message: Message, now: datetime) -> bool:
    """Hand one over; a fault of its own ends no sweep. Its lease runs out and it is asked anew,
    until it was tried often enough."""
    try:
        return _keep(message, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.error("message %s could not be dealt with: %s", message.pk, type(error).__name__)
        return False


def _keep(message: Message, now: datetime) -> bool:
    """Hand a claimed message over, after settling whether it has left before."""
    route = channels.get(message.channel)
    started = time.monotonic()

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    doubt = message.handing_over_at  # when the provider may have taken it; None: surely not
    try:
        letter = writing.write(message)
        if doubt is not None:
            receipt = route.ask(letter, since=doubt)
            if receipt.taken is Taken.YES:
                return _sent(message, receipt.provider_reference, now)
            if receipt.taken is Taken.NO:
                doubt = None
            reason = taking.why_not(message, now)
            if doubt is None and reason:
                _drop(message, reason, now)
                return False
            if doubt is not None and (reason or not message.urgent):
                return _give_up(message, NotAsked(), now, in_doubt=True)
        repeated = doubt is not None
        theirs = route.send(letter, about_to=lambda: _about_to(message, moment(), repeated))
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
    """Note that from here on the provider may have it; LeaseLost when it is not ours to send.

    The lease begins anew, so that no other process takes it while the provider has its time.
    """
    lease_until = now + patience.lease(urgent=message.urgent)
    ours = {"pk": message.pk, "ours": message.generation}
    if not _HANDING_OVER[repeated].run(**ours, now=now, lease_until=lease_until):
        raise LeaseLost


def _handing_over(**fields: Any) -> PreparedUpdate:
    ours = Message.objects.filter
    return PreparedUpdate(
        lambda: (
            ours(pk=Given("pk"), state=MessageState.CLAIMED, generation=Given("ours")),
            {
                "handing_over_at": given_time("now"),
                "lease_until": given_time("lease_until"),
                **fields,
            },
        )
    )


# By whether the provider may have it already.
_HANDING_OVER = {False: _handing_over(), True: _handing_over(may_be_repeated=True)}


def _sent(message: Message, theirs: str, now: datetime) -> bool:
    to = MessageState.HANDED_OVER
    fields = {
        "handed_over_at": now,
        "provider_reference": theirs[:200],
        "not_sent_reason": "",
        "ended_at": None,
    }

    def write_down() -> None:
        # What has surely been handed over also settles an "unknown".
        if not move_claimed(message, to=to, **fields):
            unknown = Message.objects.filter(pk=message.pk, state=MessageState.UNKNOWN)
            move(unknown, to=to, **fields)

    _stubbornly(lambda: _conclude(message, write_down, Outcome.HANDED_OVER, now))
    return True


def _later(message: Message, ending: TryAgain | NoAnswer, now: datetime, doubt: Any) -> bool:
    """Try again after a pause, or give up after too many tries."""
    if patience.is_exhausted(attempts=message.attempts, urgent=message.urgent):
        return _give_up(message, ending, now, in_doubt=doubt is not None)
    pause = patience.pause_after(attempts=message.attempts, urgent=message.urgent, seed=message.pk)
    wish = getattr(ending, "after", None)

    def write_down() -> None:
        move_claimed(
            message,
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

    def write_down() -> None:
        ended = give_up(_ours(message), in_doubt=in_doubt, reason=reason, at=now)
        if ended and not in_doubt:
            failing.failed(message, now)
        receipts.heed(message, reason, now)

    is_theirs = not isinstance(ending, NotAsked | writing.NotWritten)
    _conclude(message, write_down, outcome, now, ending.detail, is_theirs)
    log.warning("message %s: %s", message.pk, NotSent.NO_ANSWER if in_doubt else reason)
    return False


def _conclude(
    message: Message,
    write_down: Callable[[], None],
    outcome: Outcome,
    now: datetime,
    detail: str = "",
    is_theirs: bool = True,
) -> None:
    """Write an outcome while the claim is still ours; a later claim has the last word.

    `is_theirs` is False when the provider was not asked for anything: it tells nothing of how
    the channel fares.
    """
    with transaction.atomic():
        if is_theirs:
            gates.note(message.channel, well=outcome not in UNWELL, now=now)
        write_down()
        attempt = Attempt(
            message=message,
            number=message.attempts,
            at=now,
            outcome=outcome,
            detail=detail[:120],
        )
        add_if_new([attempt])


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
