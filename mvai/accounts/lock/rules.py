"""When a session is locked, and when it is over (domain.md, section 5: CJIS Security Policy)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from mvai.accounts.roles import needs_second_factor

IDLE = timedelta(minutes=30)  # without activity, then a code unlocks
LONGEST = timedelta(hours=12)  # since signing in, whatever happened meanwhile
NOTED_EVERY = timedelta(minutes=1)  # activity is written this often at most


class State(Enum):
    OPEN = "open"
    LOCKED = "locked"
    OVER = "over"  # sign in again, in full


@dataclass(frozen=True, slots=True)
class Marks:
    """What a session remembers of its times."""

    signed_in_at: datetime
    active_at: datetime


def applies_to(roles: Iterable[str]) -> bool:
    """Whoever needs a second factor is locked out when idle. A requester is not."""
    return needs_second_factor(roles)


def state_of(marks: Marks | None, at: datetime) -> State:
    """A session that remembers no times is over: it began before there were any."""
    if marks is None or at - marks.signed_in_at >= LONGEST:
        return State.OVER
    return State.LOCKED if at - marks.active_at >= IDLE else State.OPEN


def is_worth_noting(marks: Marks, at: datetime) -> bool:
    return at - marks.active_at >= NOTED_EVERY
