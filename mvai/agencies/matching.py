"""Type-ahead: a few listed agencies for what someone has typed so far."""

import re
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Length

from mvai.agencies import states
from mvai.agencies.names import SHORT_FORMS, words_of

if TYPE_CHECKING:
    from mvai.agencies.models import Agency, AgencyQuerySet

LEAST_LETTERS = 2
_MOST_WORDS = 8
_MOST_LETTERS = 100
_LEAST_LETTERS_TO_GUESS = 4
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
    place: Any = Value(0)
    if meant:
        # "la" is Louisiana, or the beginning of "Lake": both are meant until more is typed.
        goes_on = _all(words[len(named) :])
        fits &= Q(state__in=meant) | goes_on
        place = _first_if(Q(state__in=meant) if surely else goes_on)
    begins = Q(name_key__startswith=" " + " ".join(words))
    return list(
        listed.filter(fits)
        .annotate(place=place, start=_first_if(begins), length=Length("name_key"))
        .order_by("place", "start", "length", "name", "state", "pk")[:limit]
    )


def _misspelled(listed: "AgencyQuerySet", words: list[str], limit: int) -> "list[Agency]":
    named, meant, surely = _name_and_states(words)
    guessed = [word for word in named if len(word) >= _LEAST_LETTERS_TO_GUESS]
    if not guessed:
        return []
    fits = Q()
    closeness = Value(0.0)
    for word in named:
        if word in guessed:
            fits &= Q(name_key__trigram_word_similar=word)
            closeness = closeness + TrigramWordSimilarity(word, "name_key")
        else:
            fits &= _begins_a_word(word)
    return list(
        listed.filter(fits)
        .annotate(
            place=_first_if(Q(state__in=meant)) if surely else Value(0),
            closeness=closeness,
            length=Length("name_key"),
        )
        .order_by("place", F("closeness").desc(), "length", "name", "state", "pk")[:limit]
    )


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
