"""The editors' desk: what is being written, reviewed and published, and each item's page."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.access import SignedInRequest
from mvai.web.refusals import beside
from resources.actions import workflow
from resources.actions.notices import notices
from resources.filters import FIRST, SECTIONS, counts, items_in, searched
from resources.forms.desk import BeginForm, DeskSearch, NewItemForm, PlaceForm
from resources.models import Edition, Item
from resources.rules.desk import line_of
from resources.rules.editions import is_own_work
from resources.views.editions import choices_of, editors_only
from resources.views.history import history

PER_PAGE = 25


@require_safe
@editors_only
def desk(request: SignedInRequest) -> HttpResponse:
    """A tab for each state, an item a line, its languages side by side."""
    today, now = timezone.localdate(), timezone.now()
    section = SECTIONS.get(request.GET.get("show", ""), SECTIONS[FIRST])
    said = DeskSearch.said(request.GET)
    items = searched(Item.objects.visible_to(request.user), said)
    found = items_in(items, section, today=today, by=request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = Edition.objects.filter(item__in=[item.pk for item in page]).defer("card", "text")
    by_item: dict[int, list[Edition]] = {item.pk: [] for item in page}
    for edition in rows.select_related("changed_by__person", "submitted_by__person"):
        by_item[edition.item_id].append(edition)
    numbers = counts(items, today)
    context = {
        "sections": [(one, numbers[one.code]) for one in SECTIONS.values()],
        "section": section,
        "said": said,
        "form": DeskSearch(request.GET),
        "page_obj": page,
        "lines": [line_of(item, by_item[item.pk]) for item in page],
        "due_from": today,
        "not_mine": {
            edition.pk
            for editions in by_item.values()
            for edition in editions
            if edition.is_in_review and not is_own_work(edition, request.user)
        },
        "notices": notices(request.user, now),
    }
    return render(request, "editors/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def new_item(request: SignedInRequest) -> HttpResponse:
    form = NewItemForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with beside(form):
            edition = workflow.new_item(
                slug=form.cleaned_data["slug"],
                language=form.cleaned_data["language"],
                words=form.words(),
                by=request.user,
                at=timezone.now(),
            )
            return redirect("resources:edit", edition.pk)
    return render(request, "editors/new_item.html", {"form": form})


@require_safe
@editors_only
def item(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its versions by language, what is open, and who did what."""
    found = _item_or_404(request, pk)
    return _page(request, found)


@require_POST
@editors_only
def begin(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write the next version in a language, or go on with the one that is open."""
    found, form = _item_or_404(request, pk), BeginForm(request.POST)
    if form.is_valid():
        like = form.cleaned_data["like"]
        model = get_object_or_404(found.editions, pk=like) if like else None
        with beside(form):
            edition = workflow.new_edition(
                item=found,
                language=form.cleaned_data["language"],
                like=model,
                by=request.user,
                at=timezone.now(),
            )
            if model and edition.changed_by_id != request.user.pk:
                messages.info(request, _("Another version is being written. This is it."))
            return redirect("resources:edit", edition.pk)
    return _page(request, found, wrong=form)


@require_POST
@editors_only
def place(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where the item stands in the lists."""
    found, form = _item_or_404(request, pk), PlaceForm(request.POST)
    if not form.is_valid():
        return _page(request, found, place_form=form)
    workflow.set_place(
        item=found, place=form.cleaned_data["place"], by=request.user, at=timezone.now()
    )
    messages.success(request, _("Saved."))
    return redirect("resources:desk_item", found.pk)


def _item_or_404(request: SignedInRequest, pk: int) -> Item:
    return get_object_or_404(Item.objects.visible_to(request.user), pk=pk)


def _page(request: SignedInRequest, found: Item, **more: Any) -> HttpResponse:
    editions = list(
        found.editions.defer("card", "text").select_related(
            "changed_by__person", "submitted_by__person", "published_by__person", "item"
        )
    )
    line = line_of(found, editions)
    others = {side.language: _spoken_by_others(line.sides, side.language) for side in line.sides}
    context = {
        "item": found,
        "line": line,
        "others": others,
        "choices": {
            side.published.pk: choices_of(side.published, request.user)
            for side in line.sides
            if side.published
        },
        "history": history(editions),
        "languages": settings.LANGUAGES,
        "place_form": PlaceForm(initial={"place": found.sort}),
        **more,
    }
    return render(request, "editors/item.html", context)


def _spoken_by_others(sides: list[Any], language: str) -> bool:
    return any(side.editions for side in sides if side.language != language)
