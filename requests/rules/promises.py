"""Who calls a leader, and by when: from the roster, the desk's hours and the clock. Pure."""

from datetime import datetime

from mvai.duty.desk import Standing
from requests.models import AssistanceRequest
from requests.rules.next_actions import CALL_WITHIN
from requests.states import NextAction, State

AWAITS_CALL = frozenset({State.SUBMITTED, State.ACKNOWLEDGED})


def caller_of(assistance_request: AssistanceRequest, standing: Standing) -> int | None:
    """The user who calls, as things are now: whoever has it, else whoever was promised, else
    whoever is there in their place. None: nobody can be named.

    A promised officer who is not on duty at any moment before the promised time, because the
    roster was changed after filing, is not named any more; the promised time stays.
    """
    owner = assistance_request.owner
    if owner is not None and owner.is_active:
        return owner.pk
    promised, due = assistance_request.promised_by_id, assistance_request.promised_call_by
    if due is None:
        return None
    there = {
        shift.user_id
        for shift in standing.shifts
        if shift.starts_at < due and shift.ends_at > standing.at
    }
    if promised in there:
        return promised
    shift, from_when = standing.speaker
    return shift.user_id if shift and from_when and from_when < due else None


def next_promise(
    assistance_request: AssistanceRequest, standing: Standing, *, at: datetime
) -> tuple[int | None, datetime | None]:
    """Who calls instead, and by when, once a promise was missed; (None, None): nobody can say.

    Whoever has the request calls when their next action is due, or within a quarter of an hour.
    Without an owner, whoever speaks for the desk.
    """
    owner = assistance_request.owner
    if owner is not None and owner.is_active:
        due = assistance_request.next_action_due_at
        if assistance_request.next_action == NextAction.CALL and due is not None and due > at:
            return owner.pk, due
        return owner.pk, at + CALL_WITHIN
    shift, from_when = standing.speaker
    if from_when is None:
        return None, None
    return shift.user_id if shift else None, from_when + CALL_WITHIN
