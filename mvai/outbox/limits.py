"""How fast a channel may be used. Read by the settings, so it needs no Django."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A channel's pace: `burst` may leave at once after a quiet time, `at_once` be under way.

    Of both, `kept` are for urgent messages alone, so that no digest holds up an alarm.
    """

    per_second: float
    burst: int
    at_once: int
    kept: int = 2


def paced(per_second: float, at_once: int) -> Limit:
    """The usual limit: after a quiet time two seconds' worth may leave at once.

    The burst must grow with the pace. Workers' clocks and their waits for a lock differ by some
    milliseconds; with a burst shorter than that, a fast channel refuses what is in its pace.
    """
    return Limit(per_second=per_second, burst=max(int(2 * per_second), 2), at_once=at_once)
