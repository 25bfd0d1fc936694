"""What happens when nobody can be told."""

from collections.abc import Callable
from datetime import datetime

from mvai.outbox.models import Message

_by_default: Callable[[Message, datetime], None] | None = None


def when_unreached(default: Callable[[Message, datetime], None]) -> None:
    """`default(message, at)` runs for urgent purposes without an `unreached` of their own."""
    global _by_default
    _by_default = default
