"""An offer, as the advisor reads it. A no is free, and takes one tap."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.access import SignedInRequest
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.web.refusals import Refused
from requests.actions import offers
from requests.actions.messages import offer_by_link as offer_of_link
from requests.forms.outreach import AnswerForm
from requests.models import AssistanceRequest, Engagement, Offer
from requests.states import AdvisorRole, OfferState, Urgency
from requests.views.records import offer_or_404
from requests.views.replies import see_other
from requests.views.tokens import gone
from requests.views.workspace import phase_label

# What it may take, in words, by urgency and part.
FIRST_CALL: dict[str, Any] = {
    Urgency.CRITICAL: gettext_lazy("One call today, about 45 minutes; 3 hours this week"),
    Urgency.URGENT: gettext_lazy("One call within a day, about 45 minutes; 3 hours this week"),
    Urgency.STANDARD: gettext_lazy("One call this week, about 45 minutes; then an hour a month"),
    Urgency.PREP: gettext_lazy("One or two calls, about 45 minutes each"),
}


@require_safe
def my_offer(request: SignedInRequest, pk: int) -> HttpResponse:
    return _render(request, _own_or_404(request, pk))


@require_POST
def seen(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page says by itself that it was opened: the desk sees "seen"."""
    offers.mark_seen(offer=_own_or_404(request, pk), by=request.user, at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def answer_offer(request: SignedInRequest, pk: int) -> HttpResponse:
    offer = _own_or_404(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _render(request, offer)
    now, said = timezone.now(), form.cleaned_data["answer"]
    try:
        if said == AnswerForm.YES:
            engagement = offers.accept(offer=offer, by=request.user, at=now)
            return see_other("requests:engagement", engagement.pk)
        offers.decline(offer=offer, by=request.user, at=now, kind=said)
    except Refused as refusal:
        offer.refresh_from_db(fields=["state", "ended_at"])
        return _render(request, offer, refusal=str(refusal))
    return see_other("requests:my_offer", pk, query=f"?said={said}")


@login_not_required
@csrf_exempt  # the address itself is the secret: who doesn't hold it can't forge this
@require_http_methods(["GET", "HEAD", "POST"])
def offer_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The offer without a sign-in: enough to say no by, and no more. Yes asks to sign in."""
    now = timezone.now()
    offer = offer_of_link(token, now=now)
    if offer is None:
        return gone(request)
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if form.is_valid() and form.cleaned_data["answer"] in AnswerForm.NOS:
            said = form.cleaned_data["answer"]
            offers.decline(offer=offer, by=None, at=now, kind=said)
            return see_other("requests:offer_by_link", token, query=f"?said={said}")
        return redirect("requests:my_offer", offer.pk)
    context = {
        "offer": offer,
        "token": token,
        "assistance_request": offer.assistance_request,
        "sentence": _sentence(offer, now),
        "thanks": _thanks(request, offer),
        "is_somebody_else": request.user.is_authenticated
        and request.user.person_id != offer.advisor.person_id,
    }
    return render(request, "requests/offer_by_link.html", context)


def _own_or_404(request: SignedInRequest, pk: int) -> Offer:
    """The advisor's own offer; the desk sees offers on the workspace."""
    offer = offer_or_404(request, pk)
    if offer.advisor.person_id != request.user.person_id:
        raise Http404
    return offer


def _render(request: SignedInRequest, offer: Offer, refusal: str = "") -> HttpResponse:
    now = timezone.now()
    assistance_request = AssistanceRequest.objects.select_related("setting", "agency").get(
        pk=offer.assistance_request_id
    )
    log.record_read(
        verb="offer.read", target=offer, by=request.user, at=now, label=assistance_request.reference
    )
    engagement = Engagement.objects.visible_to(request.user).filter(offer=offer).first()
    has_ended = offer.state == OfferState.ACCEPTED and engagement is None
    context = {
        "offer": offer,
        "assistance_request": assistance_request,
        "needs": assistance_request.needs.all(),
        "phase": phase_label(assistance_request, now),
        "takes": _takes(assistance_request, offer),
        "partner": _partner(offer),
        "engagement": engagement,
        "sentence": refusal or (_ended_words() if has_ended else _sentence(offer, now)),
        "thanks": _thanks(request, offer),
        "is_over": not offer.is_open and engagement is None,  # it went on without this advisor
        "may_answer": request.user.may(Permission.OFFER_ANSWER) and offer.is_open,
    }
    return render(request, "requests/my_offer.html", context)


def _takes(assistance_request: AssistanceRequest, offer: Offer) -> str:
    if offer.role == AdvisorRole.ALTERNATE:
        return _("Perhaps nothing: you step in if the lead steps away.")
    return str(FIRST_CALL.get(assistance_request.urgency, FIRST_CALL[Urgency.STANDARD]))


def _partner(offer: Offer) -> str:
    """Who fills the other part so far; a name only once they said yes."""
    if offer.role == AdvisorRole.SPECIALIST:
        return ""
    other = AdvisorRole.ALTERNATE if offer.role == AdvisorRole.LEAD else AdvisorRole.LEAD
    engagement = (
        Engagement.objects.active()
        .filter(assistance_request=offer.assistance_request_id, role=other)
        .select_related("advisor__person")
        .first()
    )
    return engagement.advisor.person.full_name if engagement else ""


def _sentence(offer: Offer, now: datetime) -> str:
    """What a late visitor reads; nothing while the offer is open."""
    if offer.is_open or offer.state == OfferState.ACCEPTED:
        return ""
    return offers.too_late_words(offer)


def _ended_words() -> str:
    return _("Your part in this has ended. Thank you for being there.")


def _thanks(request: HttpRequest, offer: Offer) -> str:
    """After a no: the kind of no it was stands in the address only, and is kept nowhere."""
    if offer.state != OfferState.DECLINED:
        return ""
    if request.GET.get("said") == "call_me":
        return _("Thank you. The desk will call you. We are asking someone else meanwhile.")
    return _("Thank you. We are asking someone else. Nothing is counted.")
