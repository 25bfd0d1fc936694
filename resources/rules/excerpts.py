"""The line of a text that shows why it was found, with the words found marked. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 180  # characters
_BEFORE = 60  # characters before the first word found
_ENDINGS = re.compile(r"(?:ies|es|(?<!s)s|ing|ed|y)$")
_MARKS = re.compile(r"\[\[|\]\]|\*\*|__|`|^\s*(?:#+|[-*+>]|\d+\.|:::\s*\w*)\s*|\[[ xX]\]\s+|\|")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_found: bool


def excerpt(texts: Iterable[str], said: Sequence[str]) -> list[Piece]:
    """The first line with most of the words that were looked for; empty where none has any."""
    looked_for = _pattern(said)
    if looked_for is None:
        return []
    best, most = "", 0
    for text in texts:
        if not looked_for.search(_bare(text)):
            continue
        for line in text.splitlines():
            plain = _plain(line)
            found = {hit[:4] for hit in looked_for.findall(_bare(plain))}
            if len(found) > most:
                best, most = plain, len(found)
    return _cut(marked(best, said), LONGEST) if best else []


def marked(text: str, said: Sequence[str]) -> list[Piece]:
    """The whole text in pieces, the words looked for apart from the rest."""
    looked_for = _pattern(said)
    if looked_for is None:
        return [Piece(text, is_found=False)]
    pieces, at = [], 0
    for hit in looked_for.finditer(_bare(text)):
        if hit.start() > at:
            pieces.append(Piece(text[at : hit.start()], is_found=False))
        pieces.append(Piece(text[hit.start() : hit.end()], is_found=True))
        at = hit.end()
    if at < len(text):
        pieces.append(Piece(text[at:], is_found=False))
    return pieces


def _plain(line: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", line)).strip()


class _Bare(dict[int, str]):
    """Each letter without accent and capital: one for one, so that places stay the same."""

    def __missing__(self, code: int) -> str:
        self[code] = unicodedata.normalize("NFKD", chr(code))[0].lower()[0]
        return self[code]


_BARE = _Bare()


def _bare(text: str) -> str:
    return text.translate(_BARE)


def _pattern(said: Sequence[str]) -> re.Pattern[str] | None:
    """Each word without its ending and whatever ending follows."""
    expressions = sorted({_loose(one) for one in said if one}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(expressions)})") if expressions else None


def _loose(expression: str) -> str:
    return r"[\s-]+".join(_stem(word) for word in expression.split())


def _stem(word: str) -> str:
    if len(word) <= 4:
        return rf"{re.escape(word)}s?\b"
    return rf"{re.escape(_ENDINGS.sub('', word) or word)}\w*"


def _cut(pieces: list[Piece], longest: int) -> list[Piece]:
    """Around the first word found, from one word's beginning to another's end."""
    text = "".join(one.text for one in pieces)
    first = next((one for one in pieces if one.is_found), None)
    if len(text) <= longest or first is None:
        return pieces
    place = sum(len(one.text) for one in pieces[: pieces.index(first)])
    start = max(0, min(place - _BEFORE, len(text) - longest))
    start = text.find(" ", start) + 1 if start else 0
    end = min(len(text), start + longest)
    end = end if end == len(text) else max(text.rfind(" ", start, end), place + len(first.text))
    kept, at = [], 0
    for one in pieces:
        part = one.text[max(0, start - at) : max(0, end - at)]
        at += len(one.text)
        if part:
            kept.append(Piece(part, one.is_found))
    before = [Piece("… ", is_found=False)] if start else []
    return [*before, *kept, *([Piece(" …", is_found=False)] if end < len(text) else [])]
