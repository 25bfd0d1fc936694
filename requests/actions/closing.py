"""The end of a request, and its return."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.duty import desk
from mvai.outbox import actions as outbox
from requests.actions import alarms, engagements, follow_ups, goals, outreach, promises
from requests.actions.messages import REQUEST_WITHDRAWN
from requests.actions.moves import MoveRefused, make_move
from requests.models import AssistanceRequest, RecordsAsk, RecordsKind, RecordsOutcome
from requests.rules.callers import promise
from requests.states import CloseReason, EngagementState


@transaction.atomic
def close(
    *,
    assistance_request: AssistanceRequest,
    close_reason: str,
    note: str = "",
    duplicate_of: AssistanceRequest | None = None,
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Close with a coded reason: offers, engagements, follow-ups and alarms end with it.

    `duplicate_of` is the request that goes on instead (actions.same.merge).
    """
    alarms.lock(assistance_request)
    locked = make_move(
        name="close",
        assistance_request=assistance_request,
        by=by,
        at=at,
        close_reason=close_reason,
        note=note,
        fields={"duplicate_of": duplicate_of} if duplicate_of else None,
    )
    _wind_up(locked, by=by, at=at)
    return locked


@transaction.atomic
def withdraw(
    *, assistance_request: AssistanceRequest, by: User | None = None, at: datetime
) -> AssistanceRequest:
    """The requester no longer wants it; `by` is None from the status page."""
    alarms.lock(assistance_request)
    locked = make_move(
        name="withdraw",
        assistance_request=assistance_request,
        by=by,
        at=at,
        close_reason=CloseReason.WITHDRAWN,
    )
    _wind_up(locked, by=by, at=at)
    if by is None and locked.owner is not None:
        outbox.enqueue(
            purpose=REQUEST_WITHDRAWN,
            subject=locked,
            people=[locked.owner.person],
            at=at,
            label=locked.reference,
            occurrence=at.isoformat(),
        )
    return locked


@transaction.atomic
def reopen(
    *, assistance_request: AssistanceRequest, note: str, by: User, at: datetime
) -> AssistanceRequest:
    """Take a closed request up again, as its owner; the first step is a call."""
    return make_move(name="reopen", assistance_request=assistance_request, by=by, at=at, note=note)


@transaction.atomic
def ask_again(
    *, assistance_request: AssistanceRequest, by: User | None = None, at: datetime
) -> AssistanceRequest:
    """The leader asks for a call again: the same request rings like a new one.

    Pressed twice, it rings once. Refused where the records were removed: nothing of them is
    left to go on with. `by` is None from the leader's page.
    """
    alarms.lock(assistance_request)
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if locked.is_open:
        return locked
    removed = RecordsAsk.objects.filter(
        assistance_request=locked, kind=RecordsKind.REMOVAL, outcome=RecordsOutcome.DONE
    )
    if removed.exists():
        raise MoveRefused(_("What we kept of this was removed. Please ask for a call anew."))
    standing = desk.standing(at)
    promised_by, call_by = promise(standing)
    locked = make_move(
        name="ask_again",
        assistance_request=locked,
        by=by,
        at=at,
        fields={
            "acknowledged_at": None,
            "promised_by_id": promised_by,
            "promised_call_by": call_by,
            "different_advisor_asked_at": None,
        },
    )
    alarms.ring(alarms.FILED, locked, at, standing)
    return locked


def _wind_up(locked: AssistanceRequest, *, by: User | None, at: datetime) -> None:
    outreach.take_back(locked, by=by, at=at)
    for engagement in locked.engagements.active().select_related("advisor"):
        engagements.finish(engagement, EngagementState.ENDED, locked, at=at)
    follow_ups.stop_all(locked, by=by, at=at)
    goals.drop(locked, at=at)
    promises.drop(locked, at=at)
    alarms.settle(locked, *alarms.ALL, at=at)
