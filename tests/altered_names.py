"""Names of agencies as people would type them: short forms, slips, other orders, a place added."""

import random
import re
from collections.abc import Callable

_SHORT = (
    (r"\bPolice Department\b", ("PD", "P.D.", "Police Dept", "Police")),
    (r"\bSheriff's Office\b", ("SO", "Sheriff", "Sheriffs Office", "Sheriff’s Dept")),
    (r"\bCounty\b", ("Co", "Co.", "Cnty")),
    (r"\bTownship\b", ("Twp", "Twp.")),
    (r"\bUniversity\b", ("Univ", "Univ.", "U")),
    (r"\bDepartment\b", ("Dept", "Dept.")),
    (r"\bSaint\b", ("St.", "St")),
    (r"\bSt\.?(?= )", ("Saint", "St.", "St")),
    (r"\bMount\b", ("Mt", "Mt.")),
    (r"\bFort\b", ("Ft", "Ft.")),
    (r"\bState Police\b", ("SP",)),
    (r"\bHighway Patrol\b", ("HP", "Hwy Patrol")),
    (r"\bHeights\b", ("Hts",)),
    (r"\bSprings\b", ("Spgs",)),
    (r"\bNorth\b", ("N", "N.")),
    (r"\bSouth\b", ("S", "S.")),
)
_COMMON = frozenset(
    {
        "police",
        "department",
        "county",
        "sheriff's",
        "office",
        "township",
        "of",
        "the",
        "and",
        "state",
    }
)


def transposed(name: str, chance: random.Random) -> str:
    return _slip(name, chance, lambda w, at: w[:at] + w[at + 1] + w[at] + w[at + 2 :])


def dropped(name: str, chance: random.Random) -> str:
    return _slip(name, chance, lambda w, at: w[:at] + w[at + 1 :])


def doubled(name: str, chance: random.Random) -> str:
    return _slip(name, chance, lambda w, at: w[:at] + w[at] + w[at:])


def replaced(name: str, chance: random.Random) -> str:
    letter = chance.choice("aeiourstlnm")
    return _slip(name, chance, lambda w, at: w[:at] + letter + w[at + 1 :])


def shortened(name: str, chance: random.Random) -> str:
    """Some or all of what has a short form."""
    for pattern, forms in _SHORT:
        if chance.random() < 0.8:
            name = re.sub(pattern, chance.choice(forms), name)
    return name


def reordered(name: str, chance: random.Random) -> str:
    words = name.replace(":", "").split()
    turn = chance.randrange(1, len(words)) if len(words) > 1 else 0
    return " ".join(words[turn:] + words[:turn])


def without_kind(name: str, chance: random.Random) -> str:
    return re.sub(r" (Police Department|Sheriff's Office)$", "", name)


def as_it_is(name: str, chance: random.Random) -> str:
    return name.lower()


WAYS: tuple[Callable[[str, random.Random], str], ...] = (
    transposed, dropped, doubled, replaced, shortened, reordered, without_kind, as_it_is,
)  # fmt: skip


def _slip(name: str, chance: random.Random, change: Callable[[str, int], str]) -> str:
    """One slip in a word that tells the agency from others, if it has one."""
    words = name.split()
    places = [at for at, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    telling = [at for at in places if words[at].lower() not in _COMMON] or places
    if not telling:
        return name
    at = chance.choice(telling)
    word = words[at]
    words[at] = change(word, chance.randrange(1, len(word) - 1))
    return " ".join(words)
