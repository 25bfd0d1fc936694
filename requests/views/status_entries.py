"""What a leader can do on the page: each entry its own small page, with one form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise

from mvai.accounts.lockout.rates import Rate, count
from mvai.audit import log
from mvai.web.refusals import beside
from mvai.web.scanning import for_the_page
from mvai.web.times import zone_words
from requests.views.replies import see_other
from requests.views.status_pages import Page, end_grant, page_of
from requests.views.status_shown import Carried
from requests.views.tokens import gone

DEEDS = Rate("the leader's page", by_an_address=120, in_all=2000)

Act = Callable[[Page, dict[str, Any], datetime], Any]


def _no_form(page: Page, data: QueryDict | None) -> forms.Form:
    return forms.Form(data)


def _nothing(page: Page) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do. `code` names its address, its template and the word for what was done."""

    code: str
    label: str | Promise
    act: Act
    is_there: Callable[[Page], bool]
    form: Callable[[Page, QueryDict | None], forms.Form] = _no_form
    button: str | Promise = ""
    field: str | None = None  # beside which a refusal stands that names no field
    beside: Callable[[Page], Mapping[str, Any]] = _nothing  # what else its template shows
    # Whether the very same press was taken already; the page may have closed because of it.
    is_taken: Callable[[Page, QueryDict], bool] = lambda page, posted: False
    closes: bool = False  # the page shows steps again afterward
    is_listed: bool = True


def serve(
    request: HttpRequest,
    token: str,
    entry: Entry,
    closed: Callable[[HttpRequest, Page, Carried], HttpResponse],
) -> HttpResponse:
    """Show the entry's form, or do it. `closed` asks for a code and carries what was typed."""
    page = page_of(request, token)
    if page is None:
        return gone(request)
    is_post = request.method == "POST"
    if is_post and entry.is_taken(page, request.POST):
        return _done(token, entry)
    if not page.is_open:
        typed = request.POST if is_post else QueryDict()
        return closed(request, page, Carried.of(entry.code, typed))
    if not entry.is_there(page):
        return _done(token, entry) if is_post else see_other("requests:status", token)
    with timezone.override(ZoneInfo(page.assistance_request.time_zone)):
        if not is_post:
            return render_entry(request, page, entry, entry.form(page, None))
        count(request, DEEDS, at=timezone.now())
        form = entry.form(page, request.POST)
        kept_back = form.is_valid() and getattr(form, "kept_back", None)
        if kept_back and not hasattr(form, "details"):
            return render_entry(request, page, entry, form)  # nothing is sent before a yes to it
        if form.is_valid():
            with beside(form, entry.field):
                said = form.details() if hasattr(form, "details") else form.cleaned_data
                entry.act(page, said, timezone.now())
                if kept_back:
                    return render_entry(request, page, entry, form)
                if entry.closes:
                    end_grant(request, page.assistance_request)
                return _done(token, entry)
        return render_entry(request, page, entry, form)


def again(request: HttpRequest, page: Page, entry: Entry, typed: QueryDict) -> HttpResponse:
    """The form with what was typed before the code was entered; nothing was sent so far."""
    with timezone.override(ZoneInfo(page.assistance_request.time_zone)):
        form = entry.form(page, typed if typed else None)
        return render_entry(request, page, entry, form, was_carried=bool(typed))


def render_entry(
    request: HttpRequest,
    page: Page,
    entry: Entry,
    form: forms.Form,
    *,
    was_carried: bool = False,
) -> HttpResponse:
    log.record_read(
        verb="request.status_read",
        target=page.assistance_request,
        by=None,
        at=timezone.now(),
        label=page.assistance_request.reference,
        part="leaders_form",
        **page.facts,
    )
    context = {
        "assistance_request": page.assistance_request,
        "token": page.token,
        "page": page,
        "entry": entry,
        "address": f"requests:status_{entry.code}",
        "form": form,
        "was_carried": was_carried,
        "patterns": for_the_page(),
        "zone": zone_words(page.assistance_request.time_zone, timezone.now()),
        **entry.beside(page),
    }
    return render(request, "requests/status_do.html", context)


def _done(token: str, entry: Entry) -> HttpResponse:
    return see_other("requests:status", token, query=f"?done={entry.code}#main")


__all__ = ["Entry", "again", "render_entry", "serve"]
