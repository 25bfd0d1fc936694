"""Messages between the leader's page and the desk, and the wish for a different advisor."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import actions as outbox
from requests import rules
from requests.actions.inbox import LEADER_WROTE
from requests.actions.moves import MoveRefused, hold, hold_for, save_next_step, tell_leader
from requests.actions.page_messages import DESK_WROTE, DIFFERENT_ADVISOR
from requests.models import AssistanceRequest, Delegate, DeskMessage, Side
from requests.models.talk import LONGEST
from requests.rules.inbound import as_kept
from requests.rules.next_actions import NextStep
from requests.states import NextAction, State

MOST_UNREAD = 20  # of one side: beyond it, nobody is helped by one more
# Kept with the request for the desk, which reads English, whatever the leader reads.
DIFFERENT = gettext_noop(
    "They ask for a different advisor. No reason needed; tell the advisor none."
)


@transaction.atomic
def write_to_desk(
    *,
    assistance_request: AssistanceRequest,
    text: str,
    press: uuid.UUID,
    delegate: Delegate | None = None,
    at: datetime,
) -> DeskMessage:
    """Keep what the leader, or a delegate, wrote on the page; the owner is told that they did.

    `press` is the form's own: pressed twice, it is one message.
    """
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    known = DeskMessage.objects.filter(press=press, assistance_request=locked).first()
    if known is not None:
        return known
    if not locked.is_open:
        raise MoveRefused(_("This request is closed. Ask for a call again to go on."), "text")
    if DeskMessage.objects.filter(assistance_request=locked).unread_by(Side.DESK).count() >= (
        MOST_UNREAD
    ):
        raise MoveRefused(_("The desk has yet to read what you wrote. Please call."), "text")
    made = DeskMessage.objects.create(
        assistance_request=locked,
        side=Side.LEADER,
        delegate=delegate,
        text=_words(text),
        press=press,
        at=at,
    )
    _mark(locked, Side.LEADER, at)
    log.record(
        verb="desk_message.written",
        target=made,
        at=at,
        label=locked.reference,
        side=Side.LEADER,
        delegate=delegate.pk if delegate else None,
    )
    if locked.owner is not None and locked.owner.is_active:
        outbox.enqueue(
            purpose=LEADER_WROTE,
            subject=locked,
            people=[locked.owner.person],
            at=at,
            label=locked.reference,
            occurrence=f"desk_message:{made.pk}",
        )
    return made


@transaction.atomic
def write_to_leader(
    *,
    assistance_request: AssistanceRequest,
    text: str,
    press: uuid.UUID,
    by: User,
    at: datetime,
) -> DeskMessage:
    """Keep what the desk wrote; the leader is told that there is a message, not what it says."""
    locked = hold(assistance_request, by=by)
    known = DeskMessage.objects.filter(press=press, assistance_request=locked).first()
    if known is not None:
        return known
    made = DeskMessage.objects.create(
        assistance_request=locked, side=Side.DESK, by=by, text=_words(text), press=press, at=at
    )
    _mark(locked, Side.DESK, at)
    log.record(
        verb="desk_message.written",
        target=made,
        by=by,
        at=at,
        label=locked.reference,
        side=Side.DESK,
    )
    tell_leader(locked, DESK_WROTE, occurrence=f"desk_message-{made.pk}", at=at)
    return made


@transaction.atomic
def mark_read(*, assistance_request: AssistanceRequest, by: User | None, at: datetime) -> int:
    """This side has read what the other wrote; how many that was. `by` is None for the page."""
    locked = hold_for(assistance_request, by=by, must_be_open=False)
    side = Side.LEADER if by is None else Side.DESK
    read = _mark(locked, side, at)
    if read:
        log.record(
            verb="desk_message.read",
            target=locked,
            by=by,
            at=at,
            label=locked.reference,
            side=side,
            count=read,
        )
    return read


@transaction.atomic
def ask_for_different_advisor(
    *, assistance_request: AssistanceRequest, at: datetime
) -> AssistanceRequest:
    """The leader would rather talk to somebody else. No reason is asked, and none is kept.

    The desk's next action says so; the advisor is not told, and nothing is counted.
    Asked twice, it is asked once.
    """
    locked = AssistanceRequest.objects.locked(assistance_request.pk)
    if locked.different_advisor_asked_at is not None:
        return locked
    if not locked.engagements.active().leads().exists():
        raise MoveRefused(_("Nobody is with you yet. Tell the desk what matters to you."))
    locked.different_advisor_asked_at = at
    locked.save(update_fields=["different_advisor_asked_at"])
    step = rules.after_move(State.SEEKING, locked, at=at)
    assert step is not None
    save_next_step(
        locked,
        NextStep(NextAction.CHOOSE_AGAIN, step.due_at),
        DIFFERENT,
    )
    log.record(verb="request.different_advisor_asked", target=locked, at=at, label=locked.reference)
    if locked.owner is not None and locked.owner.is_active:
        outbox.enqueue(
            purpose=DIFFERENT_ADVISOR,
            subject=locked,
            people=[locked.owner.person],
            at=at,
            label=locked.reference,
            occurrence=at.isoformat(),
        )
    return locked


def _words(text: str) -> str:
    words = as_kept(text, LONGEST)
    if not words:
        raise MoveRefused(_("Write a few words first."), "text")
    return words


def _mark(locked: AssistanceRequest, side: Side, at: datetime) -> int:
    unread = DeskMessage.objects.filter(assistance_request=locked).unread_by(side)
    return unread.update(read_at=at)


__all__ = ["ask_for_different_advisor", "mark_read", "write_to_desk", "write_to_leader"]
