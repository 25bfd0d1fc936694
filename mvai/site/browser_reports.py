"""Collects what browsers refuse by our content security policy: each kind once a day, counted.

Anybody can post here, so a day holds a bounded number of rows and a row nothing that was sent
but a directive's name, an origin or keyword, and the name of one of our own pages.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mvai.site.models import BrowserReport

LONGEST = 16 * 1024  # bytes of a body; what is longer is no report of ours
AT_ONCE = 20  # reports of one body
A_DAY = 200  # rows
_DIRECTIVE = re.compile(r"[a-z][a-z-]{2,39}")
_KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "self", "data", "blob", "trusted-types-sink"})


@login_not_required
@csrf_exempt  # a browser sends it by itself, without cookies; it changes a count
@require_POST
def collect(request: HttpRequest) -> HttpResponse:
    """Always 204: a browser does nothing with an answer, and others learn nothing from it."""
    today = timezone.now().date()
    for report in islice(_reports(_body(request)), AT_ONCE):
        _count(report, today)
    return HttpResponse(status=204)


def _body(request: HttpRequest) -> bytes:
    """What was sent; nothing of what is too long, or was a form's and has been read as one."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return b""
    try:
        return request.body
    except RawPostDataException:
        return b""


def _count(report: dict[str, Any], today: date) -> None:
    directive = str(_first(report, "effectiveDirective", "effective-directive") or "")
    directive = directive or str(_first(report, "violated-directive") or "").partition(" ")[0]
    if not _DIRECTIVE.fullmatch(directive):
        return
    what = {
        "day": today,
        "directive": directive,
        "blocked": _origin(_first(report, "blockedURL", "blocked-uri")),
        "page": _page(_first(report, "documentURL", "document-uri")),
    }
    if BrowserReport.objects.filter(**what).update(count=F("count") + 1):
        return
    if BrowserReport.objects.filter(day=today).count() < A_DAY:
        BrowserReport.objects.bulk_create([BrowserReport(**what)], ignore_conflicts=True)


def _reports(body: bytes) -> Iterator[dict[str, Any]]:
    """The reports of a body in either of the two shapes that browsers send."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return
    for one in said if isinstance(said, list) else [said]:
        if not isinstance(one, dict):
            continue
        report = one.get("body") if one.get("type") == "csp-violation" else one.get("csp-report")
        if isinstance(report, dict):
            yield report


def _first(report: dict[str, Any], *names: str) -> str | None:
    found = next((report[name] for name in names if name in report), None)
    return found if isinstance(found, str) else None


def _origin(blocked: str | None) -> str:
    """A keyword, or scheme and host; never a path or a query."""
    blocked = (blocked or "").replace("\x00", "")
    if blocked in _KEYWORDS:
        return blocked
    try:
        parts = urlsplit(blocked)
        found = f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.scheme
    except ValueError:
        return ""
    return found[:100]


def _page(address: str | None) -> str:
    try:
        return resolve(urlsplit((address or "").replace("\x00", "")).path).view_name[:80]
    except (Resolver404, ValueError):
        return ""
