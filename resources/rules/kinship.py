"""Which pages belong together. Pure."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from resources.rules.words import STOP, key

_MOST_OF_A_KIND = 2
# What two pages share, and what each is worth.
_WORTH = {"need": 4, "phase": 1, "for": 1, "at": 2}
_A_WORD = 1


class Row(Protocol):
    facets: Any
    words: Any
    kind: Any
    sort: Any
    slug: Any


AnyRow = TypeVar("AnyRow", bound=Row)


def nearest(row: Row, others: Iterable[AnyRow], limit: int) -> list[AnyRow]:
    """Those with most in common, at most two of a kind; of equals the library's own order."""
    its = _words(row)
    measured = sorted(
        others, key=lambda other: (-_in_common(row, its, other), other.sort, other.slug)
    )
    found: list[AnyRow] = []
    kinds: Counter[str] = Counter()
    for other in measured:
        if len(found) < limit and kinds[other.kind] < _MOST_OF_A_KIND:
            kinds[other.kind] += 1
            found.append(other)
    return found


def _in_common(row: Row, its: frozenset[str], other: Row) -> int:
    facets = set(row.facets) & set(other.facets)
    shared = sum(_WORTH.get(facet.partition(":")[0], 0) for facet in facets)
    return shared + _A_WORD * len(its & _words(other))


def _words(row: Row) -> frozenset[str]:
    return frozenset(key(word) for word in row.words.split() if word not in STOP)
