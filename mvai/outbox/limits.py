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
