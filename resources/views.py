"""The library's pages. Open to everyone: no sign-in stands between a leader and a checklist."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from mvai.web.private import keep_private
from resources.forms import LibraryFilter, ReadyForm
from resources.models import Entry
from resources.rules.readiness import QUESTIONS, result_of, slugs


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


@login_not_required
@csrf_exempt  # it changes nothing: what is answered comes back on the page, and nowhere else
@require_http_methods(["GET", "HEAD", "POST"])
def ready(request: HttpRequest) -> HttpResponse:
    """The readiness check. Answers are posted, so that they stand in no address and no log."""
    form = ReadyForm(request.POST if request.method == "POST" else None)
    is_answered = form.is_valid() and any(form.cleaned_data.values())
    entries = Entry.objects.on_show(with_drafts=settings.DEMO).filter(slug__in=slugs(QUESTIONS))
    context = {
        "form": form,
        "nothing_said": form.is_valid() and not is_answered,
        "result": result_of(form.cleaned_data) if is_answered else None,
        "pages": {entry.slug: entry for entry in entries} if is_answered else {},
    }
    return keep_private(render(request, "resources/ready.html", context))
