"""The leader chooses among advisors who have already said yes, where the desk offers it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import actions as outbox
from requests.actions.engagements import tell_new_lead
from requests.actions.moves import MoveRefused, hold
from requests.actions.page_messages import LEADER_CHOSE
from requests.models import AssistanceRequest, Engagement
from requests.states import AdvisorRole

REASON_LENGTH = 140


@transaction.atomic
def offer_choice(
    *, assistance_request: AssistanceRequest, reasons: Mapping[int, str], by: User, at: datetime
) -> int:
    """Let the leader choose among these: a line on each, by the number of the engagement.

    No line, no choice; with fewer than two there is nothing to choose. How many there are.
    """
    locked = hold(assistance_request, by=by)
    active = list(locked.engagements.active())
    lines = {
        one.pk: " ".join(str(reasons.get(one.pk, "")).split())[:REASON_LENGTH] for one in active
    }
    count = sum(bool(line) for line in lines.values())
    if count == 1:
        raise MoveRefused(_("Write a line on two of them at least, or on none."))
    for one in active:
        one.choice_reason = lines[one.pk]
        one.save(update_fields=["choice_reason"])
    log.record(
        verb="engagement.choice_offered",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        count=count,
    )
    return count


@transaction.atomic
def choose(
    *, assistance_request: AssistanceRequest, engagement_id: int, at: datetime
) -> Engagement:
    """The leader's own choice makes the lead; who led takes the other's part. Twice is once."""
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    active = locked.engagements.active().select_related("advisor__person", "offer")
    chosen = active.filter(pk=engagement_id).first()
    if chosen is None:
        raise MoveRefused(_("This advisor can’t be chosen any more. Please choose again."))
    if chosen.role == AdvisorRole.LEAD and not chosen.choice_reason:
        return chosen
    if not chosen.choice_reason:
        raise MoveRefused(_("This advisor can’t be chosen any more. Please choose again."))
    lead = active.filter(role=AdvisorRole.LEAD).first()
    if lead is not None and lead.pk != chosen.pk:
        # One lead and one alternate at any moment, also between these three.
        part, chosen.role = chosen.role, AdvisorRole.SPECIALIST
        chosen.save(update_fields=["role"])
        lead.role = part
        lead.save(update_fields=["role"])
    chosen.role = AdvisorRole.LEAD
    chosen.save(update_fields=["role"])
    locked.engagements.active().update(choice_reason="")
    log.record(verb="engagement.chosen", target=chosen, at=at, label=locked.reference)
    locked.follow_ups.open().update(engagement=chosen)
    if lead is None or lead.pk != chosen.pk:
        tell_new_lead(chosen, locked, at=at)
    if locked.owner is not None and locked.owner.is_active:
        outbox.enqueue(
            purpose=LEADER_CHOSE,
            subject=locked,
            people=[locked.owner.person],
            at=at,
            label=locked.reference,
            occurrence=f"{chosen.pk}-{at.isoformat()}",
        )
    return chosen


__all__ = ["choose", "offer_choice"]
