"""What the duty officer does with a request."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.duty import actions as duty
from mvai.people.models import Channel, ContactPoint
from mvai.web.refusals import Refused
from mvai.web.times import clock_words
from requests import rules
from requests.actions import alarms, contact, goals, promises
from requests.actions.delegates import name_delegate
from requests.actions.moves import MoveRefused, hold, make_move, put_next_step, save_next_step
from requests.models import AssistanceRequest, CallLog, Goal, IdentityTry, Verification
from requests.rules.next_actions import WRITE_DOWN_WITHIN, NextStep
from requests.states import (
    OF_OUR_CALLS,
    CallOutcome,
    Identity,
    IdentityMethod,
    NextAction,
    State,
)

NOTE_LENGTH = 280


@transaction.atomic
def take(*, assistance_request: AssistanceRequest, by: User, at: datetime) -> AssistanceRequest:
    """ "I have it": the first to say so owns the request; the second is told who has it."""
    if not by.may(Permission.REQUEST_WORK):
        raise PermissionDenied
    ringing = alarms.about(assistance_request, kinds_=[alarms.FILED, alarms.UNATTENDED])
    for alarm in ringing.ringing().order_by("pk"):
        try:
            duty.take(alarm=alarm, by=by, at=at)  # which comes back to `own`
        except Refused as refusal:
            raise MoveRefused(str(refusal)) from refusal
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if not locked.is_open:
        raise MoveRefused(_("This request is closed. Reopen it to go on."))
    if locked.owner is not None and locked.owner.is_active and locked.owner_id != by.pk:
        raise MoveRefused(_who_has_it(locked, by))
    return own(locked.pk, by=by, at=at)


def own(pk: int, *, by: User, at: datetime) -> AssistanceRequest:
    """Make `by` the owner, whoever it was: something rang about this request, and they came."""
    locked = AssistanceRequest.objects.locked(pk)
    if not locked.is_open:
        return locked
    if locked.state == State.SUBMITTED:
        taken = make_move(name="take", assistance_request=locked, by=by, at=at)
        promises.renew(taken, at=at)
        return taken
    if locked.owner_id == by.pk and locked.next_action:
        return locked
    locked.owner = by
    changed = {"owner"}
    if not locked.next_action:
        changed |= put_next_step(locked, rules.after_move(locked.state, locked, at=at))
    locked.save(update_fields=sorted(changed))
    locked.follow_ups.open().update(owner=by)
    alarms.settle(locked, alarms.UNATTENDED, at=at)
    log.record(verb="request.taken_over", target=locked, by=by, at=at, label=locked.reference)
    return locked


@transaction.atomic
def give_back(
    *, assistance_request: AssistanceRequest, by: User, at: datetime, note: str = ""
) -> AssistanceRequest:
    """Return a request to the desk: it has no owner, and rings until somebody takes it."""
    alarms.lock(assistance_request)
    locked = hold(assistance_request, by=by)
    if locked.owner_id != by.pk:
        raise MoveRefused(_who_has_it(locked, by))
    if locked.state == State.ACKNOWLEDGED:
        kind = alarms.FILED
        locked = make_move(name="give_back", assistance_request=locked, by=by, at=at, note=note)
    else:
        kind = alarms.UNATTENDED
        locked.owner = None
        locked.save(update_fields=["owner"])
        log.record(verb="request.given_back", target=locked, by=by, at=at, label=locked.reference)
    for alarm in alarms.about(locked, kinds_=[kind]).filter(taken_by=by):
        duty.give_back(alarm=alarm, by=by, at=at)
        return locked
    alarms.ring(kind, locked, at)
    return locked


@transaction.atomic
def hand_over(
    *, assistance_request: AssistanceRequest, to: User, by: User, at: datetime, note: str = ""
) -> AssistanceRequest:
    """Make a colleague the owner, of the request and of its open follow-ups."""
    alarms.lock(assistance_request)
    locked = hold(assistance_request, by=by)
    refuse_untaken(locked)
    if not (to.is_active and to.may(Permission.REQUEST_WORK)):
        raise MoveRefused(_("Choose somebody who works the desk."))
    if to.pk == locked.owner_id:
        raise MoveRefused(_("%(name)s has it already.") % {"name": to.display_name})
    locked.owner = to
    changed = {"owner"}
    if note.strip():
        locked.next_action_note = note.strip()[:NOTE_LENGTH]
        changed.add("next_action_note")
    if not locked.next_action:
        changed |= put_next_step(locked, rules.after_move(locked.state, locked, at=at), note)
    locked.save(update_fields=sorted(changed))
    locked.follow_ups.open().update(owner=to)
    alarms.settle(locked, alarms.UNATTENDED, at=at)
    log.record(
        verb="request.handed_over",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        to=to.pk,
    )
    return locked


@transaction.atomic
def log_call(
    *,
    assistance_request: AssistanceRequest,
    outcome: str,
    minutes: int | None = 0,
    note: str = "",
    leader_agrees: bool = False,
    by: User,
    at: datetime,
) -> CallLog:
    """Keep that the leader was called and how it went; sets the next action.

    A number that was answered by the leader is proven. The alarm that rang for the call is
    settled, whether or not anybody answered: the next action says when to try again.
    `leader_agrees` keeps that the leader wants what somebody else asked for in their name.
    """
    alarms.lock(assistance_request)
    locked = hold(assistance_request, by=by)
    refuse_untaken(locked)
    if outcome not in OF_OUR_CALLS:
        raise MoveRefused(_("Choose how the call went."))
    call = CallLog.objects.create(
        assistance_request=locked,
        by=by,
        at=at,
        outcome=outcome,
        minutes=minutes or 0,
        note=note.strip()[:500],
    )
    changed: set[str] = set()
    if outcome != CallOutcome.WRONG_NUMBER:
        goals.meet(locked, Goal.CALLED, at=at)
        promises.keep(locked, at=at)
    if outcome == CallOutcome.REACHED:
        locked.last_contact_at = at
        changed.add("last_contact_at")
        _prove_number(locked, at)
        if leader_agrees and locked.waits_for_leader:
            locked.leader_agreed_at, locked.leader_agreed_by = at, by
            changed |= {"leader_agreed_at", "leader_agreed_by"}
    if step := rules.after_call(outcome, locked, at=at):
        changed |= put_next_step(locked, step)
    if changed:
        locked.save(update_fields=sorted(changed))
    alarms.settle(locked, alarms.FILED, at=at)
    log.record(
        verb="request.called",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        outcome=outcome,
        leader_agreed="leader_agreed_at" in changed,
    )
    return call


@transaction.atomic
def confirm_identity(
    *,
    assistance_request: AssistanceRequest,
    method: str,
    note: str = "",
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Keep how we know who the leader is. From now on advisors may be asked.

    That a code was read back is for actions.identity to say: nobody can merely claim it.
    """
    locked = hold(assistance_request, by=by)
    if method not in IdentityMethod.values:
        raise MoveRefused(_("Choose how it was confirmed."))
    if method == IdentityMethod.AGENCY_EMAIL_CODE:
        raise MoveRefused(_("Send the code from here, and type what they read to you."))
    return confirmed(locked, method=method, note=note, by=by, at=at)


def confirmed(
    locked: AssistanceRequest, *, method: str, note: str, by: User, at: datetime
) -> AssistanceRequest:
    """Write down, on a locked row, that it is who they say."""
    _write_identity(locked, Identity.CONFIRMED, method=method, note=note, by=by, at=at)
    changed = contact.confirmed(locked, by=by, at=at)
    if locked.next_action == NextAction.CONFIRM_IDENTITY or (
        changed and locked.next_action == NextAction.CALL
    ):
        save_next_step(locked, _after_identity(locked, at))
    log.record(
        verb="request.identity_confirmed",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        method=method,
    )
    return locked


@transaction.atomic
def not_confirmed(
    *,
    assistance_request: AssistanceRequest,
    method: str = "",
    note: str = "",
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Keep that identity could not be confirmed; open offers are taken back."""
    from requests.actions import outreach

    locked = hold(assistance_request, by=by)
    refuse_untaken(locked)
    if locked.engagements.active().exists():
        raise MoveRefused(
            _("An advisor is with this agency already. End that first, or close the request.")
        )
    _write_identity(locked, Identity.NOT_CONFIRMED, tried=method, note=note, by=by, at=at)
    outreach.take_back(locked, by=by, at=at)
    save_next_step(
        locked,
        NextStep(NextAction.CONFIRM_IDENTITY, at + WRITE_DOWN_WITHIN),
        _("Not confirmed so far: try another way, or close it."),
    )
    log.record(
        verb="request.identity_not_confirmed",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
    )
    return locked


@transaction.atomic
def set_next_action(
    *,
    assistance_request: AssistanceRequest,
    code: str,
    due_at: datetime,
    note: str = "",
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Set what the owner does next, and by when."""
    alarms.lock(assistance_request)
    locked = hold(assistance_request, by=by)
    refuse_untaken(locked)
    if code not in NextAction.values:
        raise MoveRefused(_("Choose what happens next."))
    if due_at <= at:
        raise MoveRefused(_("Choose a time that still lies ahead."))
    changed = put_next_step(locked, NextStep(NextAction(code), due_at), note.strip()[:NOTE_LENGTH])
    if locked.owner is None or not locked.owner.is_active:
        locked.owner = by
        changed.add("owner")
    locked.save(update_fields=sorted(changed))
    alarms.settle(locked, alarms.UNATTENDED, at=at)
    log.record(
        verb="request.next_action_set",
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        next=code,
        due=due_at,
    )
    return locked


def _after_identity(locked: AssistanceRequest, at: datetime) -> NextStep | None:
    """Where the request goes on once we know who it is; a change may come at any time."""
    if locked.state == State.ACKNOWLEDGED:
        return NextStep(NextAction.TRIAGE, at + WRITE_DOWN_WITHIN)
    if locked.state == State.FOLLOWING_UP:
        planned = locked.follow_ups.open().order_by("due_at")
        due_at = planned.values_list("due_at", flat=True).first()
    else:
        asked = locked.offers.open().order_by("expires_at")
        due_at = asked.values_list("expires_at", flat=True).first()
    return rules.after_move(locked.state, locked, at=at, due_at=due_at)


def _who_has_it(locked: AssistanceRequest, reader: User) -> str:
    if locked.owner is None:
        return _("Nobody has this request now. Take it first.")
    if locked.acknowledged_at is None:
        return _("%(name)s has it.") % {"name": locked.owner.display_name}
    return _("%(name)s has it since %(time)s.") % {
        "name": locked.owner.display_name,
        "time": clock_words(locked.acknowledged_at, reader.person.time_zone),
    }


def refuse_untaken(locked: AssistanceRequest) -> None:
    if locked.state == State.SUBMITTED:
        raise MoveRefused(_("Nobody has taken this request yet. Take it first."))


def _write_identity(
    locked: AssistanceRequest,
    state: Identity,
    *,
    method: str = "",
    tried: str = "",
    note: str,
    by: User,
    at: datetime,
) -> None:
    """The last word, and the try that it came of. `tried`: the way that did not confirm it."""
    verification, _made = Verification.objects.update_or_create(
        assistance_request=locked,
        defaults={
            "state": state,
            "method": method,
            "note": note.strip()[:NOTE_LENGTH],
            "by": by,
            "at": at,
        },
    )
    locked.verification = verification
    IdentityTry.objects.create(
        assistance_request=locked,
        method=method or tried,
        outcome=state,
        by=by,
        at=at,
        note=verification.note,
    )


def _prove_number(locked: AssistanceRequest, at: datetime) -> None:
    if locked.call_number_e164:
        ContactPoint.objects.filter(
            person=locked.leader_id,
            channel__in=[Channel.VOICE, Channel.SMS],
            normalized=locked.call_number_e164,
            proven_at=None,
        ).update(proven_at=at)


__all__ = [
    "confirm_identity",
    "give_back",
    "hand_over",
    "log_call",
    "name_delegate",
    "not_confirmed",
    "own",
    "set_next_action",
    "take",
]
