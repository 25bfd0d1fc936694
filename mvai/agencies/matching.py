"""Type-ahead: a few listed agencies for what someone has typed so far."""

import re
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Length

from mvai.agencies import states
from mvai.agencies.names import SHORT_FORMS, key_for, words_of

if TYPE_CHECKING:
    from mvai.agencies.models import Agency, AgencyQuerySet

LEAST_LETTERS = 2
_MOST_WORDS = 8
_MOST_LETTERS = 100
_LEAST_LETTERS_TO_GUESS = 4
_LIKELIEST_FIRST = (
    Case(
        When(agency_type__in=["LOCAL", "SHERIFF"], then=0),
        When(agency_type=None, then=2),
        default=1,
        output_field=IntegerField(),
    ),
    Length("name_key"),
    "name",
    "state",
    "pk",
)
# How alike a misspelled word and a word of the name must be: low enough for two letters in the
# wrong order. It is asked for only when nothing is spelled as typed, and the likest come first.
_LIKENESS = "0.3"
_ORI_BEGINS = re.compile(r"[A-Z]{2}(?=[A-Z0-9]*\d)[A-Z0-9]{3,7}")


def find(agencies: "AgencyQuerySet", text: str, limit: int) -> "list[Agency]":
    """At most `limit` listed agencies, the best first; none for fewer than two letters.

    Words may stand in any order and be unfinished; a state's code or name at the end puts its
    agencies first. When nothing fits, a misspelling is allowed for. The beginning of an ORI
    finds its agency.
    """
    listed = agencies.filter(is_listed=True)
    text = text[:_MOST_LETTERS]
    ori = "".join(text.split()).upper()
    if _ORI_BEGINS.fullmatch(ori) and (by_ori := list(_by_ori(listed, ori)[:limit])):
        return by_ori
    words = words_of(text)[:_MOST_WORDS]
    if sum(map(len, words)) < LEAST_LETTERS:
        return []
    return _spelled(listed, words, limit) or _misspelled(listed, words, limit)


def _by_ori(listed: "AgencyQuerySet", ori: str) -> "AgencyQuerySet":
    return listed.filter(ori__startswith=ori).order_by("ori")


def _name_and_states(words: list[str]) -> tuple[list[str], frozenset[str], bool]:
    """The words that name an agency, the states the last ones may stand for, and whether surely.

    "mn" and "new mexico" surely name one; "m" and "new" may still become several.
    """
    for length in (3, 2, 1):
        named, last = words[:-length], " ".join(words[-length:])
        if not named:
            continue
        if code := states.state_code(last):
            return named, frozenset({code}), True
        if meant := states.codes_beginning(last):
            return named, meant, False
    return words, frozenset(), False


def _spelled(listed: "AgencyQuerySet", words: list[str], limit: int) -> "list[Agency]":
    named, meant, surely = _name_and_states(words)
    fits = _all(named)
    typed = " ".join(words)
    begins = Q(name_key__startswith=f" {typed}") | Q(name_key__startswith=key_for(typed))
    order: list[Any] = [_first_if(begins)]
    if meant:
        # "la" is Louisiana, or the beginning of "Lake": both are meant until more is typed.
        goes_on = _all(words[len(named) :])
        fits &= Q(state__in=meant) | goes_on
        order.insert(0, _first_if(Q(state__in=meant) if surely else goes_on))
    return list(listed.filter(fits).order_by(*order, *_LIKELIEST_FIRST)[:limit])


def _misspelled(listed: "AgencyQuerySet", words: list[str], limit: int) -> "list[Agency]":
    """Words that some name holds must fit; of the others the longest must be nearly right."""
    named, meant, surely = _name_and_states(words)
    known = [word for word in named if listed.filter(_begins_a_word(word)).exists()]
    unknown = [word for word in named if word not in known and len(word) >= _LEAST_LETTERS_TO_GUESS]
    if not unknown:
        return []
    fits = _all(known) & Q(name_key__trigram_word_similar=max(unknown, key=len))
    closeness: Any = Value(0.0)
    for word in unknown:
        closeness = closeness + TrigramWordSimilarity(word, "name_key")
    order = [_first_if(Q(state__in=meant))] if surely else []
    likest = listed.filter(fits).order_by(*order, closeness.desc(), *_LIKELIEST_FIRST)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [_LIKENESS]
        )
        return list(likest[:limit])


def _all(words: list[str]) -> Q:
    fits = Q()
    for word in words:
        fits &= _begins_a_word(word)
    return fits


def _begins_a_word(word: str) -> Q:
    # In the key each word has a space before it, which the trigram index knows too.
    fits = Q(name_key__contains=f" {word}")
    if word in SHORT_FORMS:
        fits |= Q(name_key__contains=f" {SHORT_FORMS[word]}")
    return fits


def _first_if(condition: Q) -> Case:
    return Case(When(condition, then=0), default=1, output_field=IntegerField())
