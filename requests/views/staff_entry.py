"""A request written down by the desk on the phone, with those beside it that may be the same."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.people.models import Channel
from mvai.people.normal import normalize
from mvai.web.refusals import Refused
from requests.actions import filing, same
from requests.forms.phone import SPOKEN_CONSENT, PhoneRequestForm
from requests.models import AssistanceRequest
from requests.rules.likely import Likely, likely_same
from requests.rules.likeness import Told
from requests.views import attempts
from requests.views.records import request_or_404
from requests.views.replies import see_other

LIKELY = "likely"  # the part of the page that renews itself while somebody types


@permission_required(Permission.REQUEST_WORK)
def new(request: SignedInRequest) -> HttpResponse:
    """The form. What may be the same is shown while typing; whatever was not shown by then is
    shown once before anything is made."""
    now = timezone.now()
    token = request.POST.get("attempt", "") or attempts.new_token()
    if request.method != "POST":
        return _page(request, PhoneRequestForm(), token, now)
    form = PhoneRequestForm(request.POST)
    if request.htmx and request.htmx.target == LIKELY:
        form.is_valid()  # half of it is still to come: its errors are not told
        found = _likely(request, form, now)
        context = {"likely": found, "now": now, "swaps": True}
        return render(request, "requests/_likely_typed.html", context)
    if not form.is_valid():
        return _page(request, form, token, now)
    if reference := request.POST.get("same_as", "").replace("\x00", ""):
        return _add_to(request, form, reference, token, now)
    name, number = form.cleaned_data["call_name"], form.cleaned_data["call_number"]
    attempt = attempts.identity(token, name, number)
    likely = _likely(request, form, now)
    seen = set(request.POST.getlist("seen"))
    # A second press finds what the first one made: that is no reason to ask.
    made_before = AssistanceRequest.objects.filter(attempt=attempt).values_list("reference")
    seen |= {reference for (reference,) in made_before}
    if any(one.reference not in seen for one in likely):
        return _page(request, form, token, now, likely=likely, asks=True)
    made = filing.file_request(
        attempt=attempt,
        call_name=name,
        call_number=number,
        details=form.details(),
        by=request.user,
        at=now,
    )
    return see_other("requests:workspace", made.reference)


def _add_to(
    request: SignedInRequest, form: PhoneRequestForm, reference: str, token: str, now: datetime
) -> HttpResponse:
    """ "It is this one": what was typed is added to it, and nothing is made."""
    found = request_or_404(request, reference, Permission.REQUEST_WORK)
    try:
        same.note_call(
            assistance_request=found,
            call_name=form.cleaned_data["call_name"],
            call_number=form.cleaned_data["call_number"],
            note=form.cleaned_data["note"],
            details=form.details(),
            by=request.user,
            at=now,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, token, now)
    messages.success(
        request, _("The call is added to %(reference)s.") % {"reference": found.reference}
    )
    return see_other("requests:workspace", found.reference)


def _likely(request: SignedInRequest, form: PhoneRequestForm, now: datetime) -> list[Likely]:
    said = form.cleaned_data
    listed = form.place()["agency"] if {"city", "state_code", "zip_code"} <= said.keys() else None
    told = Told(
        at=now,
        number=normalize(Channel.VOICE, said.get("call_number", "")).partition(";")[0],
        agency_id=listed.pk if listed else None,
        agency_name=listed.name if listed else said.get("agency", ""),
        city=said.get("city") or (listed.city if listed else ""),
        state=said.get("state_code") or (listed.state if listed else ""),
    )
    return likely_same(told, to=request.user, now=now)


def _page(
    request: SignedInRequest,
    form: PhoneRequestForm,
    token: str,
    now: datetime,
    *,
    likely: list[Likely] | None = None,
    asks: bool = False,
) -> HttpResponse:
    if likely is None:
        is_typed = form.is_bound
        likely = _likely(request, form, now) if is_typed else []
    context = {
        "form": form,
        "attempt": token,
        "likely": likely,
        "asks": asks,
        "spoken_consent": SPOKEN_CONSENT,
        "now": now,
    }
    return render(request, "requests/new.html", context)
