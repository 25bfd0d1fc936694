"""An advisor's own time and limits."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advisors import actions, rules
from advisors.forms import AbsenceForm, LimitsForm, NotNowForm, WeekForm
from advisors.models import Absence, Advisor
from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.web.refusals import Refused
from mvai.web.times import when_words


@require_safe
@permission_required(Permission.OWN_ADVISOR_PROFILE)
def my_time(request: SignedInRequest) -> HttpResponse:
    advisor = _own(request)
    return _no_profile(request) if advisor is None else _show_time(request, advisor)


@require_safe
@permission_required(Permission.ADVISOR_EDIT)
def time_of(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same page for the manager, who keeps it for somebody on the phone."""
    return _show_time(request, _to_keep(request, pk))


@require_POST
def set_hours(request: SignedInRequest, pk: int) -> HttpResponse:
    advisor = _to_keep(request, pk)
    form = WeekForm(request.POST)
    if form.is_valid():
        try:
            actions.set_windows(
                advisor=advisor,
                windows=form.cleaned_data["windows"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The usual hours are kept."))
            return redirect(_time_page(request, advisor))
    return _show_time(request, advisor, week=form)


@require_POST
def add_absence(request: SignedInRequest, pk: int) -> HttpResponse:
    advisor = _to_keep(request, pk)
    form = AbsenceForm(request.POST)
    if form.is_valid():
        starts_at, ends_at = form.period(advisor.time_zone)
        try:
            actions.add_absence(
                advisor=advisor,
                starts_at=starts_at,
                ends_at=ends_at,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("first_day", str(refusal))
        else:
            messages.success(request, _("Kept. No offer comes in that time."))
            return redirect(_time_page(request, advisor))
    return _show_time(request, advisor, absence=form)


@require_POST
def remove_absence(request: SignedInRequest, pk: int, absence_pk: int) -> HttpResponse:
    advisor = _to_keep(request, pk)
    absence = get_object_or_404(Absence, pk=absence_pk, advisor=advisor)
    actions.remove_absence(absence=absence, by=request.user, at=timezone.now())
    messages.success(request, _("Removed. Offers may come in that time again."))
    return redirect(_time_page(request, advisor))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.OWN_ADVISOR_PROFILE)
def my_limits(request: SignedInRequest) -> HttpResponse:
    advisor = _own(request)
    if advisor is None:
        return _no_profile(request)
    data = request.POST if request.method == "POST" else None
    form = LimitsForm(data, initial=LimitsForm.initial_of(advisor))
    if data is not None and form.is_valid():
        actions.set_limits(
            advisor=advisor, limits=form.cleaned_data, by=request.user, at=timezone.now()
        )
        messages.success(request, _("Your limits are kept. They hold from now on."))
        return redirect("advisors:my_limits")
    at = timezone.now()
    context = {"advisor": advisor, "form": form, "resting": _rest_ahead(advisor, at)}
    return render(request, "advisors/my_limits.html", context)


@require_POST
@permission_required(Permission.OWN_ADVISOR_PROFILE)
def not_now(request: SignedInRequest) -> HttpResponse:
    advisor = _own_or_404(request)
    form, at = NotNowForm(request.POST), timezone.now()
    if not form.is_valid():
        messages.error(request, _("Choose for how long."))
        return redirect(_way_back(request))
    until = form.until(at)
    actions.not_now(advisor=advisor, until=until, by=request.user, at=at)
    if until is None:
        messages.success(request, _("Thank you for saying so. Nobody asks you until you say."))
    else:
        messages.success(
            request,
            _("Thank you for saying so. Nobody asks you until %(when)s.")
            % {"when": when_words(until, at, advisor.time_zone)},
        )
    return redirect(_way_back(request))


@require_POST
@permission_required(Permission.OWN_ADVISOR_PROFILE)
def available_again(request: SignedInRequest) -> HttpResponse:
    advisor = _own_or_404(request)
    actions.available_again(advisor=advisor, by=request.user, at=timezone.now())
    messages.success(request, _("You can be asked again."))
    return redirect(_way_back(request))


@require_POST
@permission_required(Permission.OWN_ADVISOR_PROFILE)
def rest(request: SignedInRequest) -> HttpResponse:
    """End the rest after a critical request early, or take it after all."""
    advisor = _own_or_404(request)
    waived = request.POST.get("waived") == "yes"
    try:
        actions.set_rest_waived(advisor=advisor, waived=waived, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Your rest has ended.") if waived else _("You rest as planned.")
        )
    return redirect(_way_back(request))


def _own(request: SignedInRequest) -> Advisor | None:
    advisors = Advisor.objects.visible_to(request.user).of(request.user)
    return advisors.select_related("person").first()


def _own_or_404(request: SignedInRequest) -> Advisor:
    advisors = Advisor.objects.visible_to(request.user).of(request.user)
    return get_object_or_404(advisors.select_related("person"))


def _to_keep(request: SignedInRequest, pk: int) -> Advisor:
    """The advisor whose time this is: 404 for a row that isn't yours, 403 for a verb."""
    advisors = Advisor.objects.visible_to(request.user).select_related("person")
    advisor = get_object_or_404(advisors, pk=pk)
    if not rules.may_keep_time(request.user, advisor):
        raise PermissionDenied
    return advisor


def _is_own(request: SignedInRequest, advisor: Advisor) -> bool:
    return advisor.person_id == request.user.person_id


def _time_page(request: SignedInRequest, advisor: Advisor) -> str:
    if _is_own(request, advisor):
        return reverse("advisors:my_time")
    return reverse("advisors:time_of", args=[advisor.pk])


def _way_back(request: SignedInRequest) -> str:
    """The page the button stood on, if it is one of ours."""
    asked = request.POST.get("next", "")
    here = {request.get_host()}
    # A path, and nothing that `redirect` would take for the name of a page.
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=here):
        return asked
    return reverse("advisors:my_time")


def _rest_ahead(advisor: Advisor, at) -> bool:  # type: ignore[no-untyped-def]
    return advisor.rest_until is not None and advisor.rest_until > at


def _no_profile(request: SignedInRequest) -> HttpResponse:
    return render(request, "advisors/no_profile.html")


def _show_time(
    request: SignedInRequest,
    advisor: Advisor,
    *,
    week: WeekForm | None = None,
    absence: AbsenceForm | None = None,
) -> HttpResponse:
    at = timezone.now()
    context = {
        "advisor": advisor,
        "is_own": _is_own(request, advisor),
        "zone": advisor.time_zone,
        "weeks": rules.calendar_of(advisor, at=at),
        "week_form": week or WeekForm.of(advisor),
        "absence_form": absence or AbsenceForm(),
        "absences": advisor.absences.filter(ends_at__gt=at),
        "spans": NotNowForm.base_fields["how_long"].choices,
        "not_now": advisor.is_not_now(at),
        "resting": _rest_ahead(advisor, at),
    }
    return render(request, "advisors/time.html", context)
