"""The desk's Inbox: what came in and waits for a person, and what became of the rest."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.web.refusals import Refused
from requests.actions import inbox as actions
from requests.forms.inbox import AddToForm, BecomesRequestForm
from requests.models import Engagement, Inbound, InboundReason
from requests.views.replies import see_other

PER_PAGE = 25
FROM_US = frozenset({InboundReason.FROM_STAFF, InboundReason.FROM_ADVISOR})


@require_safe
@permission_required(Permission.REQUEST_VIEW_ALL)
def inbox(request: SignedInRequest) -> HttpResponse:
    """What waits, the oldest first; or what is settled, the newest first."""
    visible = Inbound.objects.visible_to(request.user)
    shows_settled = request.GET.get("show") == "settled"
    rows = (
        visible.settled().order_by("-dealt_at", "-pk")
        if shows_settled
        else visible.waiting().order_by("received_at", "pk")
    )
    paginator = Paginator(
        rows.select_related("person", "assistance_request", "settled_by").defer("text"), PER_PAGE
    )
    context = {
        "page_obj": paginator.get_page(request.GET.get("page")),
        "shows_settled": shows_settled,
        "waiting": visible.waiting().count() if shows_settled else paginator.count,
    }
    template = "requests/_inbox.html" if request.htmx else "requests/inbox.html"
    return render(request, template, context)


@require_safe
@permission_required(Permission.REQUEST_VIEW_ALL)
def one(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _row_or_404(request, pk))


@require_POST
@permission_required(Permission.REQUEST_WORK)
def make_request(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = _row_or_404(request, pk), BecomesRequestForm(request.POST)
    if form.is_valid():
        try:
            made = actions.make_request(
                inbound=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other("requests:workspace", made.reference)
    return _page(request, _row_or_404(request, pk), becomes=form)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def add_to(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = _row_or_404(request, pk), AddToForm(request.POST)
    if form.is_valid():
        try:
            found = actions.add_to(
                inbound=row, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error("reference", str(refusal))
        else:
            return see_other("requests:workspace", found.reference)
    return _page(request, _row_or_404(request, pk), adds=form)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def nothing_to_do(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = _row_or_404(request, pk), forms.Form(request.POST)
    try:
        actions.nothing_to_do(inbound=row, by=request.user, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, _row_or_404(request, pk), refused=form)
    return see_other("requests:inbox")


def _page(
    request: SignedInRequest,
    row: Inbound,
    *,
    becomes: BecomesRequestForm | None = None,
    adds: AddToForm | None = None,
    refused: forms.Form | None = None,
) -> HttpResponse:
    """One thing with its text; opening it is on record."""
    log.record_read(verb="inbound.read", target=row, by=request.user, at=timezone.now())
    may_settle = row.may_be_settled and request.user.may(Permission.REQUEST_WORK)
    context: dict[str, Any] = {
        "row": row,
        "may_settle": may_settle,
        "is_from_us": row.reason in FROM_US,
        "becomes": becomes or BecomesRequestForm(initial=_whom_to_call(row)),
        "adds": adds or AddToForm(initial={"reference": _likely_reference(row)}),
        "wrong": next((form for form in (becomes, adds, refused) if form is not None), None),
        "opens_request": becomes is not None,
        "others": _others(row) if may_settle else 0,
    }
    return render(request, "requests/inbound.html", context)


def _row_or_404(request: SignedInRequest, pk: int) -> Inbound:
    rows = Inbound.objects.visible_to(request.user).filter(dealt_at__isnull=False, pk=pk)
    found = rows.select_related("person", "assistance_request", "settled_by").first()
    if found is None:
        raise Http404
    return found


def _whom_to_call(row: Inbound) -> dict[str, str]:
    return {
        "call_name": actions.name_of(row),
        "call_number": row.sender if row.sender_normalized else "",
    }


def _likely_reference(row: Inbound) -> str:
    """The request of an advisor who has one; of several, none is likelier."""
    if row.person_id is None:
        return ""
    theirs = Engagement.objects.active().filter(advisor__person=row.person_id)
    found = list(theirs.values_list("assistance_request__reference", flat=True)[:2])
    return found[0] if len(found) == 1 else ""


def _others(row: Inbound) -> int:
    """How many more of the same sender wait."""
    if not row.sender_normalized:
        return 0
    same = Inbound.objects.waiting().filter(
        channel=row.channel, sender_normalized=row.sender_normalized
    )
    return same.exclude(pk=row.pk).count()
