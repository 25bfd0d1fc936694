"""The editors' pages for words: those that mean the same, and those that found nothing."""

from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.web.refusals import Refused, beside
from resources.actions import missed as missed_actions
from resources.actions import synonyms as actions
from resources.forms.desk_words import MissedForm, SynonymsForm
from resources.models import MissedSearch, SynonymGroup

_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.LIBRARY_EDIT)
def synonyms(request: SignedInRequest) -> HttpResponse:
    """All groups, and a form for one more."""
    form = SynonymsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.add(terms=form.cleaned_data["terms"], by=request.user, at=timezone.now())
        notes.success(request, _("Searches know these words from now on."))
        return redirect("resources:synonyms")
    groups = SynonymGroup.objects.visible_to(request.user)
    return render(request, "editors/synonyms.html", {"form": form, "groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.LIBRARY_EDIT)
def synonym(request: SignedInRequest, pk: int) -> HttpResponse:
    group = _group(request, pk)
    now = {"terms": ", ".join(group.terms), "revision": group.revision}
    form = SynonymsForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        with beside(form, "terms"):
            actions.change(
                group=group,
                revision=form.cleaned_data["revision"] or 0,
                terms=form.cleaned_data["terms"],
                by=request.user,
                at=timezone.now(),
            )
            notes.success(request, _("Searches know these words from now on."))
            return redirect("resources:synonyms")
    return render(request, "editors/synonym.html", {"form": form, "group": group})


@require_POST
@permission_required(Permission.LIBRARY_EDIT)
def remove_synonym(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        actions.remove(group=_group(request, pk), by=request.user, at=timezone.now())
    except Refused as refusal:
        notes.error(request, str(refusal))
    else:
        notes.success(request, _("Removed. Searches no longer take these words for the same."))
    return redirect("resources:synonyms")


@require_GET
@permission_required(Permission.LIBRARY_EDIT)
def missed_searches(request: SignedInRequest) -> HttpResponse:
    """What readers looked for in vain; with `show=settled`, what became of it."""
    missed = MissedSearch.objects.visible_to(request.user).select_related("answer")
    is_settled = request.GET.get("show") == "settled"
    rows = missed.settled() if is_settled else missed.waiting()
    context = {
        "page": Paginator(rows, _A_PAGE).get_page(request.GET.get("page")),
        "is_settled": is_settled,
        "waiting": missed.waiting().count(),
        "settled": missed.settled().count(),
    }
    return render(request, "editors/missed_searches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.LIBRARY_EDIT)
def missed_search(request: SignedInRequest, pk: int) -> HttpResponse:
    missed = get_object_or_404(MissedSearch.objects.visible_to(request.user), pk=pk)
    form = MissedForm(
        request.POST if request.method == "POST" else None, initial={"answer": missed.answer_id}
    )
    if form.is_valid():
        missed_actions.settle(
            missed=missed, answer=form.cleaned_data["answer"], by=request.user, at=timezone.now()
        )
        notes.success(request, _("Settled: %(words)s.") % {"words": missed.words})
        return redirect("resources:missed_searches")
    return render(request, "editors/missed_search.html", {"form": form, "missed": missed})


def _group(request: SignedInRequest, pk: int) -> SynonymGroup:
    return get_object_or_404(SynonymGroup.objects.visible_to(request.user), pk=pk)
