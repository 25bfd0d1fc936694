"""What somebody typed, as groups of words to look for. Pure.

Accents, capitals, quotes and hyphens don't count, and words that any question has don't either.
A group is one word, or one known expression ("family assistance center"), with the lists of what
means the same here. Groups become PostgreSQL's tsquery; texts are folded in the same way before
they are indexed, so that both sides speak of the same words.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

LONGEST = 80  # characters of what is typed
MOST_GROUPS = 6  # beyond these the rarest are looked for
_LONGEST_EXPRESSION = 5  # words
_PREFIX = 2  # letters from which the last word may be unfinished

_WORD = re.compile(r"[a-z0-9]+")
_DIGITS = re.compile(r"(?<=\b\d)-(?=\d\b)")  # 9-1-1
_APOSTROPHE = re.compile(r"'s?\b|'")
_DOTS = re.compile(r"\b(?:[a-z]\.){2,}")  # u.s., p.i.o.

_STOP = """
    a about after again all already am an and any are as at be because been being bring bringing but
    by can come comes coming could
    did do does doing don done for from get getting give go going got had happen
    happened happening happens has have having he help
    her here him his how i if im in into is it its just know let like look looking lot make many me
    mean more most much must my need needs no not now of off on one or our out over please put say
    saying says shall she should show so some somebody someone something still such take tell than
    that the their them then there these they thing things this those to too up us use very want
    was way we were what when where which while who whom why will with without would yet you your

    adonde al algo ante aqui asi ayuda ayudar como con cual cuales cuando cuanto de debo decir
    decirle del desde digo donde e el ella ellas ellos en entre era es esa ese eso esta estamos
    estan estar este esto estos estoy fue gracias ha hacer hacia hago han hasta hay he ir la las le
    les lo los mas me mi mis muy necesito ni nos nosotros nuestra nuestro o para pero por porque
    puede pueden puedo que quien quienes quiero se sea ser si sin sobre son soy su sus tambien te
    tengo tiene tienen todo todos tu un una unas uno unos usted ustedes va van ver voy y ya yo
"""
# What a question is made of, in both languages; a search made of these alone keeps them.
STOP = frozenset(_STOP.split())

# What every page here is about: it tells little, though few pages may say it.
_MATTER = """
    mass violence violent shooting shootings shooter attack attacks incident incidents event tragedy
    massacre police policing department agency officer

    masivo masiva violencia tiroteo tiroteos ataque ataques incidente tragedia masacre departamento
    agencia policia
"""
MATTER = frozenset(_MATTER.split())
_OF_THE_MATTER = 0.3


def fold(text: str) -> str:
    """Lower case, without accents, apostrophes and whatever stands between words."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).lower()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = _DOTS.sub(lambda found: found[0].replace(".", ""), plain)
    return " ".join(_WORD.findall(_DIGITS.sub("", _APOSTROPHE.sub("", plain))))


def key(term: str) -> str:
    """What singular and plural have in common: enough to know a word of a list again."""
    return " ".join(_singular(word) for word in term.split())


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


@dataclass(frozen=True, slots=True)
class Group:
    """One thing looked for: as it was typed, and what means the same."""

    typed: str  # folded, one word or several
    also: tuple[str, ...] = ()
    lists: tuple[int, ...] = ()  # the keys of those that have it
    meant: tuple[str, ...] = ()  # in place of `typed`, where nobody knows that word
    is_unfinished: bool = False

    @property
    def own(self) -> str:
        """The words typed, for to_tsquery: all of them, wherever they stand."""
        return _either(" & ".join(one.split()) for one in self.meant or (self.typed,))

    @property
    def marks(self) -> str:
        """What stands in a row for any word of those lists, as a tsquery; empty without one."""
        return " | ".join(f"'{mark(one)}'" for one in self.lists)

    @property
    def beginning(self) -> str:
        """Words that begin like an unfinished one; empty for any other."""
        return f"{self.typed}:*" if self.is_unfinished else ""

    @property
    def weight(self) -> float:
        """How much it tells, beside other words."""
        return _OF_THE_MATTER if set(self.typed.split()) <= MATTER else 1.0

    @property
    def said(self) -> tuple[str, ...]:
        """Everything to mark in a text."""
        return (*(self.meant or (self.typed,)), *self.also)


def mark(number: int) -> str:
    """What stands in the catalog for a list: no folded word has such a sign."""
    return f"#{number}"


def single(terms: Iterable[str]) -> str:
    """Those that are one word, for to_tsquery; empty where there is none."""
    return _either(one for one in terms if " " not in one)


def expressions(terms: Iterable[str]) -> str:
    """Those that are several words, one after the other; empty where there is none."""
    return _either(" <-> ".join(one.split()) for one in terms if " " in one)


def _either(queries: Iterable[str]) -> str:
    return " | ".join(f"({one})" for one in queries if one)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What means the same as a word, and the keys of the lists that say so."""

    terms: frozenset[str] = frozenset()
    lists: tuple[int, ...] = ()


Meanings = Mapping[str, Meaning]
_NOTHING = Meaning()


def meanings(lists: Iterable[tuple[int, Sequence[str]]]) -> Meanings:
    """From the key of each term of a numbered list to all terms that mean the same."""
    found: dict[str, Meaning] = {}
    for number, terms in lists:
        for one in {key(term) for term in terms}:
            known = found.get(one, _NOTHING)
            found[one] = Meaning(known.terms | set(terms), (*known.lists, number))
    return found


def groups(text: str, same: Meanings) -> list[Group]:
    """What to look for. The longest expression that a list knows counts as one word."""
    words = fold(text[:LONGEST]).split()
    found = _grouped(words, same)
    kept = [one for one in found if one.also or one.typed not in STOP]
    kept = list({one.typed: one for one in kept or found}.values())
    if kept and kept[-1].typed == words[-1] and len(words[-1]) >= _PREFIX:
        kept[-1] = replace(kept[-1], is_unfinished=True)
    return kept


def _grouped(words: Sequence[str], same: Meanings) -> list[Group]:
    found = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_EXPRESSION, len(words) - at), 0, -1):
            said = " ".join(words[at : at + length])
            known = same.get(key(said), _NOTHING)
            if length == 1 or known.terms:
                rest = tuple(sorted(one for one in known.terms if key(one) != key(said)))
                found.append(Group(said, rest, known.lists))
                at += length
                break
    return found


def neighbors(text: str, wanted: Sequence[Group]) -> list[str]:
    """Words typed side by side, as a tsquery each: found so in a title they count more."""
    typed = {word for one in wanted for word in one.typed.split()} - STOP
    words = fold(text[:LONGEST]).split()
    return [
        f"{first} <-> {second}"
        for first, second in pairwise(words)
        if first in typed and second in typed
    ]


def corrected(text: str, typed: str, meant: str) -> str:
    """The words as they were typed, with another one in place of the one nobody knows."""
    return " ".join(meant if word == typed else word for word in fold(text).split())
