"""Type-ahead: a few listed agencies for what someone has typed so far."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Length

from mvai.agencies import states
from mvai.agencies.names import ALSO_TYPED, KINDS, MAY_BE_MISSING, SHORT_FORMS, key_for, typed_words
from mvai.agencies.spelling import vocabulary

if TYPE_CHECKING:
    from mvai.agencies.models import Agency, AgencyQuerySet

LEAST_LETTERS = 2
_MOST_WORDS = 10
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
# How alike a misspelled word and a word of the name must be where no word of the directory is
# near: the beginning of one may have been typed.
_LIKENESS = "0.3"
_ORI_BEGINS = re.compile(r"[A-Z]{2}(?=[A-Z0-9]*\d)[A-Z0-9]{3,7}")
_NOT_OF_AN_ORI = re.compile(r"[^A-Z0-9]")


@dataclass(frozen=True)
class Asked:
    """What was typed: `words` without the last or first ones that name a state."""

    words: list[str]
    all_words: list[str]
    meant: frozenset[str] = frozenset()  # states
    surely: bool = False  # "mn" names one; "m" and "new" may still become several


def find(agencies: "AgencyQuerySet", text: str, limit: int) -> "list[Agency]":
    """At most `limit` listed agencies, the best first; none for fewer than two letters.

    Words may stand in any order, be short forms, unfinished or misspelled, and name the county
    or the city instead; a state's code or name puts its agencies first. The beginning of an ORI
    finds its agency.
    """
    listed = agencies.filter(is_listed=True)
    text = text[:_MOST_LETTERS]
    if by_ori := _by_ori(listed, text, limit):
        return by_ori
    words = typed_words(text)[:_MOST_WORDS]
    if sum(map(len, words)) < LEAST_LETTERS:
        return []
    asked = _name_and_states(words)
    spelled = _spelled(listed, asked, limit)
    if spelled:
        return spelled
    if asked.surely:
        # First what may be meant there: Hilton, TX is more likely Milton, TX than Hilton, NY.
        if there := _nearly(listed.filter(state__in=asked.meant), _no_state(asked.words), limit):
            return there
        return _nearly(listed, _no_state(asked.words), limit)
    return _nearly(listed, asked, limit)


def _no_state(words: list[str]) -> Asked:
    return Asked(words, words)


def _nearly(listed: "AgencyQuerySet", asked: Asked, limit: int) -> "list[Agency]":
    """What the strictest reading finds that finds anything."""
    needed = [word for word in asked.words if word not in MAY_BE_MISSING] or asked.words
    return (
        _placed(listed, asked, asked.words, limit)
        or (needed != asked.words and _placed(listed, asked, needed, limit))
        or _meant(listed, asked, needed, limit)
        or _alike(listed, asked, limit)
    )


def _by_ori(listed: "AgencyQuerySet", text: str, limit: int) -> "list[Agency]":
    ori = _NOT_OF_AN_ORI.sub("", text.upper())
    if not _ORI_BEGINS.fullmatch(ori):
        return []
    letters = {ori[:2], states.ORI_LETTERS_OF.get(ori[:2], ori[:2])}  # Nebraska's are NB
    fits = Q(ori__startswith=ori)
    for other in letters:
        fits |= Q(ori__startswith=other + ori[2:])
    return list(listed.filter(fits).order_by("ori")[:limit])


def _name_and_states(words: list[str]) -> Asked:
    """The words that name an agency, and the states that the last or first may stand for."""
    for length in (3, 2, 1):
        named, last = words[:-length], " ".join(words[-length:])
        if named and (code := states.state_code(last)):
            return Asked(named, words, frozenset({code}), True)
    # "Washington County": a state's name that begins an agency's is no state. A code may be.
    first, named = words[0], words[1:]
    is_code = len(first) == 2 and first not in SHORT_FORMS and states.state_code(first)
    if named and is_code:
        return Asked(named, words, frozenset({states.state_code(first)}), False)
    for length in (3, 2, 1):
        named, last = words[:-length], " ".join(words[-length:])
        if named and (meant := states.codes_beginning(last)):
            return Asked(named, words, meant, False)
    return Asked(words, words)


def _spelled(listed: "AgencyQuerySet", asked: Asked, limit: int) -> "list[Agency]":
    """Every word begins one of the name."""
    words, named = asked.all_words, asked.words
    fits = _all(named)
    typed = " ".join(words)
    begins = Q(name_key__startswith=f" {typed}") | Q(name_key__startswith=key_for(typed))
    order: list[Any] = [_first_if(begins)]
    if asked.meant:
        # "la" is Louisiana, or the beginning of "Lake": both are meant until more is typed.
        goes_on = _all([word for word in words if word not in named] or words)
        fits = (fits & Q(state__in=asked.meant)) | (fits & goes_on)
        order.insert(0, _first_if(Q(state__in=asked.meant) if asked.surely else goes_on))
    return list(listed.filter(fits).order_by(*order, *_LIKELIEST_FIRST)[:limit])


def _placed(listed: "AgencyQuerySet", asked: Asked, words: list[str], limit: int) -> "list[Agency]":
    """Every word begins one of the name, of the county or of the city; those of the name first."""
    fits = Q()
    in_name: Any = Value(0)
    for word in words:
        of_name = _begins_a_word(word)
        fits &= of_name | _begins_a_word(word, "place_key")
        in_name = in_name + _score_if(of_name)
    if asked.meant:
        fits &= Q(state__in=asked.meant)
    rows = listed.filter(fits).order_by((-in_name), *_others_fit(asked, words), *_LIKELIEST_FIRST)
    return list(rows[:limit])


def _meant(listed: "AgencyQuerySet", asked: Asked, words: list[str], limit: int) -> "list[Agency]":
    """Each word, or one that it may be meant to be, stands in the name or the place.

    Where there are several, one may be there for nothing. The nearest words come first.
    """
    known = vocabulary()
    readings = {word: [word] if known.knows(word) else [] for word in words}
    for word in words:
        readings[word] += known.near(word)
    far: Any = Value(0)
    fitting: list[Q] = []
    counted: list[str] = []
    for word in words:
        fits = Q()
        cases = []
        for cost, one in enumerate(readings[word]):
            whole = cost > 0  # what was corrected is a whole word
            here = _begins_a_word(one, whole=whole)
            fits |= here | _begins_a_word(one, "place_key", whole=whole)
            cases += [When(here, then=Value(10 * (cost > 0) + cost))]
        if not cases and word in ALSO_TYPED:
            fits = _begins_a_word(word)
            cases = [When(fits, then=Value(0))]
        if cases:
            cost_of = Case(*cases, default=Value(30), output_field=IntegerField())
            far = far + cost_of
            fitting.append(fits)
            counted.append(word)
    if not fitting:
        return []
    if asked.meant:
        listed = listed.filter(state__in=asked.meant)
    order = (far, *_others_fit(asked, words), *_LIKELIEST_FIRST)
    everything = Q()
    for fits in fitting:
        everything &= fits
    if found := list(listed.filter(everything).order_by(*order)[:limit]):
        return found
    if len(fitting) < 2:
        return []
    all_but_one = Q()
    for left_out in range(len(fitting)):
        others = {word for place, word in enumerate(counted) if place != left_out}
        if counted[left_out] in KINDS or others <= KINDS:
            continue  # a sheriff is no police department, and not any sheriff will do
        most = Q()
        for place, fits in enumerate(fitting):
            if place != left_out:
                most &= fits
        all_but_one |= most
    return list(listed.filter(all_but_one).order_by(*order)[:limit]) if all_but_one else []


def _alike(listed: "AgencyQuerySet", asked: Asked, limit: int) -> "list[Agency]":
    """The last resort: words that some name holds must fit; the longest other is nearly right."""
    named = asked.words
    known = [word for word in named if listed.filter(_begins_a_word(word)).exists()]
    unknown = [word for word in named if word not in known and len(word) >= _LEAST_LETTERS_TO_GUESS]
    if not unknown:
        return []
    fits = _all(known) & Q(name_key__trigram_word_similar=max(unknown, key=len))
    closeness: Any = Value(0.0)
    for word in unknown:
        closeness = closeness + TrigramWordSimilarity(word, "name_key")
    order = [_first_if(Q(state__in=asked.meant))] if asked.surely else []
    likest = listed.filter(fits).order_by(*order, closeness.desc(), *_LIKELIEST_FIRST)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [_LIKENESS]
        )
        return list(likest[:limit])


def _others_fit(asked: Asked, words: list[str]) -> list[Any]:
    """What may be missing counts where it is there: a police department before a college."""
    fit: Any = Value(0)
    others = [word for word in asked.words if word not in words]
    for word in others:
        fit = fit + _score_if(_begins_a_word(word))
    return [(-fit)] if others else []


def _all(words: list[str]) -> Q:
    fits = Q()
    for word in words:
        fits &= _begins_a_word(word)
    return fits


def _begins_a_word(word: str, key: str = "name_key", *, whole: bool = False) -> Q:
    # In the key each word has a space before it, which the trigram index knows too.
    if whole:
        return Q(**{f"{key}__contains": f" {word} "}) | Q(**{f"{key}__endswith": f" {word}"})
    fits = Q(**{f"{key}__contains": f" {word}"})
    for other in {SHORT_FORMS.get(word, word), *ALSO_TYPED.get(word, ())} - {word}:
        fits |= Q(**{f"{key}__contains": f" {other}"})
    return fits


def _score_if(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def _first_if(condition: Q) -> Case:
    return Case(When(condition, then=0), default=1, output_field=IntegerField())
