"""Whether two calls for help may be the same one. Pure: no database, no clock.

"The portal says why they look alike; a person says whether they are the same."
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from django.db import models
from django.utils.translation import gettext_lazy as _

from mvai.agencies.names import SHORT_FORMS, words_of

# A closed one is shown this long: who calls again may not know that theirs was closed.
CLOSED_WITHIN = timedelta(days=30)
# Two agencies of one place may call about the same day; later calls from there are others.
SAME_PLACE_WITHIN = timedelta(days=3)
# Of a name: how alike its words must be when none of them is spelled the same.
NEARLY = 0.84
_LEAST_LETTERS_TO_GUESS = 5

# Words that agencies share and that tell none of them apart.
_COMMON = frozenset({
    "a", "and", "at", "city", "county", "department", "district", "division", "force", "law",
    "metropolitan", "municipal", "of", "office", "police", "public", "safety", "sheriff",
    "state", "the", "town", "township", "village",
})  # fmt: skip


class Likeness(models.TextChoices):
    """Why two requests may be one, the strongest reason first."""

    SAME_NUMBER = "same_number", _("same number")
    SAME_AGENCY = "same_agency", _("same agency")
    LIKE_AGENCY = "like_agency", _("similar agency name")
    SAME_PLACE = "same_place", _("same place, within three days")


_WEIGHT = {
    Likeness.SAME_NUMBER: 8,
    Likeness.SAME_AGENCY: 4,
    Likeness.LIKE_AGENCY: 2,
    Likeness.SAME_PLACE: 1,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one call for help, or what has been typed of it so far."""

    at: datetime
    number: str = ""  # E.164; blank where it can't be read as a number
    agency_id: int | None = None
    agency_name: str = ""
    city: str = ""
    state: str = ""

    @property
    def says_something(self) -> bool:
        """Whether there is anything to compare by."""
        return bool(
            self.number or self.agency_id or telling_words(self.agency_name) or self.city.strip()
        )


def why_alike(one: Told, other: Told) -> list[Likeness]:
    """The reasons, the strongest first; none when they have nothing in common."""
    found = []
    if one.number and one.number == other.number:
        found.append(Likeness.SAME_NUMBER)
    if one.agency_id and one.agency_id == other.agency_id:
        found.append(Likeness.SAME_AGENCY)
    elif _may_be_same_state(one, other) and are_alike(one.agency_name, other.agency_name):
        both_listed = one.agency_id and other.agency_id
        # Two listed agencies of one name are two agencies: worth a look, never "the same".
        found.append(
            Likeness.SAME_AGENCY
            if not both_listed and _folded(one.agency_name) == _folded(other.agency_name)
            else Likeness.LIKE_AGENCY
        )
    if _is_same_place(one, other):
        found.append(Likeness.SAME_PLACE)
    return found


def strength(reasons: Iterable[Likeness]) -> int:
    """For the order in which they are shown."""
    return sum(_WEIGHT[reason] for reason in reasons)


def telling_words(name: str) -> list[str]:
    """The words of an agency's name that tell it from others: "riverton"."""
    return [word for word in _folded(name) if word not in _COMMON and len(word) > 1]


def are_alike(one: str, other: str) -> bool:
    """Whether two names may mean one agency: the telling words of the shorter are in the longer."""
    mine, theirs = telling_words(one), telling_words(other)
    if not mine or not theirs:
        return False
    if set(mine) <= set(theirs) or set(theirs) <= set(mine):
        return True
    typed, known = "".join(mine), "".join(theirs)
    if min(len(typed), len(known)) < _LEAST_LETTERS_TO_GUESS:
        return False
    return SequenceMatcher(None, typed, known).ratio() >= NEARLY


def _folded(name: str) -> list[str]:
    return " ".join(SHORT_FORMS.get(word, word) for word in words_of(name)).split()


def _may_be_same_state(one: Told, other: Told) -> bool:
    return not (one.state and other.state) or one.state == other.state


def _is_same_place(one: Told, other: Told) -> bool:
    city = words_of(one.city)
    return (
        bool(city)
        and city == words_of(other.city)
        and _may_be_same_state(one, other)
        and abs(one.at - other.at) <= SAME_PLACE_WITHIN
    )
