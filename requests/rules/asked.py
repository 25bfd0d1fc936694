"""What leaders talk about with their peers and the library has nothing on. Pure.

Counts alone: neither a request nor a person is behind a line.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """A topic in a phase (codes of taxonomy), and how often it was talked about."""

    need: str
    phase: str
    talks: int


def gaps(talked: Iterable[tuple[str, str]], facets: Iterable[Iterable[str]]) -> list[Gap]:
    """The pairs of need and phase that no item covers, the most frequent first.

    `talked` has one pair for each topic of each talk; `facets` are those of what is published.
    """
    covered = {
        (need.removeprefix("need:"), phase.removeprefix("phase:"))
        for codes in map(list, facets)
        for need in codes
        if need.startswith("need:")
        for phase in codes
        if phase.startswith("phase:")
    }
    counts = Counter(pair for pair in talked if pair not in covered)
    return [
        Gap(need, phase, talks)
        for (need, phase), talks in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]
