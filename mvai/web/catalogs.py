"""The words of a language: kept as text (.po), and written out for gettext to read (.mo).

GNU gettext's own tools are not on every machine, and no binary file is committed.
"""

import ast
import hashlib
import os
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.core.checks import CheckMessage, Error

_LINE = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr|msgstr\[(\d+)\])\s+(".*")$')
_MAGIC, _REVISION = 0x950412DE, 0
_MADE_FROM = "X-Made-From"
_WIDTH = 96


class Unreadable(ValueError):
    """A line of a catalog that is not what we write there."""


@dataclass
class Entry:
    """One text, where it is said, and how it is said in the catalog's language."""

    text: str
    plural: str = ""
    context: str = ""
    said: list[str] = field(default_factory=list)  # one, or one for each plural form
    places: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # lines of "# ", kept as they are
    is_fuzzy: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text

    @property
    def is_translated(self) -> bool:
        return bool(self.said) and all(self.said) and not self.is_fuzzy


def read(text: str) -> list[Entry]:
    """The entries of a .po file, the header (whose text is empty) first."""
    return [_entry(block) for block in re.split(r"\n\s*\n", text.strip()) if _says(block)]


def _says(block: str) -> bool:
    return any(line.startswith("msgid") for line in block.splitlines())


def _entry(block: str) -> Entry:
    entry, parts, open_part = Entry(""), {}, ""  # type: Entry, dict[str, str], str
    for line in block.splitlines():
        if line.startswith("#:"):
            entry.places += line[2:].split()
        elif line.startswith("#,"):
            entry.is_fuzzy = "fuzzy" in line
        elif line.startswith("#"):
            entry.notes.append(line)
        elif found := _LINE.match(line):
            open_part = found[1]
            parts[open_part] = ast.literal_eval(found[3])
        elif open_part and line.startswith('"'):
            parts[open_part] += ast.literal_eval(line)
        else:
            raise Unreadable(line)
    entry.text, entry.plural = parts["msgid"], parts.get("msgid_plural", "")
    entry.context = parts.get("msgctxt", "")
    forms = [name for name in parts if name.startswith("msgstr[")]
    entry.said = [parts[name] for name in sorted(forms)] or [parts.get("msgstr", "")]
    return entry


def written(entries: Iterable[Entry]) -> str:
    """The .po file."""
    return "\n".join("\n".join(_lines(entry)) + "\n" for entry in entries)


def _lines(entry: Entry) -> Iterator[str]:
    yield from entry.notes
    if entry.places:
        yield f"#: {' '.join(entry.places)}"
    if entry.is_fuzzy:
        yield "#, fuzzy"
    if entry.context:
        yield from _part("msgctxt", entry.context)
    yield from _part("msgid", entry.text)
    if entry.plural:
        yield from _part("msgid_plural", entry.plural)
        for number, form in enumerate(entry.said or ["", ""]):
            yield from _part(f"msgstr[{number}]", form)
    else:
        yield from _part("msgstr", entry.said[0] if entry.said else "")


def _part(name: str, text: str) -> Iterator[str]:
    """On one line where it fits, else broken after spaces and line ends."""
    if len(text) + len(name) < _WIDTH and "\n" not in text[:-1]:
        yield f"{name} {_quoted(text)}"
        return
    yield f'{name} ""'
    line = ""
    for word in re.findall(r"[^\n ]*(?:\n| +|$)", text):
        if line and (len(line) + len(word) > _WIDTH or line.endswith("\n")):
            yield _quoted(line)
            line = ""
        line += word
    if line:
        yield _quoted(line)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(source: str) -> bytes:
    """The .mo file of a .po file's text; it says what it was made from."""
    said = {}
    for entry in read(source):
        if not entry.is_translated:
            continue
        key = f"{entry.context}\x04{entry.text}" if entry.context else entry.text
        if entry.plural:
            key += f"\0{entry.plural}"
        said[key.encode()] = "\0".join(entry.said).encode()
    said[b""] = said.get(b"", b"") + f"{_MADE_FROM}: {_digest(source)}\n".encode()
    keys = sorted(said)
    ids, words = b"\0".join([*keys, b""]), b"\0".join([*(said[key] for key in keys), b""])
    start = 7 * 4 + len(keys) * 16
    tables = [*_table(keys, start), *_table([said[key] for key in keys], start + len(ids))]
    head = (_MAGIC, _REVISION, len(keys), 7 * 4, 7 * 4 + len(keys) * 8, 0, 0)
    return struct.pack(f"<{7 + len(tables)}I", *head, *tables) + ids + words


def _table(texts: list[bytes], start: int) -> Iterator[int]:
    for text in texts:
        yield len(text)
        yield start
        start += len(text) + 1


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def sources(folders: Iterable[Path]) -> list[Path]:
    return sorted(found for folder in folders for found in Path(folder).glob("*/LC_MESSAGES/*.po"))


def is_compiled(source: Path) -> bool:
    """Whether gettext reads what the catalog says now."""
    made = source.with_suffix(".mo")
    digest = _digest(source.read_text(encoding="utf-8"))
    return made.exists() and f"{_MADE_FROM}: {digest}".encode() in made.read_bytes()


def compile_stale(folders: Iterable[Path]) -> list[Path]:
    """Write anew what is missing or older than its catalog; return what was written."""
    stale = [source for source in sources(folders) if not is_compiled(source)]
    for source in stale:
        fresh = source.with_suffix(f".{os.getpid()}.tmp")
        fresh.write_bytes(compiled(source.read_text(encoding="utf-8")))
        fresh.replace(source.with_suffix(".mo"))
    return stale


def check_catalogs(folders: Iterable[Path]) -> list[CheckMessage]:
    """Without its .mo a language would fall back to English, and nobody would be told."""
    return [
        Error(f"{source} is not compiled: run `manage.py catalogs`.", id="web.E001")
        for source in sources(folders)
        if not is_compiled(source)
    ]
