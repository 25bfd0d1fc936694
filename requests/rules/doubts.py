"""What speaks against a filing: signs that it may not come from a leader. Pure.

A doubt never refuses or delays anything. It marks the request "check first", so that a flood of
bogus requests rings as one alarm and a real one beside it still rings on its own (ADR 0024).
"""

from dataclasses import dataclass
from datetime import timedelta

from requests.states import Doubt

# While everything is busy, what is common otherwise counts as a second sign.
SHARED_NETWORK = 2
# What rests on counts; the others lie in the filing itself.
BY_RATE = frozenset({Doubt.PAGE, Doubt.ADDRESS, Doubt.NUMBER, Doubt.BUSY})


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of one filing. The counts are of other filings, within a quarter of an hour;
    those of the same number, within an hour. `unmarked` are those that rang on their own.
    """

    trapped: bool
    page_age: timedelta | None  # since the page was made; None when it was none of ours
    of_page: int
    of_number: int
    of_address: int
    in_all: int
    unmarked: int = 0
    is_copy: bool = False  # it says that it comes from the copy that a device keeps of our page


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many others on a count is a sign."""

    fastest: timedelta
    of_page: int
    of_number: int
    of_address: int
    busy: int
    ceiling: int


def doubts_about(signs: Signs, limits: Limits) -> list[Doubt]:
    """What speaks against it, the strongest first; none for nearly everybody."""
    doubts = []
    if signs.trapped:
        doubts.append(Doubt.TRAP)
    if signs.page_age is None:
        # Anybody can say so: good enough for a leader without a network, not in a flood.
        if not signs.is_copy or signs.in_all >= limits.busy:
            doubts.append(Doubt.NO_PAGE)
    elif signs.page_age < limits.fastest:
        doubts.append(Doubt.FAST)
    if signs.of_page >= limits.of_page:
        doubts.append(Doubt.PAGE)
    if signs.of_number >= limits.of_number:
        doubts.append(Doubt.NUMBER)
    if signs.of_address >= limits.of_address:
        doubts.append(Doubt.ADDRESS)
    if signs.in_all >= limits.busy and (
        doubts or _was_seen(signs) or signs.unmarked >= limits.ceiling
    ):
        doubts.append(Doubt.BUSY)
    return doubts


def _was_seen(signs: Signs) -> bool:
    """Its page or number came before, or others from its network: a busy hour alone is none."""
    return bool(signs.of_page or signs.of_number) or signs.of_address >= SHARED_NETWORK
