"""The library's first page: finding the right page. Open to everyone."""

from dataclasses import dataclass
from typing import Any, TypedDict

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.lockout.counting import net
from mvai.audit.middleware import address_of
from resources.actions import finding, missed
from resources.actions.searching import Chosen
from resources.forms.finding import LibraryFilter
from resources.models import CatalogRow
from resources.rules.excerpts import Piece, excerpt, marked
from resources.rules.hours import Suggestion
from resources.rules.words import Group, corrected

A_PAGE = 20


class Reader(TypedDict):
    language: str
    with_drafts: bool


@login_not_required
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    form = LibraryFilter(request.GET)
    chosen = form.chosen()
    found = finding.search(text=form.words, **_reader())
    counted = finding.count(found, chosen)
    rows: Any = _Rows(found, chosen, counted.total)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    lines = [_line(row, found) for row in page]
    context = {
        "form": form,
        "found": found,
        "counted": counted,
        "facets": form.facets(counted.by_facet, counted.cut),
        "chips": form.chips(),
        "page": page,
        "lines": lines,
        "is_narrowed": form.is_narrowed(),
        "corrected": [_correction(form, group) for group in found.guesses],
        "hours": form.hours(),
        "was_told": request.GET.get("told") == "1",
        "for_the_hour": _for_the_hour(form),
    }
    return render(request, "resources/library.html", context)


@login_not_required
@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """A search that found nothing, sent by the page itself or by its button."""
    text = request.POST.get("q", "").replace("\0", "")
    missed.report(text=text, **_reader(), address=net(address_of(request)), at=timezone.now())
    if "silent" in request.POST:
        return HttpResponse(status=204)
    query = urlencode({"q": text[:80], "told": "1"})
    return HttpResponseRedirect(f"{reverse('resources:library')}?{query}")


@dataclass(frozen=True)
class _Rows:
    """What the paginator asks: how many there are, and those of one page."""

    found: finding.Search
    chosen: Chosen
    total: int

    def count(self) -> int:
        return self.total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> list[CatalogRow]:
        size = part.stop - part.start
        return finding.rows_of(self.found, self.chosen, start=part.start, size=size)


@dataclass(frozen=True)
class Line:
    """An item as the page shows it: its words found are marked."""

    row: CatalogRow
    said: list[str]

    @cached_property
    def title(self) -> list[Piece]:
        return marked(self.row.title, self.said)

    @cached_property
    def summary(self) -> list[Piece]:
        return marked(self.row.edition.summary, self.said)

    @cached_property
    def excerpt(self) -> list[Piece]:
        """Where the text says it, unless title and summary do already."""
        if any(piece.is_found for piece in self.summary):
            return []
        return excerpt([self.row.edition.card, self.row.edition.text], self.said)


@dataclass(frozen=True)
class Correction:
    """A word nobody knows, what it was taken for, and the address of what else it may be."""

    typed: str
    meant: str
    others: list[tuple[str, str]]


def _correction(form: LibraryFilter, group: Group) -> Correction:
    first, *rest = group.meant
    others = [(form.address_with_words(corrected(form.words, group.typed, one)), one)
              for one in rest]  # fmt: skip
    return Correction(group.typed, first, others)


def _for_the_hour(form: LibraryFilter) -> list[Suggestion[CatalogRow]]:
    hour = form.cleaned_data["hour"]
    if not hour or form.words:
        return []
    asked = form.cleaned_data
    return finding.for_the_hour(
        phase=hour, needs=asked["need"], audiences=asked["audience"], **_reader()
    )


def _line(row: CatalogRow, found: finding.Search) -> Line:
    return Line(row, found.said)


def _reader() -> Reader:
    return Reader(language=get_language() or settings.LANGUAGE_CODE, with_drafts=settings.DEMO)
