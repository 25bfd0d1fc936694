"""An advisor at a leader's side."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from advisors.matching import REST_AFTER_CRITICAL
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.outbox import actions as outbox
from requests import rules
from requests.actions import agreed, alarms, follow_ups, goals, offers, outreach
from requests.actions.messages import ENGAGEMENT_STARTED, PEER_ASSIGNED
from requests.actions.moves import (
    MoveRefused,
    decide_again,
    hold_part,
    make_move,
    put_next_step,
    tell_leader,
)
from requests.models import AssistanceRequest, ContactLog, Engagement, Goal
from requests.states import AdvisorRole, EngagementState, State

NOTE_LENGTH = 500
DAY_IN_MINUTES = 1440


@transaction.atomic
def log_contact(
    *,
    engagement: Engagement,
    mode: Any,
    started_at: datetime,
    minutes: int,
    topics: Iterable[Any] = (),
    participants: str = "",
    note: str = "",
    by: User,
    at: datetime,
) -> ContactLog:
    """Keep one contact. The first one moves the request on to following up.

    `mode` is an EngagementType or its code, `topics` are needs or their codes.
    """
    locked, engagement = hold_part(engagement, by=by, needs=Permission.ENGAGEMENT_LOG)
    if started_at > at:
        raise MoveRefused(_("This contact lies ahead. Log it when it has taken place."))
    if not 0 < minutes <= DAY_IN_MINUTES:
        raise MoveRefused(_("Say about how many minutes it took."))
    if len(note) > NOTE_LENGTH:
        raise MoveRefused(_("The note is too long: at most 500 characters."))
    contact = ContactLog.objects.create(
        engagement=engagement,
        mode_id=getattr(mode, "pk", mode),
        at=started_at,
        minutes=minutes,
        participants=participants.strip()[:120],
        note=note.strip(),
        logged_at=at,
        logged_by=by,
    )
    contact.topics.set([getattr(topic, "pk", topic) for topic in topics])
    if engagement.first_contact_at is None:
        engagement.first_contact_at = started_at
        engagement.save(update_fields=["first_contact_at"])
    if locked.last_contact_at is None or started_at > locked.last_contact_at:
        locked.last_contact_at = started_at
        locked.save(update_fields=["last_contact_at"])
    goals.meet(locked, Goal.CONTACTED, at=started_at)
    agreed.settle(engagement, at=at)
    if locked.state == State.ENGAGED:
        make_move(
            name="begin_following_up",
            assistance_request=locked,
            by=by,
            at=at,
            due_at=follow_ups.next_due(locked),
        )
    elif locked.state == State.FOLLOWING_UP:
        follow_ups.refresh_next_action(locked, at)
    log.record(
        verb="engagement.contact_logged",
        target=engagement,
        by=by,
        at=at,
        label=locked.reference,
        mode=contact.mode_id,
        minutes=minutes,
    )
    return contact


@transaction.atomic
def step_back(
    *, engagement: Engagement, by: User, at: datetime, note: str = ""
) -> AssistanceRequest:
    """The advisor steps away, without a reason: the alternate takes over, or we ask again.

    The agency hears only who its contact is now.
    """
    locked, engagement = hold_part(engagement, by=by, needs=Permission.ENGAGEMENT_LOG)
    note = note.strip()[:280]
    stand_down(engagement, locked, verb="engagement.stepped_back", by=by, at=at, note=note)
    return AssistanceRequest.objects.get(pk=locked.pk)


@transaction.atomic
def end(*, engagement: Engagement, by: User, at: datetime) -> Engagement:
    """End an advisor's part: the work is done. Follow-ups go on with the desk."""
    if not by.may(Permission.REQUEST_WORK):
        raise PermissionDenied
    locked, engagement = hold_part(engagement, by=by, needs=Permission.REQUEST_WORK)
    finish(engagement, EngagementState.ENDED, locked, at=at)
    log.record(
        verb="engagement.ended",
        target=engagement,
        by=by,
        at=at,
        label=locked.reference,
        role=engagement.role,
    )
    if engagement.role == AdvisorRole.LEAD and locked.state == State.ENGAGED:
        promoted = offers.promote_alternate(locked, at=at)
        if promoted is not None:
            _tell_leader(promoted, locked, at)
        else:
            _seek_again(locked, at, "", ring=False)
    return engagement


@transaction.atomic
def replace(*, assistance_request: AssistanceRequest, by: User, at: datetime) -> AssistanceRequest:
    """The leader asked for a different advisor: the lead's part ends, and the advisor rests.

    The alternate becomes the lead, else somebody else is asked. The advisor hears that their
    part has ended and no reason; nothing is counted against them.
    """
    if not by.may(Permission.REQUEST_WORK):
        raise PermissionDenied
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if locked.different_advisor_asked_at is None:
        return locked
    lead = locked.engagements.active().leads().select_related("advisor").first()
    locked.different_advisor_asked_at = None
    locked.save(update_fields=["different_advisor_asked_at"])
    if lead is None:
        return locked
    finish(lead, EngagementState.ENDED, locked, at=at)
    log.record(
        verb="engagement.ended",
        target=lead,
        by=by,
        at=at,
        label=locked.reference,
        role=lead.role,
    )
    promoted = offers.promote_alternate(locked, at=at)
    if promoted is not None:
        locked.follow_ups.open().filter(engagement=lead).update(engagement=promoted)
        step = rules.after_move(State.ENGAGED, locked, at=at)
        locked.save(
            update_fields=sorted(put_next_step(locked, step, _("The alternate is the lead now.")))
        )
        _tell_leader(promoted, locked, at)
    else:
        _seek_again(locked, at, "", ring=False)
    return AssistanceRequest.objects.get(pk=locked.pk)


# What follows is used by the other actions; the request's row is locked.


def stand_down(
    engagement: Engagement,
    locked: AssistanceRequest,
    *,
    verb: str,
    by: User,
    at: datetime,
    note: str,
) -> None:
    """Free the seat of an active part that can't go on; `note` is for the owner, if anything."""
    alternate = (
        locked.engagements.active().filter(role=AdvisorRole.ALTERNATE).exists()
        if engagement.role == AdvisorRole.LEAD
        else False
    )
    state = EngagementState.HANDED_OVER if alternate else EngagementState.ENDED
    finish(engagement, state, locked, at=at)
    log.record(
        verb=verb,
        target=engagement,
        by=by,
        at=at,
        label=locked.reference,
        role=engagement.role,
    )
    if engagement.role == AdvisorRole.LEAD:
        if alternate:
            _hand_to_alternate(engagement, locked, at, note)
        else:
            _seek_again(locked, at, note or _("The lead advisor stepped back."))
    elif locked.is_critical:
        decide_again(locked, at, note or _("The alternate stepped back. Choose another."))
    elif note:
        locked.next_action_note = note
        locked.save(update_fields=["next_action_note"])


def finish(
    engagement: Engagement, state: EngagementState, locked: AssistanceRequest, *, at: datetime
) -> None:
    """Free the seat. After a critical request the advisor rests, until they say otherwise."""
    engagement.state, engagement.ended_at = state, at
    engagement.save(update_fields=["state", "ended_at"])
    agreed.end_with(engagement, locked, at=at)
    advisor, until = engagement.advisor, at + REST_AFTER_CRITICAL
    if locked.is_critical and (advisor.rest_until is None or advisor.rest_until < until):
        advisor.rest_until, advisor.rest_waived = until, False
        advisor.save(update_fields=["rest_until", "rest_waived"])


def tell_new_lead(engagement: Engagement, locked: AssistanceRequest, *, at: datetime) -> None:
    """Who was chosen as the lead opens the brief; a lead is a lead whoever chose."""
    outbox.enqueue(
        purpose=ENGAGEMENT_STARTED,
        subject=engagement,
        people=[engagement.advisor.person],
        at=at,
        label=locked.reference,
        occurrence=f"lead-{at.isoformat()}",
    )


def _hand_to_alternate(
    left: Engagement, locked: AssistanceRequest, at: datetime, note: str
) -> None:
    promoted = offers.promote_alternate(locked, at=at)
    assert promoted is not None
    locked.follow_ups.open().filter(engagement=left).update(engagement=promoted)
    locked.save(
        update_fields=sorted(
            put_next_step(
                locked,
                rules.after_move(State.ENGAGED, locked, at=at),
                note or _("The alternate is the lead now."),
            )
        )
    )
    _tell_leader(promoted, locked, at)


def _tell_leader(promoted: Engagement, locked: AssistanceRequest, at: datetime) -> None:
    tell_leader(locked, PEER_ASSIGNED, occurrence=f"engagement-{promoted.pk}", at=at)


def _seek_again(locked: AssistanceRequest, at: datetime, note: str, *, ring: bool = True) -> None:
    """Nobody is at the leader's side: whoever is still asked becomes the lead to be."""
    locked = make_move(
        name="seek_again",
        assistance_request=locked,
        by=User.objects.system(),
        at=at,
    )
    if outreach.running(locked) and offers.ask_alternate_to_lead(locked, at=at):
        outreach.await_answers(locked, at)
    elif note:
        locked.next_action_note = note
        locked.save(update_fields=["next_action_note"])
    if ring:
        alarms.ring(alarms.ADVISOR_NEEDED, locked, at)


__all__ = [
    "end",
    "finish",
    "log_contact",
    "replace",
    "stand_down",
    "step_back",
    "tell_new_lead",
]
