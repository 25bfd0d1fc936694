"""Which words of the library one that nobody knows is meant to be (ADR 22 and 33).

Each process keeps the words of what is on show. A slip in a short word leaves no three letters in
a row, so words are near when both come to the same by leaving out letters; where that finds none,
PostgreSQL is asked for words with most letters in common.
"""

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from django.db import connection

from mvai.agencies.spelling import Vocabulary
from resources.actions.searching import Shelf
from resources.models import CatalogRow

_AT_MOST = 3
_ALIKE = 0.7  # of the letters in common, where only that is left
_kept: dict[tuple[str, Shelf], tuple[Any, Vocabulary]] = {}


def near(shelf: Shelf, word: str, more: Iterable[str]) -> tuple[str, ...]:
    """The likeliest first; empty where none is near. `more` are words of the lists."""
    found = _vocabulary(shelf, more).near(word)[:_AT_MOST]
    return tuple(found) or _alike(shelf, word)


def _vocabulary(shelf: Shelf, more: Iterable[str]) -> Vocabulary:
    said = frozenset(word for term in more for word in term.split())
    where, stamp = (str(connection.settings_dict["NAME"]), shelf), (shelf.stamp, said)
    kept = _kept.get(where)
    if kept is None or kept[0] != stamp:
        counts = Counter(said)
        for words in _rows(shelf).values_list("words", flat=True).iterator():
            counts.update(words.split())
        kept = _kept[where] = (stamp, Vocabulary(counts))
    return kept[1]


def _alike(shelf: Shelf, word: str) -> tuple[str, ...]:
    rows = _rows(shelf).filter(words__trigram_word_similar=word).values_list("words", flat=True)
    words = {one for said in rows[:20] for one in said.split()}
    measured = sorted((-SequenceMatcher(None, word, one).ratio(), one) for one in words)
    return tuple(one for alike, one in measured if -alike >= _ALIKE)[:1]


def _rows(shelf: Shelf) -> Any:
    return CatalogRow.objects.on_show(language=shelf.language, with_drafts=shelf.with_drafts)
