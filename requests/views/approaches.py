"""Offering help to agencies that have not asked: the list, a new one, and one with its tries."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.web.refusals import Refused, beside
from requests.actions import approaches as actions
from requests.forms.approach import AcceptForm, ApproachForm, TryForm
from requests.forms.phone import SPOKEN_CONSENT
from requests.models import Approach
from requests.states import ApproachState
from requests.views.replies import see_other

PER_PAGE = 25


@require_safe
@permission_required(Permission.REQUEST_VIEW_ALL)
def approaches(request: SignedInRequest) -> HttpResponse:
    """Those that are open, the next try first; or those that are over, the newest first."""
    visible = Approach.objects.visible_to(request.user)
    shows_ended = request.GET.get("show") == "ended"
    rows = (
        visible.exclude(state=ApproachState.OPEN).order_by("-ended_at", "-pk")
        if shows_ended
        else visible.open().order_by("due_at", "pk")
    )
    paginator = Paginator(
        rows.select_related("agency", "holder__person", "assistance_request"), PER_PAGE
    )
    context = {
        "page_obj": paginator.get_page(request.GET.get("page")),
        "shows_ended": shows_ended,
        "open": visible.open().count() if shows_ended else paginator.count,
        "may_work": request.user.may(Permission.REQUEST_WORK),
    }
    return render(request, "requests/approaches.html", context)


@permission_required(Permission.REQUEST_WORK)
def new(request: SignedInRequest) -> HttpResponse:
    form = ApproachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with beside(form):
            made = actions.begin(**form.facts(), by=request.user, at=timezone.now())
            return see_other("requests:approach", made.pk)
    asks = "all_the_same" in form.errors
    return render(request, "requests/approach_new.html", {"form": form, "asks": asks})


@require_safe
@permission_required(Permission.REQUEST_VIEW_ALL)
def one(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _row_or_404(request, pk))


@require_POST
@permission_required(Permission.REQUEST_WORK)
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.take)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def give_back(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.give_back)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(request, pk, actions.end)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def log_try(request: SignedInRequest, pk: int) -> HttpResponse:
    approach, form = _row_or_404(request, pk), TryForm(request.POST)
    if form.is_valid():
        with beside(form):
            actions.log_try(
                approach=approach, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return see_other("requests:approach", pk)
    return _page(request, _row_or_404(request, pk), tries=form)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    approach, form = _row_or_404(request, pk), AcceptForm(request.POST)
    if form.is_valid():
        with beside(form):
            made = actions.accept(
                approach=approach, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(
                request,
                _("%(reference)s is made, and you have it.") % {"reference": made.reference},
            )
            return see_other("requests:workspace", made.reference)
    return _page(request, _row_or_404(request, pk), accepts=form)


def _do(request: SignedInRequest, pk: int, act: Callable[..., Any]) -> HttpResponse:
    approach = _row_or_404(request, pk)
    try:
        act(approach=approach, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return see_other("requests:approach", pk)


def _page(
    request: SignedInRequest,
    approach: Approach,
    *,
    tries: forms.Form | None = None,
    accepts: forms.Form | None = None,
) -> HttpResponse:
    now = timezone.now()
    log.record_read(verb="approach.read", target=approach, by=request.user, at=now)
    is_mine = approach.is_open and approach.holder_id == request.user.pk
    context = {
        "approach": approach,
        "tries": list(approach.tries.select_related("by__person")),
        "is_mine": is_mine,
        "may_take": request.user.may(Permission.REQUEST_WORK)
        and not is_mine
        and approach.is_free(now),
        "try_form": tries or TryForm(),
        "accept_form": accepts or AcceptForm(),
        "accepts": accepts is not None,
        "spoken_consent": SPOKEN_CONSENT,
        "now": now,
    }
    return render(request, "requests/approach.html", context)


def _row_or_404(request: SignedInRequest, pk: int) -> Approach:
    found = (
        Approach.objects.visible_to(request.user)
        .select_related("agency", "holder__person", "begun_by__person", "assistance_request")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found
