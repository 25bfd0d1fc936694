"""The only writer of a request's state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.outbox import actions as outbox
from mvai.outbox.states import MessageState
from mvai.web.refusals import Refused
from requests import rules
from requests.actions import goals
from requests.models import AssistanceRequest, Engagement, Goal, StateChange
from requests.rules.next_actions import NextStep
from requests.states import (
    MOVES,
    OPEN,
    REASONS_WITH_NOTE,
    CloseReason,
    Move,
    NextAction,
    State,
)

NOTE_LENGTH = 500
_TIMES = {
    "take": "acknowledged_at",
    "triage": "triaged_at",
    "engage": "engaged_at",
}


class MoveRefused(Refused):
    """The request is not, or no longer, ready for this."""


@transaction.atomic
def make_move(
    *,
    name: str,
    assistance_request: AssistanceRequest,
    by: User | None,
    at: datetime,
    note: str = "",
    close_reason: str = "",
    fields: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
) -> AssistanceRequest:
    """Change a request's state: the only function in the project that does.

    Locks the row, asks whether this person may and this state allows it, writes, audits, and
    promises the message that belongs to the move, all in one transaction. `fields` are
    stored with it; `due_at` is when the next action is due where the table of next actions
    can't know. `by` is None for the requester on the status page. Returns the row as it now is.
    """
    move = MOVES[name]
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if not rules.may_make(by, move, locked):
        raise PermissionDenied
    if locked.state not in move.sources:
        raise MoveRefused(_not_from_here(locked))
    if move.needs_names and rules.names_are_removed(locked):
        raise MoveRefused(_("Their names were removed as they asked. It stays closed."))
    note = note.strip()[:NOTE_LENGTH]
    _check_words(move, note, close_reason)

    source, changed = locked.state, {"state"}
    for field, value in (fields or {}).items():
        setattr(locked, field, value)
        changed.add(field)
    locked.state = move.target
    if name in _TIMES and (name != "take" or locked.acknowledged_at is None):
        setattr(locked, _TIMES[name], at)
        changed.add(_TIMES[name])
    changed |= _end_or_return(locked, at, close_reason, note)
    changed |= _keep_owned(locked, move, by)
    changed |= put_next_step(locked, rules.after_move(move.target, locked, at=at, due_at=due_at))
    locked.save(update_fields=sorted(changed))

    change = StateChange.objects.create(
        assistance_request=locked,
        move=name,
        source=source,
        target=move.target,
        by=by,
        at=at,
        note=note,
    )
    log.record(
        verb=move.verb,
        target=locked,
        by=by,
        at=at,
        label=locked.reference,
        source=source,
        state=move.target,
        **({"reason": close_reason} if close_reason else {}),
    )
    if name == "take":
        goals.meet(locked, Goal.ACKNOWLEDGED, at=at)
    if move.tells_leader:
        tell_leader(locked, move.tells_leader, occurrence=f"move-{change.pk}", at=at)
    return locked


def tell_leader(locked: AssistanceRequest, purpose: str, *, occurrence: str, at: datetime) -> None:
    """Promise the leader a message; where none may go, the owner's next action says so."""
    messages = outbox.enqueue(
        purpose=purpose,
        subject=locked,
        people=[locked.leader],
        at=at,
        label=locked.reference,
        occurrence=occurrence,
    )
    if all(message.state == MessageState.CANCELED for message in messages):
        locked.next_action_note = _("No message can go to the leader. Tell them on the phone.")
        locked.save(update_fields=["next_action_note"])


def hold(
    assistance_request: AssistanceRequest,
    *,
    by: User,
    needs: Permission = Permission.REQUEST_WORK,
    must_be_open: bool = True,
) -> AssistanceRequest:
    """The request, locked for work by this user; refused when it is closed or not theirs."""
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if not by.may(needs):
        raise PermissionDenied
    if must_be_open and not locked.is_open:
        raise MoveRefused(_not_from_here(locked))
    return locked


def hold_for(
    assistance_request: AssistanceRequest, *, by: User | None, must_be_open: bool = True
) -> AssistanceRequest:
    """As `hold`; nobody at all stands for the leader's page, which a code has opened."""
    if by is not None:
        return hold(assistance_request, by=by, must_be_open=must_be_open)
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if must_be_open and not locked.is_open:
        raise MoveRefused(_("This request is closed. Ask for a call again to go on."))
    return locked


def hold_part(
    engagement: Engagement, *, by: User, needs: Permission
) -> tuple[AssistanceRequest, Engagement]:
    """The request, locked, and an advisor's active part in it; for that advisor and the desk."""
    locked = AssistanceRequest.objects.locked(engagement.assistance_request_id)
    engagement = Engagement.objects.select_related("advisor__person").get(pk=engagement.pk)
    is_own = by.person_id == engagement.advisor.person_id
    if not by.may(needs) or not (is_own or by.may(Permission.REQUEST_WORK)):
        raise PermissionDenied
    if not engagement.is_active or not locked.is_open:
        raise MoveRefused(_("This engagement has ended."))
    return locked, engagement


def put_next_step(locked: AssistanceRequest, step: NextStep | None, note: str = "") -> set[str]:
    """Write the next action on a locked row; the names of the fields it changed."""
    locked.next_action = step.code if step else ""
    locked.next_action_due_at = step.due_at if step else None
    locked.next_action_note = note
    return {"next_action", "next_action_due_at", "next_action_note"}


def save_next_step(locked: AssistanceRequest, step: NextStep | None, note: str = "") -> None:
    """Write and store the next action of a locked row."""
    locked.save(update_fields=sorted(put_next_step(locked, step, note)))


def decide_again(locked: AssistanceRequest, at: datetime, note: str = "") -> None:
    """The owner is to choose whom to ask next."""
    step = rules.after_move(State.SEEKING, locked, at=at)
    assert step is not None
    assert step.code == NextAction.CHOOSE_AGAIN
    save_next_step(locked, step, note)


def _not_from_here(locked: AssistanceRequest) -> str:
    words = {
        State.CLOSED: _("This request is closed. Reopen it to go on."),
        State.SUBMITTED: _("Nobody has taken this request yet. Take it first."),
    }
    return words.get(State(locked.state)) or _("%(reference)s has moved on: %(state)s.") % {
        "reference": locked.reference,
        "state": locked.get_state_display(),
    }


def _check_words(move: Move, note: str, close_reason: str) -> None:
    if move.needs_close_reason and close_reason not in CloseReason.values:
        raise MoveRefused(_("Choose why the request is closed."))
    if close_reason in REASONS_WITH_NOTE and not note:
        raise MoveRefused(_("Say in a few words why: the next person reads it."))
    if move.needs_note and not note:
        raise MoveRefused(_("Say in a few words why: the next person reads it."))


def _end_or_return(
    locked: AssistanceRequest, at: datetime, close_reason: str, note: str
) -> set[str]:
    """Closing keeps when and why; being open forgets them, and of which other one it was."""
    is_open = locked.state in OPEN
    if is_open and locked.closed_at is None:
        return set()
    locked.closed_at = None if is_open else at
    locked.close_reason = "" if is_open else close_reason or CloseReason.WITHDRAWN
    locked.close_note = "" if is_open else note
    if is_open:
        locked.duplicate_of = None
    return {"closed_at", "close_reason", "close_note", "duplicate_of"}


def _keep_owned(locked: AssistanceRequest, move: Move, by: User | None) -> set[str]:
    """An open, taken request has an owner; a move by staff gives one to a request without."""
    if locked.state == State.SUBMITTED:
        locked.owner = None
        return {"owner"}
    works_desk = by is not None and by.is_active and by.may(Permission.REQUEST_WORK)
    if not works_desk or not locked.is_open:
        return set()
    has_owner = locked.owner is not None and locked.owner.is_active
    if move.name in {"take", "reopen"} or not has_owner:
        locked.owner = by
        return {"owner"}
    return set()
