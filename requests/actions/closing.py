"""The end of a request, and its return."""

from datetime import datetime

from django.db import transaction

from mvai.accounts.models import User
from mvai.outbox import actions as outbox
from requests.actions import alarms, engagements, follow_ups, goals, outreach, promises
from requests.actions.messages import REQUEST_WITHDRAWN
from requests.actions.moves import make_move
from requests.models import AssistanceRequest
from requests.states import CloseReason, EngagementState


@transaction.atomic
def close(
    *,
    assistance_request: AssistanceRequest,
    close_reason: str,
    note: str = "",
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Close with a coded reason: offers, engagements, follow-ups and alarms end with it."""
    alarms.lock(assistance_request)
    locked = make_move(
        name="close",
        assistance_request=assistance_request,
        by=by,
        at=at,
        close_reason=close_reason,
        note=note,
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


def _wind_up(locked: AssistanceRequest, *, by: User | None, at: datetime) -> None:
    outreach.take_back(locked, by=by, at=at)
    for engagement in locked.engagements.active().select_related("advisor"):
        engagements.finish(engagement, EngagementState.ENDED, locked, at=at)
    follow_ups.stop_all(locked, by=by, at=at)
    goals.drop(locked, at=at)
    promises.drop(locked, at=at)
    alarms.settle(locked, *alarms.ALL, at=at)
