"""Response goals: promised, met, missed or dropped. One row each, and this is who writes them."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef

from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import claims
from requests.actions.messages import GOAL_MISSED
from requests.models import AssistanceRequest, Goal, ResponseGoal
from requests.rules.goals import goals_after_triage, goals_at_filing
from requests.states import State

BATCH = 100


def promise_after_triage(locked: AssistanceRequest) -> None:
    """Set what the urgency promises; a changed urgency moves what is still open."""
    if not locked.urgency:
        return
    goals = goals_after_triage(
        urgency=locked.urgency, filed_at=locked.submitted_at, zone=locked.time_zone
    )
    _write(locked, goals)
    for goal, due_at in goals.items():
        ResponseGoal.objects.open().filter(assistance_request=locked, goal=goal).update(
            due_at=due_at
        )


def meet(locked: AssistanceRequest, goal: Goal, *, at: datetime) -> None:
    """It has happened, in time or late. The first time counts."""
    promise_from_filing(locked)
    ResponseGoal.objects.filter(
        assistance_request=locked, goal=goal, met_at=None, dropped_at=None
    ).update(met_at=at)


def drop(locked: AssistanceRequest, *, at: datetime) -> None:
    """The request is closed: what was not met by then is not waited for any more."""
    ResponseGoal.objects.filter(assistance_request=locked, met_at=None, dropped_at=None).update(
        dropped_at=at
    )


def tell_missed(now: datetime) -> int:
    """A sweep: goals that were not met in time, each told once to whoever has the request.

    Filing writes no goals, so that it stays quick: they follow from its columns, and are written
    when the first is met or, for what nobody has taken yet, here.
    """
    has_goals = Exists(ResponseGoal.objects.filter(assistance_request=OuterRef("pk")))
    for untaken in AssistanceRequest.objects.filter(~has_goals, state=State.SUBMITTED)[:BATCH]:
        promise_from_filing(untaken)
    due = ResponseGoal.objects.falling_due(now).order_by("due_at", "pk")

    def tell(claim: claims.Claim) -> bool:
        missed = (
            claim.of(due)
            .select_related("assistance_request__owner__person")
            .select_for_update(of=("self",), no_key=True)
            .first()
        )
        if missed is None:
            return False
        missed.missed_at = now
        missed.save(update_fields=["missed_at"])
        request = missed.assistance_request
        log.record(
            verb="request.goal_missed", target=request, at=now, label=request.reference,
            goal=missed.goal, due=missed.due_at,
        )  # fmt: skip
        # Without an owner the alarm already rings for everyone.
        if request.owner is not None and request.owner.is_active:
            outbox.enqueue(
                purpose=GOAL_MISSED,
                subject=missed,
                people=[request.owner.person],
                at=now,
                label=request.reference,
            )
        return True

    return claims.deal_with(due, tell, now=now)


def promise_from_filing(assistance_request: AssistanceRequest) -> None:
    """Write what was promised at filing, once; it follows from the request's columns."""
    filed = goals_at_filing(
        at=assistance_request.submitted_at, call_by=assistance_request.promised_call_by
    )
    _write(assistance_request, filed)


def _write(assistance_request: AssistanceRequest, goals: Mapping[Goal, datetime]) -> None:
    ResponseGoal.objects.bulk_create(
        [
            ResponseGoal(assistance_request=assistance_request, goal=goal, due_at=due_at)
            for goal, due_at in goals.items()
        ],
        ignore_conflicts=True,
    )
