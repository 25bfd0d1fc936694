"""Where two wordings differ, word by word. Pure.

Lines are compared first and words within those that changed, so that a moved comma in a long
text is found at once and the rest of it can be left out of sight.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, TAKEN, SKIPPED = "same", "added", "taken", "skipped"
AROUND = 2  # lines that are the same and stay in sight beside what changed
# Beyond these a comparison would take seconds: the old and the new are shown as a whole.
MANY_LINES, MOST_PAIRS = 1_000, 1_000_000

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: as before, added, taken out, or skipped since it is as before."""

    kind: str
    text: str

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that says something else now."""

    field: str
    pieces: list[Piece]


def between(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """What changed, in the order of `after`. Both say the same facts, in words."""
    return [
        Change(field, pieces_of(before.get(field, ""), said))
        for field, said in after.items()
        if before.get(field, "") != said
    ]


def pieces_of(before: str, after: str) -> list[Piece]:
    pieces = _joined(_by_lines(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    last = len(pieces) - 1
    return [
        part
        for place, piece in enumerate(pieces)
        for part in _shortened(piece, is_first=place == 0, is_last=place == last)
    ]


def _by_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    is_long = max(len(before), len(after)) > MANY_LINES
    matcher = SequenceMatcher(None, before, after, autojunk=is_long)
    for kind, from_, to, other_from, other_to in matcher.get_opcodes():
        old, new = "".join(before[from_:to]), "".join(after[other_from:other_to])
        if kind == "equal":
            yield Piece(SAME, old)
        else:
            yield from _by_words(_WORDS.findall(old), _WORDS.findall(new))


def _by_words(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    if len(before) * len(after) > MOST_PAIRS:
        yield Piece(TAKEN, "".join(before))
        yield Piece(ADDED, "".join(after))
        return
    # Blanks and marks alone are no common ground: between two sentences they say nothing.
    matcher = SequenceMatcher(lambda word: not word[0].isalnum(), before, after, autojunk=False)
    for kind, from_, to, other_from, other_to in matcher.get_opcodes():
        if kind == "equal":
            yield Piece(SAME, "".join(before[from_:to]))
        else:
            yield Piece(TAKEN, "".join(before[from_:to]))
            yield Piece(ADDED, "".join(after[other_from:other_to]))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    """Without empty ones; neighbors of a kind, and changes with a mere blank between, as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def _shortened(piece: Piece, *, is_first: bool, is_last: bool) -> Iterator[Piece]:
    lines = piece.text.splitlines(keepends=True)
    begin, end = (0 if is_first else AROUND), (0 if is_last else AROUND)
    if piece.kind != SAME or len(lines) <= begin + end + 1:
        yield piece
        return
    stop = len(lines) - end
    if begin:
        yield Piece(SAME, "".join(lines[:begin]))
    yield Piece(SKIPPED, "".join(lines[begin:stop]))
    if end:
        yield Piece(SAME, "".join(lines[stop:]))
