"""Requests that may not be real: several are decided about at once, or one is found to be real."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.web.refusals import Refused
from requests.actions import checking as actions
from requests.forms.checking import ChosenForm, CloseChosenForm
from requests.models import AssistanceRequest
from requests.states import CloseReason, Doubt
from requests.views.records import request_or_404
from requests.views.replies import see_other

UNDO_WITHIN = timedelta(hours=24)


@require_safe
@permission_required(Permission.REQUEST_VIEW_ALL)
def checking(request: SignedInRequest) -> HttpResponse:
    found = _to_check(request)
    # Those that nothing but the crowd speaks against come first: they are the likeliest to be real.
    crowd = Case(When(doubts=[Doubt.BUSY], then=Value(0)), default=Value(1))
    shown = found.order_by(crowd, "submitted_at", "pk")[: ChosenForm.MOST]
    context = {
        "found": shown.select_related("owner__person", "agency"),
        "count": found.count(),
        "all_chosen": "all" in request.GET,
        "closed": _closed_lately(request)[: ChosenForm.MOST],
        "may_work": request.user.may(Permission.REQUEST_WORK),
    }
    return render(request, "requests/checking.html", context)


@require_POST
@permission_required(Permission.REQUEST_CLOSE)
def close(request: SignedInRequest) -> HttpResponse:
    """Asked about first: the page that names them sends "sure"."""
    is_sure = "sure" in request.POST
    form = CloseChosenForm(request.POST)
    chosen = list(_to_check(request).filter(reference__in=form.chosen).order_by("submitted_at"))
    if not chosen:
        return _nothing_chosen(request)
    if not (is_sure and form.is_valid()):
        form = form if is_sure else CloseChosenForm()
        return render(request, "requests/checking_close.html", {"chosen": chosen, "form": form})
    closed, left = actions.not_confirmed(
        requests=chosen, note=form.cleaned_data["note"], by=request.user, at=timezone.now()
    )
    words = ngettext(
        "%(count)d request is closed as not confirmed. You can open it again below.",
        "%(count)d requests are closed as not confirmed. You can open them again below.",
        len(closed),
    )
    return _done(request, words, closed, left)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def take(request: SignedInRequest) -> HttpResponse:
    chosen = list(_to_check(request).filter(reference__in=ChosenForm(request.POST).chosen))
    if not chosen:
        return _nothing_chosen(request)
    taken, left = actions.take(requests=chosen, by=request.user, at=timezone.now())
    words = ngettext("You have %(count)d request.", "You have %(count)d requests.", len(taken))
    return _done(request, words, taken, left)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def reopen(request: SignedInRequest) -> HttpResponse:
    chosen = list(_closed_lately(request).filter(reference__in=ChosenForm(request.POST).chosen))
    if not chosen:
        return _nothing_chosen(request)
    opened, left = actions.reopen(requests=chosen, by=request.user, at=timezone.now())
    words = ngettext(
        "%(count)d request is open again. You have it.",
        "%(count)d requests are open again. You have them.",
        len(opened),
    )
    return _done(request, words, opened, left)


@require_POST
def real(request: SignedInRequest, reference: str) -> HttpResponse:
    assistance_request = request_or_404(request, reference, Permission.REQUEST_WORK)
    try:
        found = actions.found_real(
            assistance_request=assistance_request, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        messages.info(request, str(refusal))
    else:
        said = _("The mark is gone.") if found.owner_id else _("The mark is gone. It rings now.")
        messages.success(request, said)
    return see_other("requests:workspace", reference)


def _to_check(request: SignedInRequest):
    return AssistanceRequest.objects.visible_to(request.user).to_check()


def _closed_lately(request: SignedInRequest):
    return (
        AssistanceRequest.objects.visible_to(request.user)
        .closed()
        .filter(
            check_first=True,
            close_reason=CloseReason.NOT_CONFIRMED,
            closed_at__gt=timezone.now() - UNDO_WITHIN,
        )
        .order_by("-closed_at", "-pk")
    )


def _nothing_chosen(request: SignedInRequest) -> HttpResponse:
    messages.info(request, _("Choose at least one request that is still here."))
    return see_other("requests:checking")


def _done(request: SignedInRequest, words: str, done: list[str], left: list[str]) -> HttpResponse:
    if done:
        messages.success(request, words % {"count": len(done)})
    if left:
        names = {"references": ", ".join(left)}
        messages.info(request, _("Left as they are, others were quicker: %(references)s.") % names)
    return see_other("requests:checking")
