"""The desk's hours, as the program manager writes them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.duty import actions, desk, pictures, roster
from mvai.duty.forms import HoursForm
from mvai.web.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.SHIFT_EDIT)
def hours(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return _hours(request)
    form = HoursForm(request.POST)
    if form.is_valid():
        try:
            actions.change_hours(
                stretches=form.cleaned_data["stretches"], by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("These are the desk’s hours now."))
            return redirect("duty:hours")
    return _hours(request, form)


@require_POST
@permission_required(Permission.SHIFT_EDIT)
def open_always(request: SignedInRequest) -> HttpResponse:
    actions.change_hours(stretches=[], by=request.user, at=timezone.now())
    messages.success(request, _("The desk is open around the clock now."))
    return redirect("duty:hours")


def _hours(request: SignedInRequest, form: HoursForm | None = None) -> HttpResponse:
    now = timezone.now()
    standing = desk.standing(now)
    return render(
        request,
        "duty/hours.html",
        {
            "form": form or HoursForm.of(standing.hours),
            "around_the_clock": standing.hours.around_the_clock,
            "is_open": standing.hours.is_open(now),
            "is_attended": standing.is_attended,
            "closed": roster.closed_words(standing),
            "days": pictures.of_week(standing.hours),
            "ticks": pictures.hour_ticks(),
            "zone": desk.desk_zone_words(now),
        },
    )
