"""An edition as a file: facts in YAML between two lines of dashes, the card, the full text. Pure.

Written and read again, a file is the same to the byte.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml
from django.utils.translation import gettext as _

from mvai.web.refusals import Refused
from resources.states import Audience, EditionState, Kind

FULL_TEXT = "<!-- full text -->"
LONGEST_HEAD = 16_000  # characters
# One that stands in a card is written with a backslash before it.
_MARK = re.compile(rf"(?m)^(\\*){re.escape(FULL_TEXT)}[ \t]*$")
NAME = re.compile(r"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<language>[a-z]{2})\.md")

# What a file says, in its order, and the field of Edition that it is.
FIELDS: Mapping[str, str] = {
    "title": "title",
    "kind": "kind",
    "summary": "summary",
    "needs": "needs",
    "phases": "phases",
    "audience": "audiences",
    "settings": "settings",
    "minutes": "minutes",
    "advisory": "advisory",
    "author": "author",
    "address": "address",
    "sources": "sources",
    "license": "license",
    "funded": "is_funded",
    "keywords": "keywords",
    "last_reviewed": "last_reviewed_date",
    "review_by": "review_by_date",
    "version": "number",
    "state": "state",
    "sort": "sort",
}
# What an edition has been through: a file of an export says it, one that somebody wrote needn't.
HISTORY: Mapping[str, str] = {
    "changed": "changed_at",
    "submitted": "submitted_at",
    "published": "published_at",
    "ended": "ended_at",
    "note": "note",
    "files": "files",
}
_A_FILE = {"name", "sha256", "state", "scan", "added", "decided"}
_LISTS = ("needs", "phases", "audiences", "settings", "keywords")
_DATES = ("last_reviewed_date", "review_by_date")
_NUMBERS = {"minutes": (1, 600), "number": (1, 30_000), "sort": (0, 30_000)}
_LENGTHS = {"title": 120, "summary": 250, "advisory": 250, "author": 160, "license": 160}
_HEAD = re.compile(r"---\n(?P<head>.*?\n)---\n(?P<body>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """What a file holds: `facts` by the fields of `FIELDS`, those of `HISTORY` that it says, and
    the two texts in Markdown."""

    facts: Mapping[str, Any]
    card: str
    full: str


class _Plain(yaml.SafeLoader):
    """YAML without references: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("references")
        return super().compose_node(parent, index)


def read(said: str) -> Text:
    """The file's facts and texts. Refused with a sentence for whoever wrote it."""
    said = plain(said.removeprefix("\ufeff"))
    if "\x00" in said:
        raise Refused(_("This is no text file."))
    parts = _HEAD.fullmatch(said)
    if parts is None:
        raise Refused(_("The file doesn’t begin with facts between two lines of three dashes."))
    card, full = parts["body"], ""
    for mark in _MARK.finditer(card):
        if not mark[1]:
            card, full = card[: mark.start()], card[mark.end() :]
            break
    card = _MARK.sub(lambda mark: mark[0].removeprefix("\\"), card)
    return Text(_facts(parts["head"]), card.strip(), full.strip())


def write(facts: Mapping[str, Any], card: str, full: str) -> str:
    """The file. `facts` has a value for each field of `FIELDS`, and may have some of `HISTORY`."""
    card, full = plain(card).strip(), plain(full).strip()
    card = _MARK.sub(lambda mark: f"\\{mark[0]}", card)
    said = {name: facts[field] for name, field in FIELDS.items()}
    said |= {name: facts[field] for name, field in HISTORY.items() if facts.get(field)}
    head = yaml.dump(
        said,
        Dumper=_Writer,
        sort_keys=False,
        allow_unicode=True,
        width=10_000,
    )
    body = f"{card}\n" + (f"\n{FULL_TEXT}\n\n{full}\n" if full else "")
    return f"---\n{head}---\n{body}"


def plain(said: str) -> str:
    """With one kind of line end."""
    return re.sub(r"\r\n?", "\n", said)


class _Writer(yaml.SafeDumper):
    """Short lists on one line; a list of sources an entry to a line."""


def _list_of(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    is_short = all(isinstance(value, str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=is_short)


def _words_of(dumper: yaml.SafeDumper, said: str) -> yaml.Node:
    """What can't be seen is spelled out: some of it would be read as the end of a line."""
    style = None if said.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", said, style=style)


_Writer.add_representer(list, _list_of)
_Writer.add_representer(str, _words_of)


def _facts(head: str) -> dict[str, Any]:
    if len(head) > LONGEST_HEAD:
        raise Refused(_("The facts at the top are too long."))
    try:
        found = yaml.load(head, Loader=_Plain)  # noqa: S506  a SafeLoader with less
    except (yaml.YAMLError, ValueError, RecursionError) as reason:
        mark = getattr(reason, "problem_mark", None)
        where = mark.line + 2 if mark else 1
        raise Refused(
            _("The facts at the top can’t be read, near line %(line)s.") % {"line": where}
        ) from reason
    if not isinstance(found, dict):
        raise Refused(_("The facts at the top are lines such as “title: The first 24 hours”."))
    if unknown := [str(name)[:40] for name in found if name not in {**FIELDS, **HISTORY}]:
        raise Refused(_("“%(name)s” is no fact we know.") % {"name": unknown[0]})
    if missing := [name for name in ("title", "kind", "summary") if not found.get(name)]:
        raise Refused(_("“%(name)s” is missing.") % {"name": missing[0]})
    facts = {field: _one(name, field, found.get(name)) for name, field in FIELDS.items()}
    return facts | {
        field: _past(name, found[name]) for name, field in HISTORY.items() if name in found
    }


def _past(name: str, value: Any) -> Any:
    wrong = Refused(_("“%(name)s” has a value we don’t understand.") % {"name": name})
    if name == "note":
        return _words(name, "note", value, wrong)
    if name != "files":
        if not _is_moment(value):
            raise wrong
        return value
    for one in value if isinstance(value, list) else [None]:
        if not isinstance(one, dict) or not {"name", "sha256"} <= set(one) <= _A_FILE:
            raise wrong
        words = [one[fact] for fact in one if fact not in ("added", "decided")]
        moments = [one[fact] for fact in ("added", "decided") if fact in one]
        if not all(isinstance(said, str) for said in words) or not all(map(_is_moment, moments)):
            raise wrong
    return value


def _is_moment(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _one(name: str, field: str, value: Any) -> Any:
    wrong = Refused(_("“%(name)s” has a value we don’t understand.") % {"name": name})
    if field in _LISTS:
        values = value or []
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise wrong
        return values
    if field == "sources":
        return _sources(value or [], wrong)
    if field in _DATES:
        if value is not None and type(value) is not date:
            raise wrong
        return value
    if field in _NUMBERS:
        least, most = _NUMBERS[field]
        given = {"minutes": 3, "number": 1, "sort": 100}[field] if value is None else value
        if type(given) is not int or not least <= given <= most:
            raise wrong
        return given
    if field == "is_funded":
        if value not in (None, True, False):
            raise wrong
        return value is not False
    if field == "state":
        given = value or EditionState.DRAFT.value
        if given not in EditionState.values:
            raise wrong
        return given
    if field == "kind" and value not in Kind.values:
        raise wrong
    return _words(name, field, value, wrong)


def _words(name: str, field: str, value: Any, wrong: Refused) -> str:
    if value is None:
        return "MVAI" if field == "author" else ""
    if not isinstance(value, str):
        raise wrong
    if len(value) > _LENGTHS.get(field, 500):
        raise Refused(_("“%(name)s” is too long.") % {"name": name})
    return value


def _sources(values: Any, wrong: Refused) -> list[dict[str, str]]:
    for value in values if isinstance(values, list) else [None]:
        if not isinstance(value, dict) or set(value) != {"title", "address"}:
            raise wrong
        if not all(isinstance(said, str) for said in value.values()):
            raise wrong
        if not value["address"].startswith("https://"):
            raise Refused(_("A source’s address begins with https://."))
    return values


def audiences_known(codes: list[str]) -> bool:
    return set(codes) <= set(Audience.values)
