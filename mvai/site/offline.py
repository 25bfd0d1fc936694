"""The offline worker: the way in and the first card, kept on a device for when there is no network.

Of the library it keeps the page that lists what a reader chose to keep. The items themselves are
put on the device by that page's and the item's own scripts (static/js/shelf.js, ADR 35).

Each release brings a worker of its own, since what it keeps is named by what the pages are made
of. With OFFLINE_COPY off, the same address answers with a worker that removes everything (ADR 23).
"""

import hashlib
import json
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from mvai.web.languages import ASKED

# Everything that the kept pages load. tests/mvai/site/test_offline.py compares.
ASSETS = ("css/site.css", "js/theme.js", "js/site.js", "js/library.js", "icon.svg")
KEPT = "resources:kept"
PAGES = ("requests:landing", "requests:first_hour", KEPT)
COPY = "copy=1"  # asks for a page without a token, for everybody
WORKER, NO_WORKER = "js/worker.js", "js/no_worker.js"


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script, at the root: a worker may serve only what lies below its own address."""
    script = _script() if settings.OFFLINE_COPY else _read(NO_WORKER)
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@cache
def _script() -> str:
    return f"self.OFFLINE = {json.dumps(_kept())};\n{_read(WORKER)}"


def _kept() -> dict[str, Any]:
    """What is kept: files by their address, pages by theirs with where the copy comes from.

    `lists` has the page to show for one of the library that a device has not, by the beginning
    of its address.
    """
    pages = {}
    for name in PAGES:
        asked = reverse(name)
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                address = reverse(name)
            pages[address] = f"{address}?{COPY}"
            pages[f"{asked}?{ASKED}={code}"] = f"{address}?{COPY}&{ASKED}={code}"
    lists = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            lists[reverse("resources:library")] = reverse(KEPT)
    return {
        "version": _version(),
        "files": settings.STATIC_URL,
        "lists": lists,
        "assets": [staticfiles_storage.url(name) for name in ASSETS],
        "pages": pages,
    }


def _version() -> str:
    """Other for every release that changes a file, a page's words or what the pages say of us."""
    digest = hashlib.sha256(_read("staticfiles.json").encode())
    folders = [(settings.ROOT / "templates", "*.html"), (settings.LOCALE_PATHS[0], "*.po")]
    for folder, names in folders:
        for path in sorted(folder.rglob(names)):
            digest.update(path.read_bytes())
    said = (settings.VERSION, settings.DEMO, settings.PROGRAM_NUMBER, settings.AWARD_NUMBER)
    digest.update(repr(said).encode())
    return digest.hexdigest()[:12]


def _read(name: str) -> str:
    with staticfiles_storage.open(name) as file:
        return file.read().decode()
