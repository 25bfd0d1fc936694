"""What every channel shares: the letter, and the ways in which handing it over can end."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from mvai.outbox.states import NotSent


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in words, ready to leave. `reference` is ours, the same at every attempt."""

    to: str
    text: str
    reference: str
    subject: str = ""
    html: str = ""
    secret: str = field(default="", repr=False)  # a room's, to sign with
    language: str = ""
    receipts_to: str = ""  # the address at which the provider says how it fared


class Ending(Exception):
    """A hand-over that did not succeed. `detail` is a status or an error's name, never text."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class TryAgain(Ending):
    """The provider surely has not taken it, and may do so later."""

    def __init__(self, detail: str, *, after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.after = after  # the provider's own wish


class Rejected(Ending):
    """The provider will never take it."""

    def __init__(self, detail: str, reason: NotSent) -> None:
        super().__init__(detail)
        self.reason = reason


class NoAnswer(Ending):
    """The provider may have taken it; the answer did not arrive or made no sense."""


class Taken(Enum):
    """What a provider says when asked about a reference of ours."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a question about one reference."""

    taken: Taken
    provider_reference: str = ""
