"""A team's checklist: how far it is, who does what, and what a new wording changes. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from resources.models.team import LONGEST_TEXT, TeamLine
from resources.rules.markdown import Line

ALIKE = 0.55  # from here on two wordings are one line that was changed
NOBODY = "nobody"
FIELDS = ("owner", "due_at", "note")


@dataclass(frozen=True, slots=True)
class Phase:
    """A chapter of the checklist, with how far it is."""

    name: str
    lines: tuple[TeamLine, ...]
    done: int
    all: int

    @property
    def is_done(self) -> bool:
        return self.done == self.all

    @property
    def anchor(self) -> str:
        return anchor_of(self.name)


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody named beside lines. `code` stands in an address, so that no name does."""

    code: str
    name: str
    count: int


def phases(lines: Iterable[TeamLine]) -> list[Phase]:
    """The lines in use by chapter, in the order of the checklist."""
    by_name: dict[str, list[TeamLine]] = {}
    for line in lines:
        if line.set_aside_at is None:
            by_name.setdefault(line.section, []).append(line)
    return [
        Phase(name, tuple(group), sum(line.is_done for line in group), len(group))
        for name, group in by_name.items()
    ]


def anchor_of(section: str) -> str:
    """The id of a phase on the page."""
    return f"phase-{code_of(section)}"


def code_of(name: str) -> str:
    """A short code for a name: the same for "Kim Lee" and "kim  lee"."""
    folded = " ".join(name.casefold().split())
    return hashlib.sha256(folded.encode()).hexdigest()[:10]


def owners(lines: Iterable[TeamLine]) -> list[Owner]:
    """Who is named, by name; a name spelled in two ways counts once."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.owner and line.set_aside_at is None:
            found.setdefault(code_of(line.owner), []).append(line.owner)
    named = [Owner(code, names[0], len(names)) for code, names in found.items()]
    return sorted(named, key=lambda one: one.name.casefold())


def is_of(line: TeamLine, code: str) -> bool:
    """Whether this line is to be shown to who asked for one owner's; "" asks for all."""
    if not code:
        return True
    return not line.owner if code == NOBODY else bool(line.owner) and code_of(line.owner) == code


@dataclass(frozen=True, slots=True)
class Written:
    """What of a form goes in, and what stands against somebody else's change.

    `kept` are new values by field; `against` what others wrote meanwhile, by field.
    """

    kept: Mapping[str, Any] = field(default_factory=dict)
    against: Mapping[str, Any] = field(default_factory=dict)


def merge(line: TeamLine, *, began_with: Mapping[str, Any], said: Mapping[str, Any]) -> Written:
    """Field by field: what the writer left alone is not written, what nobody else touched is."""
    kept, against = {}, {}
    for name, value in said.items():
        now, before = getattr(line, name), began_with.get(name)
        if value in (before, now):
            continue
        if now == before:
            kept[name] = value
        else:
            against[name] = now
    return Written(kept, against)


@dataclass(frozen=True, slots=True)
class Changed:
    """A line of the copy beside its new wording."""

    line: TeamLine
    new: Line


@dataclass(frozen=True, slots=True)
class Offer:
    """What a newer wording of the source would change. Each has a code to be picked by."""

    added: tuple[Line, ...] = ()
    changed: tuple[Changed, ...] = ()
    removed: tuple[TeamLine, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def codes(self) -> list[str]:
        return [
            *(f"add-{line.key}" for line in self.added),
            *(f"change-{one.line.pk}" for one in self.changed),
            *(f"remove-{line.pk}" for line in self.removed),
        ]


def compare(have: Sequence[TeamLine], now: Sequence[Line]) -> Offer:
    """The source's new lines against the copy's. The team's own lines are not its matter."""
    copied = {line.key: line for line in have if line.key}
    there = {line.key for line in now}
    new = [line for line in now if line.key not in copied]
    gone = [line for key, line in copied.items() if key not in there and not line.set_aside_at]
    changed = []
    for line in list(gone):
        match = max(new, key=lambda one: _likeness(line, one), default=None)
        if match is not None and _likeness(line, match) >= ALIKE:
            changed.append(Changed(line, match))
            gone.remove(line)
            new.remove(match)
    return Offer(tuple(new), tuple(changed), tuple(gone))


def _likeness(line: TeamLine, other: Line) -> float:
    same_place = 0.05 if line.section == other.section else 0.0
    return SequenceMatcher(None, _words(line.text), _words(other.text)).ratio() + same_place


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def place_of(new: Line, now: Sequence[Line], have: Iterable[TeamLine]) -> int:
    """Where a new line goes: beside the one that the source has before it, else at the top.

    Of those in one place, the older stands first.
    """
    positions = {line.key: line.position for line in have if line.key}
    before = 0
    for line in now:
        if line.key == new.key:
            break
        before = positions.get(line.key, before)
    return before


def clipped(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"


def is_overdue(line: TeamLine, now: datetime) -> bool:
    return line.due_at is not None and not line.is_done and line.due_at < now
