"""The roster, for the desk to read and the manager to keep."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advisors import actions, rules
from advisors.actions.loads import loads_now
from advisors.filters import RosterFilter
from advisors.forms import (
    AccountForm,
    ExpertiseForm,
    IncidentFormSet,
    LimitsForm,
    ProfileForm,
    StandingForm,
)
from advisors.models import Advisor, Expertise
from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.people.models import Channel
from mvai.web.refusals import Refused

PER_PAGE = 25


@require_safe
@permission_required(Permission.ADVISOR_VIEW)
def roster(request: SignedInRequest) -> HttpResponse:
    at = timezone.now()
    filters = RosterFilter(request.GET, queryset=Advisor.objects.visible_to(request.user))
    found = filters.qs if filters.form.is_valid() else filters.queryset.active()
    loads = loads_now(at)
    free_until = filters.free_until(at) if filters.form.is_valid() else None
    if free_until is not None:
        standing = rules.statuses(found.as_candidates(loads=loads, at=at), at=at)
        free = [pk for pk, status in standing.items() if status.is_free_by(free_until)]
        found = found.filter(pk__in=free)
    shown = found.select_related("person__user", "agency_type", "size_band").prefetch_related(
        "disciplines", Prefetch("expertise", Expertise.objects.select_related("need"))
    )
    page = Paginator(shown.order_by("person__full_name", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    on_page = Advisor.objects.filter(pk__in=[advisor.pk for advisor in page])
    standing = rules.statuses(on_page.as_candidates(loads=loads, at=at), at=at)
    context = {
        "filters": filters,
        "page_obj": page,
        "rows": [(advisor, standing[advisor.pk]) for advisor in page],
        "may_edit": rules.may_edit(request.user),
    }
    template = "advisors/_roster.html" if request.htmx else "advisors/roster.html"
    return render(request, template, context)


@require_safe
@permission_required(Permission.ADVISOR_VIEW)
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _show(request, _visible_or_404(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ADVISOR_EDIT)
def new(request: SignedInRequest) -> HttpResponse:
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ADVISOR_EDIT)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _write(request, _visible_or_404(request, pk))


@require_POST
@permission_required(Permission.ADVISOR_EDIT)
def standing(request: SignedInRequest, pk: int) -> HttpResponse:
    advisor = _visible_or_404(request, pk)
    form = StandingForm(request.POST)
    if form.is_valid():
        actions.record_standing(
            advisor=advisor, **form.cleaned_data, by=request.user, at=timezone.now()
        )
        messages.success(request, _("Kept. The log says who recorded it and when."))
        return redirect(advisor)
    return _show(request, advisor, standing_form=form)


@require_POST
@permission_required(Permission.ADVISOR_EDIT)
def make_account(request: SignedInRequest, pk: int) -> HttpResponse:
    advisor = _visible_or_404(request, pk)
    form = AccountForm(request.POST)
    if form.is_valid():
        try:
            actions.make_account(
                advisor=advisor,
                email=form.cleaned_data["email"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(
                request, _("The account is made. A link to choose a password follows.")
            )
            return redirect(advisor)
    return _show(request, advisor, account_form=form)


def _visible_or_404(request: SignedInRequest, pk: int) -> Advisor:
    advisors = Advisor.objects.visible_to(request.user).select_related(
        "person", "agency_type", "size_band", "agency"
    )
    return get_object_or_404(advisors, pk=pk)


def _show(
    request: SignedInRequest,
    advisor: Advisor,
    *,
    standing_form: StandingForm | None = None,
    account_form: AccountForm | None = None,
) -> HttpResponse:
    at = timezone.now()
    own = Advisor.objects.filter(pk=advisor.pk)
    loads = loads_now(at)
    points = list(advisor.person.contact_points.filter(stopped_at=None))
    address = next((point.value for point in points if point.channel == Channel.EMAIL), "")
    incidents = advisor.incidents.select_related(
        "setting", "role_then", "agency_type", "size_band", "phase_reached"
    ).prefetch_related("incident_types")
    context = {
        "advisor": advisor,
        "status": rules.statuses(own.as_candidates(loads=loads, at=at), at=at)[advisor.pk],
        "weeks": rules.calendar_of(advisor, at=at),
        "zone": advisor.time_zone,
        "points": points,
        "account": User.objects.filter(person=advisor.person_id).first(),
        "expertise": advisor.expertise.select_related("need"),
        "incidents": incidents,
        "absences": _absences_ahead(advisor, at),
        "may_edit": rules.may_edit(request.user),
        "standing_form": standing_form or StandingForm(initial=StandingForm.initial_of(advisor)),
        "account_form": account_form or AccountForm(initial={"email": address}),
        "not_now": advisor.is_not_now(at),
        "resting": advisor.is_resting(at),
    }
    return render(request, "advisors/detail.html", context)


def _absences_ahead(advisor: Advisor, at: datetime):  # type: ignore[no-untyped-def]
    return advisor.absences.filter(ends_at__gt=at)


def _write(request: SignedInRequest, advisor: Advisor | None) -> HttpResponse:
    """The record's form: its parts are one form on the page, kept together or not at all."""
    data = request.POST if request.method == "POST" else None
    limits = LimitsForm.initial_of(advisor or Advisor()) if advisor else _usual_limits()
    parts = {
        "profile": ProfileForm(data, prefix="profile", initial=ProfileForm.initial_of(advisor)),
        "expertise": ExpertiseForm(
            data, prefix="expertise", initial=ExpertiseForm.initial_of(advisor)
        ),
        "limits": LimitsForm(data, prefix="limits", initial=limits),
    }
    incidents = IncidentFormSet(data, initial=IncidentFormSet.initial_of(advisor))
    if data is not None and all(
        [*(part.is_valid() for part in parts.values()), incidents.is_valid()]
    ):
        given: dict[str, Any] = {name: part.cleaned_data for name, part in parts.items()}
        given["incidents"] = incidents.incidents
        at = timezone.now()
        if advisor is None:
            advisor = actions.create_advisor(**given, by=request.user, at=at)
            messages.success(
                request,
                _("Kept. Now record the vetting and the agreement: until then nobody asks."),
            )
        else:
            actions.edit_advisor(advisor=advisor, **given, by=request.user, at=at)
            messages.success(request, _("Kept."))
        return redirect(advisor)
    context = {
        "advisor": advisor,
        "incidents": incidents,
        "forms": [*parts.values(), *incidents.forms],
        "has_errors": data is not None,
        **parts,
    }
    return render(request, "advisors/edit.html", context)


def _usual_limits() -> dict[str, object]:
    usual = Advisor()
    names = [name for name in LimitsForm.base_fields if not name.startswith("avoided_")]
    return {name: getattr(usual, name) for name in names}
