"""Planned contacts: rows with an owner and a due time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox import claims
from requests import rules
from requests.actions.messages import FOLLOW_UP_DUE
from requests.actions.moves import MoveRefused, hold_for, save_next_step
from requests.actions.page_messages import PLAN_CHANGED
from requests.models import AssistanceRequest, Engagement, FollowUp
from requests.rules.follow_ups import is_last, year_after, yearly_code
from requests.rules.next_actions import NextStep
from requests.states import OPEN, FollowUpState, NextAction, State

BATCH = 100
NOTE_LENGTH = 280
# Kept for the desk, which reads English, whatever the leader reads.
AT_THEIR_WISH = gettext_noop("At their wish.")
MOVED_AT_THEIR_WISH = gettext_noop("Moved at their wish.")


def plan(*, engagement: Engagement, at: datetime) -> list[FollowUp]:
    """Write the standard plan; what was ever planned or already lies behind is left alone.

    The first weeks count from the engagement, the later ones from the incident when its time
    is known. Run again for a new lead, the plan goes on as it was.
    """
    assistance_request = engagement.assistance_request
    owner_id = assistance_request.owner_id or engagement.offer.outreach.started_by_id
    planned = set(
        FollowUp.objects.filter(assistance_request=assistance_request).values_list(
            "milestone", flat=True
        )
    )
    rows = [
        FollowUp(
            assistance_request=assistance_request,
            engagement=engagement,
            milestone=milestone.code,
            label=str(milestone.label),
            due_at=due_at,
            owner_id=owner_id,
        )
        for milestone, due_at in rules.plan_of(
            engaged_at=engagement.started_at,
            happened_at=assistance_request.happened_at,
            zone=assistance_request.time_zone,
        )
        if milestone.code not in planned
    ]
    if planned or not rows:
        FollowUp.objects.filter(
            assistance_request=assistance_request, state__in=["planned", "due"]
        ).update(engagement=engagement)
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
    log.record(
        verb="follow_up.planned",
        target=assistance_request,
        at=at,
        label=assistance_request.reference,
        count=len(rows),
    )
    return list(FollowUp.objects.open().filter(assistance_request=assistance_request))


def mark_due(now: datetime) -> int:
    """A sweep: planned contacts whose time has come are due, and their owners are told."""
    due = (
        FollowUp.objects.falling_due(now)
        .filter(assistance_request__state__in=sorted(OPEN))
        .order_by("due_at", "pk")
    )

    def fall_due(claim: claims.Claim) -> bool:
        follow_up = (
            claim.of(due)
            .select_related("assistance_request", "owner__person")
            .select_for_update(of=("self",), no_key=True)
            .first()
        )
        if follow_up is None:
            return False
        follow_up.state = FollowUpState.DUE
        follow_up.save(update_fields=["state"])
        outbox.enqueue(
            purpose=FOLLOW_UP_DUE,
            subject=follow_up,
            people=[follow_up.owner.person],
            at=now,
            label=follow_up.assistance_request.reference,
        )
        log.record(
            verb="follow_up.due",
            target=follow_up,
            at=now,
            label=follow_up.assistance_request.reference,
            milestone=follow_up.milestone,
        )
        return True

    return claims.deal_with(due, fall_due, now=now, batch=BATCH)


@transaction.atomic
def done(*, follow_up: FollowUp, note: str = "", by: User, at: datetime) -> FollowUp:
    """It was done. The last contact creates the next, a year on."""
    locked, follow_up = _open(follow_up, by)
    _end(follow_up, FollowUpState.DONE, note, at)
    locked.last_contact_at = at
    locked.save(update_fields=["last_contact_at"])
    _record("follow_up.done", follow_up, locked, by, at)
    _create_next(follow_up, locked)
    refresh_next_action(locked, at)
    return follow_up


@transaction.atomic
def move(
    *, follow_up: FollowUp, due_at: datetime, note: str, by: User | None, at: datetime
) -> FollowUp:
    """Another day, with the reason; returns the new one, also when the same is said twice.

    `by` is None for the leader's page, here and below; the owner is told of it then.
    """
    locked, follow_up = _found(follow_up, by)
    after = FollowUp.objects.filter(moved_from=follow_up, due_at=due_at).first()
    if after is not None:
        return after
    _refuse_settled(follow_up)
    if due_at <= at:
        raise MoveRefused(_("Choose a day that still lies ahead."))
    if not note.strip():
        raise MoveRefused(_("Say why it moves."))
    _end(follow_up, FollowUpState.MOVED, note, at)
    moved = FollowUp.objects.create(
        assistance_request=locked,
        engagement=follow_up.engagement,
        milestone=follow_up.milestone,
        label=follow_up.label,
        due_at=due_at,
        owner=follow_up.owner,
        moved_from=follow_up,
    )
    _record("follow_up.moved", follow_up, locked, by, at)
    refresh_next_action(locked, at)
    _tell_owner(moved, locked, by, at)
    return moved


@transaction.atomic
def skip(*, follow_up: FollowUp, note: str = "", by: User, at: datetime) -> FollowUp:
    """Not this time. The last contact creates the next all the same."""
    locked, follow_up = _open(follow_up, by)
    _end(follow_up, FollowUpState.SKIPPED, note, at)
    _record("follow_up.skipped", follow_up, locked, by, at)
    _create_next(follow_up, locked)
    refresh_next_action(locked, at)
    return follow_up


@transaction.atomic
def stop_one(*, follow_up: FollowUp, note: str = "", by: User | None, at: datetime) -> FollowUp:
    """Not this one, and none in its place. Stopped already, it stays so."""
    locked, follow_up = _found(follow_up, by)
    if follow_up.state == FollowUpState.STOPPED:
        return follow_up
    _refuse_settled(follow_up)
    _end(follow_up, FollowUpState.STOPPED, note, at)
    _record("follow_up.stopped", follow_up, locked, by, at)
    refresh_next_action(locked, at)
    _tell_owner(follow_up, locked, by, at)
    return follow_up


@transaction.atomic
def stop(
    *, assistance_request: AssistanceRequest, note: str = "", by: User | None, at: datetime
) -> int:
    """The agency says stop: every open follow-up ends; how many did."""
    locked = hold_for(assistance_request, by=by)
    last = locked.follow_ups.open().order_by("due_at").first()
    stopped = stop_all(locked, by=by, at=at, note=note)
    if last is None and by is None:
        return 0  # pressed twice
    if last is not None:
        _tell_owner(last, locked, by, at)
    if locked.state == State.FOLLOWING_UP:
        save_next_step(
            locked,
            NextStep(NextAction.OTHER, at + timedelta(days=1)),
            _("The agency wants no more follow-ups. Close the request, or agree what is next."),
        )
    return stopped


# What follows is used by the other actions; the request's row is locked.


def stop_all(locked: AssistanceRequest, *, by: User | None, at: datetime, note: str = "") -> int:
    stopped = locked.follow_ups.open().update(
        state=FollowUpState.STOPPED, done_at=at, note=note.strip()[:NOTE_LENGTH]
    )
    if stopped:
        log.record(
            verb="follow_up.stopped",
            target=locked,
            by=by,
            at=at,
            label=locked.reference,
            count=stopped,
        )
    return stopped


def next_due(locked: AssistanceRequest) -> datetime | None:
    """When the next planned contact is due."""
    return locked.follow_ups.open().order_by("due_at").values_list("due_at", flat=True).first()


def refresh_next_action(locked: AssistanceRequest, at: datetime) -> None:
    """While following up, the next action is the next planned contact."""
    if locked.state == State.FOLLOWING_UP and locked.next_action in {
        NextAction.FOLLOW_UP,
        NextAction.FIRST_CONTACT,
        "",
    }:
        step = rules.after_move(State.FOLLOWING_UP, locked, at=at, due_at=next_due(locked))
        save_next_step(locked, step)


def _open(follow_up: FollowUp, by: User) -> tuple[AssistanceRequest, FollowUp]:
    locked, follow_up = _found(follow_up, by)
    _refuse_settled(follow_up)
    return locked, follow_up


def _found(follow_up: FollowUp, by: User | None) -> tuple[AssistanceRequest, FollowUp]:
    locked = hold_for(follow_up.assistance_request, by=by)
    follow_up = (
        FollowUp.objects.select_for_update(of=("self",), no_key=True)
        .select_related("engagement", "owner")
        .get(pk=follow_up.pk)
    )
    return locked, follow_up


def _refuse_settled(follow_up: FollowUp) -> None:
    if not follow_up.is_open:
        raise MoveRefused(
            _("This follow-up was settled already: %(state)s.")
            % {"state": follow_up.get_state_display().lower()}
        )


def _end(follow_up: FollowUp, state: FollowUpState, note: str, at: datetime) -> None:
    follow_up.state, follow_up.done_at = state, at
    follow_up.note = note.strip()[:NOTE_LENGTH]
    follow_up.save(update_fields=["state", "done_at", "note"])


def _create_next(follow_up: FollowUp, locked: AssistanceRequest) -> None:
    """After the last contact of the plan comes one a year on, until the agency says stop."""
    if not is_last(follow_up.milestone):
        return
    code = yearly_code(follow_up.milestone)
    if locked.follow_ups.filter(milestone=code).exists():
        return
    FollowUp.objects.create(
        assistance_request=locked,
        engagement=follow_up.engagement,
        milestone=code,
        label=_("After %(count)s years") % {"count": code[1:]},
        due_at=year_after(follow_up.due_at, locked.time_zone),
        owner=follow_up.owner,
    )


def _tell_owner(
    follow_up: FollowUp, locked: AssistanceRequest, by: User | None, at: datetime
) -> None:
    """The leader changed the plan on their page: who keeps it hears of it."""
    if by is None and follow_up.owner.is_active:
        outbox.enqueue(
            purpose=PLAN_CHANGED,
            subject=locked,
            people=[follow_up.owner.person],
            at=at,
            label=locked.reference,
            occurrence=f"follow_up-{follow_up.pk}",
        )


def _record(
    verb: str, follow_up: FollowUp, locked: AssistanceRequest, by: User | None, at: datetime
) -> None:
    log.record(
        verb=verb,
        target=follow_up,
        by=by,
        at=at,
        label=locked.reference,
        milestone=follow_up.milestone,
    )


__all__ = [
    "done",
    "mark_due",
    "move",
    "next_due",
    "plan",
    "refresh_next_action",
    "skip",
    "stop",
    "stop_all",
    "stop_one",
]
