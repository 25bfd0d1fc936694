"""What an import would do, as data: an item's lines, and the steps that carry them out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from resources.models import Edition
from resources.rules.catalog_file import Place
from resources.states import EditionState, LineWhat


@dataclass(frozen=True, slots=True)
class Found:
    """An edition as the zip has it. `words` are those of `Edition`; `facts` all that it says."""

    place: Place
    facts: Mapping[str, Any]
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to take in. `fact` is what its edition says of it, where it does."""

    path: str
    name: str
    kind: str
    fact: Mapping[str, Any]


@dataclass(slots=True)
class Step:
    """An edition to write: a new one, or the open one `before` with other words.

    `copied` is the published one that it follows, whose files it keeps. Without words, files come
    to the one that is there.
    """

    found: Found
    number: int
    state: EditionState
    before: Edition | None = None
    copied: Edition | None = None
    files: list[Incoming] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    path: str
    what: LineWhat
    why: str = ""
    fields: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ItemPlan:
    """`saw` is a print of the item as it was when this was planned; "" where there was none."""

    slug: str
    saw: str
    lines: dict[str, Line] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def says(self, path: str, what: LineWhat, why: str = "", fields: Any = ()) -> None:
        self.lines[path] = Line(path, what, why[:300], list(fields))

    def in_order(self) -> list[Line]:
        return [self.lines[path] for path in sorted(self.lines)]
