"""The duty roster: read by the desk, written by the program manager."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.duty import actions, desk
from mvai.duty import roster as words
from mvai.duty.forms import ShiftForm
from mvai.duty.models import DutyRole, Shift


@require_safe
def roster(request: SignedInRequest) -> HttpResponse:
    """Who is on call now and in the coming 14 days, and where nobody is."""
    user = request.user
    if not (user.may(Permission.ALARM_TAKE) or user.may(Permission.SHIFT_EDIT)):
        raise PermissionDenied
    return _roster(request, ShiftForm())


@require_POST
@permission_required(Permission.SHIFT_EDIT)
def add_shift(request: SignedInRequest) -> HttpResponse:
    form = ShiftForm(request.POST)
    if form.is_valid():
        try:
            actions.add_shift(**form.cleaned_data, by=request.user, at=timezone.now())
        except actions.ShiftRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The shift is on the roster."))
            return redirect("duty:roster")
    return _roster(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.SHIFT_EDIT)
def change_shift(request: SignedInRequest, pk: int) -> HttpResponse:
    shift = _shift_or_404(request, pk)
    form = ShiftForm(request.POST) if request.method == "POST" else ShiftForm.of(shift)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_shift(
                shift=shift, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except actions.ShiftRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The shift is changed."))
            return redirect("duty:roster")
    return _shift(request, shift, form)


@require_POST
@permission_required(Permission.SHIFT_EDIT)
def end_shift(request: SignedInRequest, pk: int) -> HttpResponse:
    shift = _shift_or_404(request, pk)
    try:
        actions.end_shift(shift=shift, by=request.user, at=timezone.now())
    except actions.ShiftRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The shift has ended."))
    return redirect("duty:roster")


@require_POST
@permission_required(Permission.SHIFT_EDIT)
def remove_shift(request: SignedInRequest, pk: int) -> HttpResponse:
    shift = _shift_or_404(request, pk)
    try:
        actions.remove_shift(shift=shift, by=request.user, at=timezone.now())
    except actions.ShiftRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The shift is off the roster."))
    return redirect("duty:roster")


def _shift_or_404(request: SignedInRequest, pk: int) -> Shift:
    shifts = Shift.objects.visible_to(request.user).select_related("user__person")
    return get_object_or_404(shifts, pk=pk)


def _roster(request: SignedInRequest, form: ShiftForm) -> HttpResponse:
    now = timezone.now()
    start = words.midnight(now.astimezone(desk.desk_zone()).date())
    shifts = list(
        Shift.objects.visible_to(request.user)
        .touching(start, start + timedelta(days=words.DAYS))
        .select_related("user__person")
    )
    ahead = now + words.WARNED_AHEAD
    standing = desk.standing(now)
    hours = standing.hours
    gaps = words.gaps(shifts, hours, start=now, end=ahead)
    on_duty = [shift for shift in shifts if shift.starts_at <= now < shift.ends_at]
    return render(
        request,
        "duty/roster.html",
        {
            "form": form,
            "may_edit": request.user.may(Permission.SHIFT_EDIT),
            "roles": DutyRole,
            "on_duty": [
                (role, next((one for one in on_duty if one.role == role), None))
                for role in DutyRole
            ],
            "gaps": [words.gap_words(gap, hours, start=now, end=ahead) for gap in gaps],
            "closed": words.closed_words(standing),
            "keeps_hours": not hours.around_the_clock,
            "days": words.days(shifts, now=now),
            "has_shifts": bool(shifts),
            "zone": desk.desk_zone_words(now),
            "desk_zone": str(desk.desk_zone()),
        },
    )


def _shift(request: SignedInRequest, shift: Shift, form: ShiftForm) -> HttpResponse:
    now = timezone.now()
    return render(
        request,
        "duty/shift.html",
        {
            "form": form,
            "shift": shift,
            "hours": words.hours_words(shift, now=now),
            "is_over": shift.ends_at <= now,
            "is_running": shift.starts_at <= now < shift.ends_at,
        },
    )
