"""Names in the zip that an export is, and what an edition says there. Pure.

items/first-24-hours/en-2.md            the second version in English
items/first-24-hours/en-2/plan.docx     a file that hangs on it
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resources.models import Attachment, Edition
from resources.rules import front_matter
from resources.states import FileState

LARGEST_TEXT = 1024 * 1024  # bytes of one edition
_PATH = re.compile(
    r"items/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)/(?P<language>[a-z]{2})-(?P<number>[1-9][0-9]{0,4})"
    r"(?:\.md|/(?P<file>[A-Za-z0-9][A-Za-z0-9._-]{0,99}))"
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an entry belongs. `file` is empty for the edition itself."""

    slug: str
    language: str
    number: int
    file: str = ""

    @property
    def path(self) -> str:
        stem = f"items/{self.slug}/{self.language}-{self.number}"
        return f"{stem}/{self.file}" if self.file else f"{stem}.md"


def place_of(path: str) -> Place | None:
    found = _PATH.fullmatch(path)
    if found is None or len(found["slug"]) > 80:
        return None
    return Place(found["slug"], found["language"], int(found["number"]), found["file"] or "")


def written(edition: Edition, files: Iterable[Attachment]) -> str:
    """The edition as its file. Who wrote and who published it is not in it."""
    fields = [*front_matter.FIELDS.values(), *front_matter.HISTORY.values()]
    facts = {field: getattr(edition, field) for field in fields if field not in ("sort", "files")}
    facts |= {"sort": edition.item.sort, "files": [_file(one) for one in files]}
    return front_matter.write(facts, edition.card, edition.text)


def carried(files: Iterable[Attachment]) -> list[Attachment]:
    """The files that an export holds: what was refused has no bytes."""
    kept = [one for one in files if one.state != FileState.REFUSED]
    return sorted(kept, key=lambda one: one.name)


def _file(one: Attachment) -> Mapping[str, Any]:
    facts: dict[str, Any] = {
        "name": one.name,
        "sha256": one.sha256,
        "state": one.state,
        "scan": one.scan,
        "added": one.added_at,
    }
    return facts | ({"decided": one.decided_at} if one.decided_at else {})
