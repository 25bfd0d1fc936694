"""What should not be written to a program like this one: signs of personal or criminal-case data.

The patterns are read twice: here, and by static/js/answers.js while somebody types. They use only
what both languages' regular expressions know, and none of them looks at what it found again.
English and Spanish words stand side by side, since people write in either on any page.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NAME = r"[A-ZÁÉÍÓÚÑ][a-záéíóúñ'’-]+"
# Programs and trades that begin with the same word are nobody's name.
_NO_NAME = r"(?:Services?|Advoca|Assist|Compens|Special|Coordin|Support|Unit|Witness|Famil|Relat)"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_BORN = r"(?:dob|d\.o\.b\.?|date of birth|born(?: on)?|fecha de nacimiento|nacid[oa](?: el)?)"
_PEOPLE = "|".join(
    f"[{word[0].upper()}{word[0]}]{word[1:]}"
    for word in (
        "suspect", "victim", "shooter", "gunman", "attacker", "assailant", "perpetrator",
        "deceased", "decedent", "witness", "sospechos[oa]", "v[íi]ctima", "tirador", "atacante",
        "agresora?", "fallecid[oa]", "testigo",
    )
)  # fmt: skip
_PLATE = r"(?:licen[sc]e plate|plate(?: number| no\.?)?|tag(?: number| no\.?)|placas?|matr[íi]cula)"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One sign, and the sentence that explains it to whoever wrote it."""

    code: str
    regex: str
    words: str | Promise
    minds_case: bool = False
    is_card: bool = False  # found only when its digits pass the check digit of cards


PATTERNS = (
    Pattern(
        "ssn",
        r"\b(?!000|666|9[0-9][0-9])[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}\b"
        r"|\b(?:ssn|social security)[^0-9]{0,20}[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}\b"
        r"|\bseguro social[^0-9]{0,20}[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}\b",
        _("This looks like a Social Security number. We don’t need it."),
    ),
    Pattern(
        "birth",
        rf"\b{_BORN}[^0-9a-z]{{0,6}}[0-9]{{1,4}}[-/. ][0-9a-z]{{1,9}}[-/. ,]{{1,2}}[0-9]{{2,4}}\b"
        rf"|\b{_MONTH}[-/.]{_DAY}[-/.](?:19[0-9]{{2}}|200[0-9]|201[0-5])\b",
        _("This looks like a date of birth. We don’t need it."),
    ),
    Pattern(
        "plate",
        rf"\b{_PLATE}[ :#]{{1,3}}(?:is |es )?(?:[A-Z]{{2}} )?"
        r"(?=[A-Z0-9- ]{0,8}[0-9])[A-Z0-9][A-Z0-9-]{2,8}\b",
        _("This looks like a license plate. Please leave it out."),
    ),
    Pattern(
        "card",
        r"\b[0-9](?:[ -]?[0-9]){12,18}\b",
        _("This looks like the number of a card or an account. Please leave it out."),
        is_card=True,
    ),
    Pattern(
        "name",
        rf"\b(?:{_PEOPLE})s?[,:]?"
        r"(?: (?:is|was|are|named|identified as|es|era|se llama|llamad[oa]))*:? "
        rf"(?!{_NO_NAME}){_NAME} {_NAME}(?![a-záéíóúñ])",
        _("This looks like the name of somebody harmed or accused. Please leave it out."),
        minds_case=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, never the text itself: findings may be counted and logged."""

    code: str
    words: str


def scan(text: str) -> list[Finding]:
    """Each kind of sign in a text, once. Pure; takes about a microsecond a letter at most."""
    return [
        Finding(pattern.code, str(pattern.words))
        for pattern in PATTERNS
        if any(True for _found in _hits(pattern, text))
    ]


def for_the_page() -> str:
    """The patterns as JSON, as static/js/answers.js reads them, in the reader's language."""
    patterns = [
        {
            "code": pattern.code,
            "regex": pattern.regex,
            "flags": "" if pattern.minds_case else "i",
            "card": pattern.is_card,
            "words": str(pattern.words),
        }
        for pattern in PATTERNS
    ]
    return json.dumps(patterns)


def _hits(pattern: Pattern, text: str) -> Iterator[str]:
    for found in _compiled(pattern.code).finditer(text):
        if not pattern.is_card or _is_card(found[0]):
            yield found[0]


@cache
def _compiled(code: str) -> re.Pattern[str]:
    pattern = next(one for one in PATTERNS if one.code == code)
    return re.compile(pattern.regex, 0 if pattern.minds_case else re.IGNORECASE)


def _is_card(found: str) -> bool:
    """The check digit that payment cards carry (ISO/IEC 7812-1, annex B)."""
    digits = [int(symbol) for symbol in found if symbol.isascii() and symbol.isdigit()]
    doubled = [
        sum(divmod(2 * digit, 10)) if place % 2 else digit
        for place, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0
