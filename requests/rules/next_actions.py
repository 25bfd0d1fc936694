"""What the owner does next, and by when: one table, so that no open request is without."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from requests.models import AssistanceRequest
from requests.states import CallOutcome, Identity, NextAction, State, Urgency

CALL_WITHIN = timedelta(minutes=15)  # product.md: a human calls within a quarter of an hour
CALL_AGAIN_AFTER = timedelta(minutes=15)
WRITE_DOWN_WITHIN = timedelta(minutes=30)
DECIDE_WITHIN = timedelta(minutes=15)
QUIET_FOR_AT_MOST = timedelta(days=30)

# From acknowledging to advisors asked, and from an advisor's yes to the first talk
# (product.md, targets; business days are rounded up to calendar days).
CHOOSE_WITHIN = {
    Urgency.CRITICAL: timedelta(minutes=30),
    Urgency.URGENT: timedelta(hours=2),
    Urgency.STANDARD: timedelta(days=1),
    Urgency.PREP: timedelta(days=2),
}
FIRST_CONTACT_WITHIN = {
    Urgency.CRITICAL: timedelta(hours=2),
    Urgency.URGENT: timedelta(hours=4),
    Urgency.STANDARD: timedelta(days=1),
    Urgency.PREP: timedelta(days=2),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, and when it is due."""

    code: NextAction
    due_at: datetime


def after_move(
    target: str,
    assistance_request: AssistanceRequest,
    *,
    at: datetime,
    due_at: datetime | None = None,
) -> NextStep | None:
    """The next step once a request has come into the state `target`; None where none belongs.

    `due_at` is when the advisors' answers, or the next follow-up, are due. A request nobody
    has taken has no next action: its alarm rings instead.
    """
    urgency = Urgency(assistance_request.urgency or Urgency.CRITICAL)
    match target:
        case State.ACKNOWLEDGED:
            promised = assistance_request.promised_call_by
            if promised is not None and promised > at:
                return NextStep(NextAction.CALL, promised)
            return NextStep(NextAction.CALL, at + CALL_WITHIN)
        case State.TRIAGED:
            if not assistance_request.is_identity_confirmed:
                return NextStep(NextAction.CONFIRM_IDENTITY, at + WRITE_DOWN_WITHIN)
            return NextStep(NextAction.CHOOSE_ADVISORS, at + CHOOSE_WITHIN[urgency])
        case State.SEEKING:
            if due_at is None:
                return NextStep(NextAction.CHOOSE_AGAIN, at + DECIDE_WITHIN)
            return NextStep(NextAction.AWAIT_ANSWERS, due_at)
        case State.ENGAGED:
            return NextStep(NextAction.FIRST_CONTACT, at + FIRST_CONTACT_WITHIN[urgency])
        case State.FOLLOWING_UP:
            return NextStep(NextAction.FOLLOW_UP, due_at or at + QUIET_FOR_AT_MOST)
    return None


def after_call(
    outcome: str, assistance_request: AssistanceRequest, *, at: datetime
) -> NextStep | None:
    """The next step after a call while the request is new, or while whom we call has changed.

    None where it leads on by itself.
    """
    if assistance_request.state != State.ACKNOWLEDGED and not (
        assistance_request.next_action == NextAction.CALL
        and assistance_request.identity == Identity.PENDING
    ):
        return None
    if outcome != CallOutcome.REACHED:
        return NextStep(NextAction.CALL, at + CALL_AGAIN_AFTER)
    if not assistance_request.is_identity_confirmed:
        return NextStep(NextAction.CONFIRM_IDENTITY, at + WRITE_DOWN_WITHIN)
    return NextStep(NextAction.TRIAGE, at + WRITE_DOWN_WITHIN)
