"""How the editors' desk puts an item: its languages side by side. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from resources.models import Edition, Item
from resources.rules.languages import behind


@dataclass(frozen=True, slots=True)
class Side:
    """An item in one language: what is on show, what is open, what was last."""

    language: str
    name: str
    editions: list[Edition]  # newest first
    is_behind: bool

    @property
    def published(self) -> Edition | None:
        return next((one for one in self.editions if one.is_published), None)

    @property
    def open(self) -> Edition | None:
        return next((one for one in self.editions if one.is_open), None)

    @property
    def last(self) -> Edition | None:
        """What is left where neither is: withdrawn, or replaced by what was withdrawn."""
        return self.editions[0] if self.editions else None


@dataclass(frozen=True, slots=True)
class Line:
    item: Item
    sides: list[Side]

    @property
    def named_by(self) -> Edition | None:
        """The edition whose title stands for the item: what readers see, in the first language."""
        for side in self.sides:
            if found := side.published or side.open or side.last:
                return found
        return None

    @property
    def title(self) -> str:
        return self.named_by.title if self.named_by else self.item.slug


def line_of(item: Item, editions: Iterable[Edition]) -> Line:
    editions = sorted(editions, key=lambda one: -one.number)
    late = behind(editions)
    return Line(
        item,
        [
            Side(code, str(name), [one for one in editions if one.language == code], code == late)
            for code, name in settings.LANGUAGES
        ],
    )
