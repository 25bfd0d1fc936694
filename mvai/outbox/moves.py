"""The only writer of a message's state."""

from datetime import datetime
from typing import Any

from django.db import models

from mvai.outbox.models import Message
from mvai.outbox.states import EXPIRING, MessageState, NotSent, sources_of


def move(messages: models.QuerySet[Message], *, to: MessageState, **fields: Any) -> int:
    """Move those of `messages` that may become `to`, in one statement; return how many did.

    Others are left alone: whoever was quicker has moved them on. A lease ends with the claim
    unless a new one is given.
    """
    fields.setdefault("lease_until", None)
    return messages.filter(state__in=sources_of(to)).update(state=to, **fields)


def drop(messages: models.QuerySet[Message], *, reason: NotSent, at: datetime) -> int:
    """End what lost its point before it was sent; return how many did."""
    to = MessageState.EXPIRED if reason in EXPIRING else MessageState.CANCELED
    return move(messages, to=to, not_sent_reason=reason, ended_at=at)
