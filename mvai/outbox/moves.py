"""The only writer of a message's state."""

from datetime import datetime
from functools import cache
from typing import Any

from django.db import models

from mvai.outbox.models import Message
from mvai.outbox.states import EXPIRING, MessageState, NotSent, sources_of
from mvai.web.prepared import Given, PreparedUpdate


def move(messages: models.QuerySet[Message], *, to: MessageState, **fields: Any) -> int:
    """Move those of `messages` that may become `to`, in one statement; return how many did.

    Others are left alone: whoever was quicker has moved them on. A lease ends with the claim
    unless a new one is given.
    """
    fields.setdefault("lease_until", None)
    return _able(messages, to).update(state=to, **fields)


def move_one(pk: int, *, to: MessageState, **fields: Any) -> bool:
    """As `move`, for the moves that every message makes."""
    fields.setdefault("lease_until", None)
    return bool(_of_one(to, tuple(sorted(fields))).run(pk=pk, **fields))


def move_claimed(message: Message, *, to: MessageState, **fields: Any) -> bool:
    """As `move_one`, while the claim that `message` was taken with is the latest."""
    fields.setdefault("lease_until", None)
    moves = _of_one(to, tuple(sorted(fields)), claimed=True)
    return bool(moves.run(pk=message.pk, ours=message.generation, **fields))


def drop(messages: models.QuerySet[Message], *, reason: NotSent, at: datetime) -> int:
    """End what lost its point before it was sent; return how many did."""
    to = MessageState.EXPIRED if reason in EXPIRING else MessageState.CANCELED
    return move(messages, to=to, not_sent_reason=reason, ended_at=at)


def give_up(
    messages: models.QuerySet[Message], *, in_doubt: bool, reason: NotSent, at: datetime
) -> int:
    """End the trying; return how many. What may have arrived is never called "not sent"."""
    if in_doubt:
        to, reason = MessageState.UNKNOWN, NotSent.NO_ANSWER
    else:
        to = MessageState.FAILED
    return move(messages, to=to, not_sent_reason=reason, ended_at=at)


def _able(messages: models.QuerySet[Message], to: MessageState) -> models.QuerySet[Message]:
    return messages.filter(state__in=sources_of(to))


@cache
def _of_one(to: MessageState, fields: tuple[str, ...], *, claimed: bool = False) -> PreparedUpdate:
    """The statement of each such move is written once; there are a handful."""

    def write() -> tuple[models.QuerySet[Message], dict[str, Any]]:
        one = Message.objects.filter(pk=Given("pk"))
        if claimed:
            one = one.filter(state=MessageState.CLAIMED, generation=Given("ours"))
        return _able(one, to), {"state": to, **{name: Given(name) for name in fields}}

    return PreparedUpdate(write)
