"""The queue of the slow door: who wants to be ready, who looks after it, and what comes next."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.taxonomy.models import Need
from mvai.web.refusals import Refused, beside
from requests.actions import inquiries as actions
from requests.forms.prepare import CarryOnForm, HappenedForm
from requests.models import Inquiry
from requests.rules.inquiries import arrange_by
from requests.views.replies import see_other

PER_PAGE = 25
VIEWS = ("open", "mine", "closed")


@require_safe
@permission_required(Permission.REQUEST_VIEW_ALL)
def inquiries(request: SignedInRequest) -> HttpResponse:
    visible, now = Inquiry.objects.visible_to(request.user), timezone.now()
    view = request.GET.get("show", "")
    view = view if view in VIEWS else "open"
    rows = visible.closed() if view == "closed" else visible.open()
    if view == "mine":
        rows = rows.filter(owner=request.user)
    paginator = Paginator(rows.select_related("person", "agency", "owner__person"), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "view": view,
        "rows": [(row, row.is_late(now)) for row in page],
        "waiting": paginator.count if view == "open" else visible.open().count(),
    }
    return render(request, "requests/inquiries.html", context)


@require_safe
@permission_required(Permission.REQUEST_VIEW_ALL)
def inquiry(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _row_or_404(request, pk))


@require_POST
@permission_required(Permission.REQUEST_WORK)
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = _row_or_404(request, pk), forms.Form(request.POST)
    try:
        actions.take(inquiry=row, by=request.user, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, _row_or_404(request, pk), wrong=form)
    return see_other("requests:inquiry", pk)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def carry_on(request: SignedInRequest, pk: int) -> HttpResponse:
    row = _row_or_404(request, pk)
    form = CarryOnForm(request.POST, inquiry=row)
    if form.is_valid():
        with beside(form):
            actions.carry_on(inquiry=row, **form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, _("Kept."))
            return see_other("requests:inquiry", pk)
    return _page(request, _row_or_404(request, pk), wrong=form, carry_on_form=form)


@require_POST
@permission_required(Permission.REQUEST_WORK)
def it_has_happened(request: SignedInRequest, pk: int) -> HttpResponse:
    row, form = _row_or_404(request, pk), HappenedForm(request.POST)
    if form.is_valid():
        with beside(form):
            made = actions.it_has_happened(
                inquiry=row, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            return see_other("requests:workspace", made.reference)
    return _page(request, _row_or_404(request, pk), wrong=form, happened_form=form)


def _row_or_404(request: SignedInRequest, pk: int) -> Inquiry:
    rows = Inquiry.objects.visible_to(request.user).select_related(
        "person", "agency", "owner__person", "assistance_request"
    )
    return get_object_or_404(rows, pk=pk)


def _page(
    request: SignedInRequest,
    row: Inquiry,
    *,
    wrong: forms.Form | None = None,
    carry_on_form: CarryOnForm | None = None,
    happened_form: HappenedForm | None = None,
) -> HttpResponse:
    """One inquiry with what was said; opening it is on record."""
    now = timezone.now()
    log.record_read(verb="inquiry.read", target=row, by=request.user, at=now)
    may_work = row.is_open and request.user.may(Permission.REQUEST_WORK)
    due = row.next_step_due_at
    known = {"state": row.state, "next_step": row.next_step, "outcome": row.outcome}
    context: dict[str, Any] = {
        "inquiry": row,
        "needs": Need.objects.filter(pk__in=row.needs).order_by("sort"),
        "is_late": row.is_late(now),
        "arrange_by": arrange_by(row.submitted_at, row.person.time_zone),
        "may_work": may_work,
        "may_take": may_work and row.owner_id != request.user.pk,
        "wrong": wrong,
        "form": carry_on_form
        or CarryOnForm(
            inquiry=row, initial=known | {"due_on": timezone.localtime(due).date() if due else None}
        ),
        "happened_form": happened_form or HappenedForm(),
    }
    return render(request, "requests/inquiry.html", context)
