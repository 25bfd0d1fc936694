"""Asking for a call. Open to everyone, with or without JavaScript and cookies."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mvai.outbox import links
from mvai.web.scanning import for_the_page
from mvai.web.times import clock_words
from requests.actions import filing
from requests.actions.messages import STATUS_LINK
from requests.forms.intake import DetailsForm, IntakeForm
from requests.models import AssistanceRequest
from requests.views import attempts
from requests.views.cards import card_file
from requests.views.details import clock_of, details_form
from requests.views.doubts import doubts_of
from requests.views.replies import see_other
from requests.views.tokens import gone
from requests.views.who_calls import who_calls

CONFIRMATION_LINK = "confirmation"
CONFIRMATION_LASTS = timedelta(hours=24)


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    if "copy" in request.GET:
        # What a device keeps for later holds no token: visitors must never share one.
        return _render_landing(request, IntakeForm(), "")
    token = attempts.token_for(request)
    response = _render_landing(request, IntakeForm(), token)
    attempts.remember(response, token)
    return response


@login_not_required
@csrf_exempt
def file(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("requests:landing")
    form = IntakeForm(request.POST)
    token = request.POST.get("attempt", "")
    if not attempts.is_from_here(request):
        # Nor is its token taken: whoever made that page could send the same one again.
        token = attempts.token_for(request)
        form.is_valid()
        form.add_error(None, _("Please press “Call me now” once more. Nothing was sent yet."))
    elif form.is_enough():
        name, number = form.cleaned_data["call_name"], form.cleaned_data["call_number"]
        now = timezone.now()
        attempt = attempts.identity(token, name, number)
        assistance_request = filing.file_request(
            attempt=attempt,
            call_name=name,
            call_number=number,
            details=form.details() | {"language": get_language() or ""},
            doubts=doubts_of(
                request,
                token=token,
                attempt=attempt,
                number=number,
                trapped=form.is_caught,
                at=now,
            ),
            at=now,
        )
        sent = links.make(
            CONFIRMATION_LINK, assistance_request.pk, lasts=CONFIRMATION_LASTS, now=now
        )
        return see_other("requests:confirmation", sent)
    return _render_landing(request, form, token or attempts.token_for(request))


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
    now = timezone.now()
    form = details_form(assistance_request, request.POST, now)
    form.is_valid()
    # What is right is kept at once, whatever is wrong beside it.
    kept = filing.add_details(
        assistance_request=assistance_request, details=form.details(), by=None, at=now
    )
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(_answer(form, kept, now))
    if form.errors or form.kept_back:
        return _render_confirmation(request, token, kept, form)
    return see_other("requests:confirmation", token, query="?added=1#details")


def _answer(form: DetailsForm, kept: AssistanceRequest, now: datetime) -> dict[str, Any]:
    """For the page's script, which saves each answer by itself."""
    return {
        "errors": {name: " ".join(map(str, said)) for name, said in form.errors.items()},
        "warnings": form.kept_back,
        "clock": clock_words(now, kept.time_zone),
        "open": kept.is_open,
    }


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
        AssistanceRequest.objects.select_related(
            "agency", "setting", "promised_by__person", "owner__person"
        )
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
            # Once the desk has written down the facts, they show behind a code only.
            "form": form
            or details_form(assistance_request, None, now, shows=not assistance_request.triaged_at),
            **clock_of(assistance_request, now),
            "patterns": for_the_page(),
            "who": who_calls(
                assistance_request, has_called=assistance_request.calls.exists(), now=now
            ),
            "token": token,
            "status_token": status_token,
            "was_added": "added" in request.GET,
            "calls_come_from": settings.CALLS_COME_FROM,
        },
    )
