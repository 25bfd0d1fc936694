"""The words of the directory, to tell which of them a misspelled one is meant to be.

They are few, about ten thousand, and every process keeps them: looking one up is then a matter
of microseconds. Two words are near when both come to the same by leaving out a letter each.
"""

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

_LONG_ENOUGH = 3  # letters; a shorter word is near to too many
_TWO_WRONG = 8  # letters, from which two mistakes are taken for one word
_AT_MOST = 5
_READ_AGAIN_AFTER = 600  # seconds; a new import is noticed at once by its new rows


@dataclass(frozen=True)
class Vocabulary:
    counts: Mapping[str, int]  # in how many agencies each word stands

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self.counts)

    @cached_property
    def _by_lessened(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.counts:
            if len(word) >= _LONG_ENOUGH - 1:
                for less in _lessened(word):
                    found[less].append(word)
        return found

    def knows(self, word: str) -> bool:
        """Whether some word begins so."""
        place = bisect_left(self._in_order, word)
        return place < len(self._in_order) and self._in_order[place].startswith(word)

    def has(self, word: str) -> bool:
        return word in self.counts

    def near(self, word: str) -> list[str]:
        """The words it may be meant to be, the nearest and then the most usual first."""
        if len(word) < _LONG_ENOUGH:
            return []
        most = 2 if len(word) >= _TWO_WRONG else 1
        ways = {near for less in _lessened(word) for near in self._by_lessened.get(less, ())}
        measured = [(distance(word, one), -self.counts[one], one) for one in ways if one != word]
        return [one for far, _usual, one in sorted(measured) if far <= most][:_AT_MOST]


def _lessened(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def distance(one: str, other: str) -> int:
    """How many letters were left out, put in, replaced, or changed places with the next."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        last, row, two_before = row, [place], before
        for at, its in enumerate(other, 1):
            cost = min(last[at] + 1, row[at - 1] + 1, last[at - 1] + (letter != its))
            swapped = place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == its
            row.append(min(cost, two_before[at - 2] + 1) if swapped else cost)
        before = last
    return row[-1]


_kept: tuple[tuple[str, int], float, Vocabulary] | None = None


def vocabulary() -> Vocabulary:
    """Read at the first misspelled word, again when agencies were added, or after a while."""
    global _kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM agencies_agency")
        newest = (str(connection.settings_dict["NAME"]), cursor.fetchone()[0])
        now = time.monotonic()
        if _kept is None or _kept[0] != newest or now > _kept[1] + _READ_AGAIN_AFTER:
            cursor.execute(
                "SELECT word, count(*) FROM agencies_agency,"
                " regexp_split_to_table(name_key || place_key, ' ') AS word"
                " WHERE is_listed AND word <> '' GROUP BY word"
            )
            _kept = (newest, now, _made(cursor.fetchall()))
    return _kept[2]


def _made(rows: Iterable[tuple[str, int]]) -> Vocabulary:
    return Vocabulary(dict(rows))
