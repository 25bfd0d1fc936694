"""Files that are served as one: each further request costs a phone with one bar a round trip.

JOINED is the one place that lists the parts. `collectstatic` asks the finder below, so the tests,
the demonstration and production serve the same; the parts themselves stay small files of ours,
or a package's own (ADR 23).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

JOINED = {
    # The style of every page. What only some pages need, they load beside it.
    "css/site.css": (
        "bootstrap/css/bootstrap.min.css",
        "css/tokens.css",
        "css/base.css",
        "css/components/chrome.css",
        "css/components/forms.css",
        "css/components/pieces.css",
        "css/components/finding.css",
        "css/components/library_text.css",
        "css/components/print.css",
        "css/components/library_print.css",
    ),
    # The one script of a requester's page. A part looks for what it works on, and is silent else.
    "js/site.js": (
        "js/page.js",
        "js/suggest.js",
        "js/answers.js",
        "js/kept.js",
        "js/intake.js",
        "js/finding.js",
    ),
    # What a page of the library needs beside it: an item's, and that of what a device keeps.
    "js/library.js": (
        "js/shelf.js",
        "js/item_use.js",
        "js/item_keep.js",
        "js/item_print.js",
        "js/item_ticks.js",
        "js/item_blanks.js",
        "js/kept_list.js",
    ),
    # What the offline worker runs (mvai/site/offline.py).
    "js/worker.js": ("js/kept.js", "js/offline.js"),
}
ONLY_FOR = {"css/components/print.css": "print", "css/components/library_print.css": "print"}
_SOURCE_MAP = re.compile(r"^/[/*][#@] sourceMappingURL=.*$", re.MULTILINE)


class JoinedFinder(finders.BaseFinder):
    """Offers the joined files to `collectstatic` beside the ones that lie in folders."""

    def check(self, **kwargs: Any) -> list:
        return []

    # The name of the last argument is another one in a later Django.
    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        return []  # there is no such file on the disk before it is collected

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        storage = JoinedFiles()
        for name in JOINED:
            if not matches_patterns(name, ignore_patterns):
                yield name, storage


class JoinedFiles(Storage):
    """A joined file as if it lay on the disk. It has no time of its own: it is made each time."""

    def _open(self, name: str, mode: str = "rb") -> File:
        return ContentFile(joined(name).encode(), name=name)

    def path(self, name: str) -> str:
        return name

    def exists(self, name: str) -> bool:
        return name in JOINED


def joined(name: str) -> str:
    """The text of a joined file.

    Each script gets a block around it, so that no two of them share a name by accident.
    """
    parts = []
    for part in JOINED[name]:
        text = _SOURCE_MAP.sub("", _found(part).read_text()).strip()
        if part in ONLY_FOR:
            text = f"@media {ONLY_FOR[part]} {{\n{text}\n}}"
        elif part.endswith(".js"):
            text = f"{{\n{text}\n}}"
        parts.append(text)
    return "\n".join([*parts, ""])


def _found(part: str) -> Path:
    path = finders.find(part)
    if not path:
        raise FileNotFoundError(f"{part} is not there; `npm ci` brings the front-end packages.")
    return Path(path)
