"""Reading an item: its page, the page of what a device keeps, and the counts of use."""

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mvai.audit.middleware import address_of
from mvai.taxonomy.models import Need, Phase, Setting, Term
from mvai.web.pace import Pace
from resources.actions import use as uses
from resources.actions.catalog import facets_of
from resources.actions.finding import related
from resources.models import CatalogRow, Edition, Item
from resources.models.catalog import near
from resources.rules import markdown
from resources.states import Audience, Use
from resources.views.public import on_show

CONTENTS_FROM = 3  # chapters: fewer are seen at a glance
PACE = Pace(most=60, within=timedelta(minutes=10))


@login_not_required
@require_safe
def item(request: HttpRequest, slug: str) -> HttpResponse:
    """The item; for a work of another program's a page that says what it is and leads there."""
    row = on_show().filter(slug=slug).select_related("edition", "item").first()
    if row is None:
        return _withdrawn(request, slug)
    page = "external" if row.edition.is_external else "item"
    context = _to_read(row)
    response = render(request, f"resources/{page}.html", context)
    # A device asks with HEAD whether what it keeps is still the newest.
    response["Item-Stamp"] = context["stamp"]
    response["Item-Version"] = str(row.edition.number)
    return response


def _withdrawn(request: HttpRequest, slug: str) -> HttpResponse:
    """What was on show once is gone for good or for now, and says so; all else was never here."""
    found = Item.objects.were_on_show().filter(slug=slug).first()
    if found is None:
        raise Http404
    last = found.editions.exclude(published_at=None).order_by("-published_at").first()
    assert last is not None  # it was on show
    context = {"edition": last, "related": near(on_show(), facets_of(last))}
    return render(request, "resources/withdrawn.html", context, status=HTTPStatus.GONE)


def _to_read(row: CatalogRow) -> dict[str, Any]:
    """The card in the reader's language; the full text too, where it was written in it."""
    edition, full = row.edition, _with_the_text(row)
    chapters = markdown.headings(full.text)
    return {
        "row": row,
        "item": row.item,
        "edition": edition,
        "full": full,
        "chapters": chapters if len(chapters) >= CONTENTS_FROM else [],
        "lines": len(markdown.lines(full.text)) + len(markdown.lines(edition.card)),
        "needs": _terms(Need, edition.needs),
        "phases": _terms(Phase, edition.phases),
        "settings": _terms(Setting, edition.settings),
        "audiences": _audiences(edition.audiences),
        "related": related(row),
        "stamp": ".".join(_stamp(one) for one in dict.fromkeys((edition, full))),
    }


def _with_the_text(row: CatalogRow) -> Edition:
    """The edition in the reader's language, or the portal's where only that has a full text."""
    edition = row.edition
    if edition.text or edition.language == settings.LANGUAGE_CODE:
        return edition
    others = Edition.objects.filter(item=row.item, language=settings.LANGUAGE_CODE)
    shown = others.published().first() or (others.open().first() if settings.DEMO else None)
    return shown or edition


def _stamp(edition: Edition) -> str:
    return f"{edition.pk}-{int(edition.changed_at.timestamp())}"


def _terms(model: type[Term], codes: list[str]) -> list[str]:
    return [str(term) for term in model.objects.filter(pk__in=codes)] if codes else []


def _audiences(codes: Iterable[str]) -> list[str | Promise]:
    return [one.label for one in Audience if one in set(codes)]


@login_not_required
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """What this device keeps. The page is the same for everybody: its script fills in the list."""
    return render(request, "resources/kept.html")


@login_not_required
@csrf_exempt  # a page sends it by itself, without cookies; it changes a count
@require_POST
def used(request: HttpRequest, slug: str) -> HttpResponse:
    """Count that somebody opened, printed or kept it. Always 204: an answer would be of no use.

    The address is looked at for its pace, in memory, and written nowhere.
    """
    now = timezone.now()
    use = request.POST.get("use", "")
    if use in Use.values and PACE.allows(address_of(request), at=now):
        found = Item.objects.filter(slug=slug, rows__isnull=False).first()
        if found:
            uses.count(item=found, use=Use(use), day=timezone.localdate(now))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
