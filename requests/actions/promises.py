"""A leader was promised a call: kept, missed and said so, or dropped. This is who writes them."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from mvai.audit import log
from mvai.duty import desk
from mvai.outbox import actions as outbox
from mvai.outbox import claims
from requests.actions import goals
from requests.actions.call_messages import CALL_LATE
from requests.models import AssistanceRequest, CallLog, CallPromise, CallStart
from requests.rules.next_actions import CALL_WITHIN
from requests.rules.promises import AWAITS_CALL, next_promise

BATCH = 100
# Whoever was let down so often is given no further time until somebody takes the request: another
# would be worth nothing. The alarm rings on.
MOST_MISSED = 3


def tell_missed(now: datetime) -> int:
    """A sweep: promises that were not kept in time. Each is told to the leader once, with who
    calls now and by when; that is the next promise.
    """
    _write_due(now)
    due = CallPromise.objects.falling_due(now).order_by("due_at", "pk")

    def tell(claim: claims.Claim) -> bool:
        found = claim.of(due).first()
        if found is None:
            return False
        locked = AssistanceRequest.objects.locked(found.assistance_request_id)
        promise = claim.of(due).select_for_update(of=("self",), no_key=True).first()
        if promise is None:
            return False
        if _is_called(locked, since=promise.made_at):
            promise.kept_at = now
            promise.save(update_fields=["kept_at"])
        elif locked.state not in AWAITS_CALL:
            promise.dropped_at = now
            promise.save(update_fields=["dropped_at"])
        else:
            _miss(promise, locked, at=now)
        return True

    return claims.deal_with(due, tell, now=now)


# What follows is used by the other actions; the request's row is locked.


def keep(locked: AssistanceRequest, *, at: datetime) -> None:
    """Somebody calls, in time or late: the promise that stands is settled."""
    _write_first(locked)
    CallPromise.objects.open().filter(assistance_request=locked).update(kept_at=at)


def drop(locked: AssistanceRequest, *, at: datetime) -> None:
    """The request is closed: nobody waits for the call any more."""
    CallPromise.objects.open().filter(assistance_request=locked).update(dropped_at=at)


def renew(locked: AssistanceRequest, *, at: datetime) -> None:
    """Somebody has just taken it: where no promise lies ahead, they promise to call."""
    if locked.state not in AWAITS_CALL:
        return
    if locked.promised_call_by is not None and locked.promised_call_by > at:
        return
    if _is_called(locked, since=locked.submitted_at):
        return
    _write_first(locked)
    late = CallPromise.objects.open().filter(assistance_request=locked).first()
    if late is not None:
        _miss(late, locked, at=at)
    elif locked.owner_id is not None:
        _promise(locked, by=locked.owner_id, due_at=at + CALL_WITHIN, at=at)


def _miss(promise: CallPromise, locked: AssistanceRequest, *, at: datetime) -> None:
    goals.promise_from_filing(locked)  # before the columns they follow from are changed
    promise.missed_at = at
    promise.save(update_fields=["missed_at"])
    by, due_at = next_promise(locked, desk.standing(at), at=at)
    missed = CallPromise.objects.missed().filter(assistance_request=locked).count()
    if missed >= MOST_MISSED:
        due_at = None
    _promise(locked, by=by, due_at=due_at, at=at)
    log.record(
        verb="request.promise_missed",
        target=locked,
        at=at,
        label=locked.reference,
        due=promise.due_at,
        next=due_at,
    )
    if not locked.check_first:
        outbox.enqueue(
            purpose=CALL_LATE,
            subject=promise,
            people=[locked.leader],
            at=at,
            label=locked.reference,
        )


def _promise(
    locked: AssistanceRequest, *, by: int | None, due_at: datetime | None, at: datetime
) -> None:
    """Put a promise in the request's columns, from which the pages read it, and keep its row."""
    locked.promised_by_id, locked.promised_call_by = by, due_at
    locked.save(update_fields=["promised_by", "promised_call_by"])
    if due_at is not None:
        CallPromise.objects.get_or_create(
            assistance_request=locked, due_at=due_at, defaults={"by_id": by, "made_at": at}
        )


def _write_first(locked: AssistanceRequest) -> None:
    """The promise made at filing, which wrote no row."""
    if locked.promised_call_by is None or locked.call_promises.exists():
        return
    CallPromise.objects.create(
        assistance_request=locked,
        by_id=locked.promised_by_id,
        made_at=locked.submitted_at,
        due_at=locked.promised_call_by,
    )


def _write_due(now: datetime) -> None:
    """Rows for what was promised at filing, is due, and was neither kept nor written so far."""
    below = {"assistance_request": OuterRef("pk")}
    waiting = AssistanceRequest.objects.filter(
        ~Exists(CallPromise.objects.filter(**below)),
        ~Exists(CallLog.objects.filter(**below)),
        state__in=sorted(AWAITS_CALL),
        promised_call_by__lte=now,
    )
    CallPromise.objects.bulk_create(
        [
            CallPromise(
                assistance_request=one,
                by_id=one.promised_by_id,
                made_at=one.submitted_at,
                due_at=due_at,
            )
            for one in waiting.order_by("promised_call_by", "pk")[:BATCH]
            if (due_at := one.promised_call_by) is not None
        ],
        ignore_conflicts=True,
    )


def _is_called(locked: AssistanceRequest, *, since: datetime) -> bool:
    """Whether somebody has called, or said that they dial, since then."""
    since_then = {"assistance_request": locked, "at__gte": since}
    return (
        CallLog.objects.filter(**since_then).exists()
        or CallStart.objects.filter(**since_then).exists()
    )


__all__ = ["drop", "keep", "renew", "tell_missed"]
