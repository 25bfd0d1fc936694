"""Who wants to know that a message of ours has come round to the program's own mailbox."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

Returned = Callable[[UUID, datetime], object]

_callbacks: list[Returned] = []


def when_own_mail_returns(callback: Returned) -> None:
    """`callback(reference, at)` is called for each message of ours found in our own mailbox."""
    if callback not in _callbacks:
        _callbacks.append(callback)


def own_mail_returned(reference: UUID, at: datetime) -> None:
    """Call before it is marked as read: after a crash it is reported once more."""
    for callback in _callbacks:
        callback(reference, at)
