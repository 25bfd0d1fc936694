"""The library's pages. Open to everyone: no sign-in stands between a leader and a checklist."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from resources.forms import LibraryFilter
from resources.models import Entry


@login_not_required
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    form = LibraryFilter(request.GET)
    entries = Entry.objects.on_show(with_drafts=settings.DEMO)
    if form.is_valid():
        entries = form.narrow(entries)
    page = Paginator(entries.prefetch_related("needs"), 40).get_page(request.GET.get("page"))
    return render(
        request,
        "resources/library.html",
        {"form": form, "page": page, "is_narrowed": form.is_narrowed()},
    )


@login_not_required
@require_safe
def entry(request: HttpRequest, slug: str) -> HttpResponse:
    entries = Entry.objects.on_show(with_drafts=settings.DEMO).exclude(kind="external")
    found = get_object_or_404(entries.prefetch_related("needs", "phases"), slug=slug)
    related = entries.filter(needs__in=found.needs.all()).exclude(pk=found.pk).distinct()[:3]
    return render(request, "resources/entry.html", {"entry": found, "related": related})
