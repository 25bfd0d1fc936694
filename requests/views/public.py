"""Asking for a call. Open to everyone, with or without JavaScript and cookies."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mvai.outbox import links
from requests.actions import filing
from requests.actions.messages import STATUS_LINK
from requests.forms.intake import DetailsForm, IntakeForm
from requests.models import AssistanceRequest
from requests.views import attempts
from requests.views.cards import card_file
from requests.views.replies import see_other
from requests.views.tokens import gone

CONFIRMATION_LINK = "confirmation"
CONFIRMATION_LASTS = timedelta(hours=24)


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return _render_landing(request, IntakeForm(), attempts.new_token())


@login_not_required
@csrf_exempt
def file(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("requests:landing")
    form = IntakeForm(request.POST)
    token = request.POST.get("attempt", "")
    if not attempts.is_from_here(request):
        form.is_valid()
        form.add_error(None, _("Please press “Call me now” once more. Nothing was sent yet."))
    elif form.is_valid():
        name, number = form.cleaned_data["call_name"], form.cleaned_data["call_number"]
        now = timezone.now()
        assistance_request = filing.file_request(
            attempt=attempts.identity(token, name, number),
            call_name=name,
            call_number=number,
            details={
                "time_zone": form.cleaned_data["time_zone"],
                "language": get_language(),
            },
            at=now,
        )
        sent = links.make(
            CONFIRMATION_LINK, assistance_request.pk, lasts=CONFIRMATION_LASTS, now=now
        )
        return see_other("requests:confirmation", sent)
    return _render_landing(request, form, token or attempts.new_token())


@login_not_required
@require_safe
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    assistance_request = _by_confirmation(token)
    if assistance_request is None:
        return gone(request)
    return _render_confirmation(request, token, assistance_request, None)


@login_not_required
@csrf_exempt  # the address itself is the secret: who doesn't hold it can't forge this
@require_POST
def add_details(request: HttpRequest, token: str) -> HttpResponse:
    assistance_request = _by_confirmation(token)
    if assistance_request is None:
        return gone(request)
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _render_confirmation(request, token, assistance_request, form)
    filing.add_details(
        assistance_request=assistance_request,
        details=form.details(),
        by=None,
        at=timezone.now(),
    )
    return see_other("requests:confirmation", token, query="?added=1#details")


@login_not_required
@require_safe
def desk_card(request: HttpRequest) -> HttpResponse:
    """A contact to save, so that the call is known when it comes."""
    if not settings.CALLS_COME_FROM:
        raise Http404
    return card_file(
        filename="mvai-desk.vcf",
        name=_("MVAI desk (IACP)"),
        number=settings.CALLS_COME_FROM,
        note=_("The caller opens by reading your reference."),
    )


def _by_confirmation(token: str) -> AssistanceRequest | None:
    link = links.read(CONFIRMATION_LINK, token, now=timezone.now())
    if link is None:
        return None
    return (
        AssistanceRequest.objects.select_related("agency", "setting", "promised_by__person")
        .filter(pk=link.ids[0])
        .first()
    )


def _render_landing(request: HttpRequest, form: IntakeForm, token: str) -> HttpResponse:
    response = render(request, "requests/landing.html", {"form": form, "attempt": token})
    add_never_cache_headers(response)  # two visitors must never share a token
    return response


def _render_confirmation(
    request: HttpRequest,
    token: str,
    assistance_request: AssistanceRequest,
    form: DetailsForm | None,
) -> HttpResponse:
    now = timezone.now()
    # Once the desk has written down the facts, they show behind a code only.
    known = {} if assistance_request.triaged_at else _known(assistance_request)
    status_token = links.make(
        STATUS_LINK,
        assistance_request.pk,
        generation=assistance_request.link_generation,
        lasts=None,
        now=now,
    )
    return render(
        request,
        "requests/confirmation.html",
        {
            "assistance_request": assistance_request,
            "form": form or DetailsForm(initial=known),
            "token": token,
            "status_token": status_token,
            "was_added": "added" in request.GET,
            "calls_come_from": settings.CALLS_COME_FROM,
        },
    )


def _known(assistance_request: AssistanceRequest) -> dict:
    """What the leader already told us, so that nobody types it twice."""
    known = {
        name: getattr(assistance_request, name)
        for name in (
            "filer_role",
            "filing_for",
            "agency_id",
            "city",
            "state_code",
            "zip_code",
            "is_ongoing",
            "contact_mode",
            "safe_times",
            "others_may_take",
            "note",
        )
    }
    needs = [need.pk for need in assistance_request.needs.all()]
    return known | {
        "agency": assistance_request.agency_name,
        "setting": assistance_request.setting_id,
        "incident_types": [kind.pk for kind in assistance_request.incident_types.all()],
        "needs": needs or ["LEADER"],
    }
