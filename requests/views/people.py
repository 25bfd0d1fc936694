"""Whom to send, and why: the desk's suggestions, the offers, and the one who decides, staff."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from advisors.matching import Exclusion, Match
from advisors.models import Advisor
from mvai.accounts.access import SignedInRequest
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.web.refusals import Refused
from requests.actions import outreach
from requests.forms.outreach import OfferForm, StartOutreachForm
from requests.models import AssistanceRequest
from requests.states import AdvisorRole, State
from requests.views.records import offer_of_request_or_404, request_or_404
from requests.views.replies import see_other

SHOWN_FIRST = 5
MOST_EXCLUDED = 40

FACTOR_WORDS = {
    "setting": gettext_lazy("Same or similar setting"),
    "needs": gettext_lazy("Needs covered"),
    "role": gettext_lazy("Same role"),
    "agency": gettext_lazy("Agency type and size"),
    "availability": gettext_lazy("Free, and in a near time zone"),
    "phase": gettext_lazy("Has been through this phase"),
    "fairness": gettext_lazy("Not asked lately"),
    "preference": gettext_lazy("What the leader prefers"),
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """An advisor who may be asked, with the reasons."""

    advisor: Advisor
    match: Match

    @property
    def factors(self) -> list[tuple[str, float, float]]:
        return [
            (str(FACTOR_WORDS.get(factor.code, factor.code)), factor.points, factor.most)
            for factor in self.match.factors
        ]

    @property
    def bar_words(self) -> str:
        return ", ".join(f"{words} {points:g}" for words, points, _most in self.factors)


@dataclass(frozen=True, slots=True)
class NotNow:
    """An advisor who isn't asked now, and why."""

    advisor: Advisor
    exclusion: Exclusion

    @property
    def may_be_asked_anyway(self) -> bool:
        return not any(gate.code in outreach.NEVER for gate in self.exclusion.gates)


@require_safe
def people(request: SignedInRequest, reference: str) -> HttpResponse:
    """The match panel: a page of its own, or the part that the workspace loads by itself."""
    assistance_request = request_or_404(
        request,
        reference,
        Permission.REQUEST_WORK,
        among=AssistanceRequest.objects.select_related("agency", "setting", "leader"),
    )
    return _render(request, assistance_request)


@require_POST
def start_outreach(request: SignedInRequest, reference: str) -> HttpResponse:
    assistance_request = request_or_404(request, reference, Permission.REQUEST_WORK)
    form = StartOutreachForm(request.POST)
    if form.is_valid():
        try:
            outreach.start(
                assistance_request=assistance_request,
                lead=form.cleaned_data["lead"],
                alternate=form.cleaned_data["alternate"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other("requests:workspace", reference, query="#people")
    return _render(request, assistance_request, form, as_page=True)


@require_POST
def offer_to(request: SignedInRequest, reference: str) -> HttpResponse:
    assistance_request = request_or_404(request, reference, Permission.REQUEST_WORK)
    form = OfferForm(request.POST)
    if form.is_valid():
        try:
            outreach.offer(
                assistance_request=assistance_request,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other("requests:workspace", reference, query="#people")
    return _render(request, assistance_request, form, as_page=True)


@require_POST
def withdraw_offer(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    assistance_request = request_or_404(request, reference, Permission.REQUEST_WORK)
    offer = offer_of_request_or_404(assistance_request, pk)
    try:
        outreach.withdraw_offer(offer=offer, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _refused(request, reference, refusal)
    return see_other("requests:workspace", reference, query="#people")


@require_POST
def stop_outreach(request: SignedInRequest, reference: str) -> HttpResponse:
    assistance_request = request_or_404(request, reference, Permission.REQUEST_WORK)
    try:
        outreach.stop(assistance_request=assistance_request, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _refused(request, reference, refusal)
    return see_other("requests:workspace", reference, query="#people")


def _refused(request: SignedInRequest, reference: str, refusal: Refused) -> HttpResponse:
    """A button without a field: the sentence stands on top of the page it came from."""
    messages.warning(request, str(refusal))
    return see_other("requests:workspace", reference)


def _render(
    request: SignedInRequest,
    assistance_request: AssistanceRequest,
    form: StartOutreachForm | OfferForm | None = None,
    *,
    as_page: bool = False,
) -> HttpResponse:
    now = timezone.now()
    ranking = outreach.rank_advisors(assistance_request=assistance_request, at=now)
    excluded = ranking.excluded[:MOST_EXCLUDED]
    advisors = (
        Advisor.objects.select_related("person", "agency_type", "size_band")
        .prefetch_related("disciplines")
        .in_bulk(
            [
                *(match.advisor_id for match in ranking.matches[:MOST_EXCLUDED]),
                *(exclusion.advisor_id for exclusion in excluded),
            ]
        )
    )
    matches = [
        Proposed(advisors[match.advisor_id], match)
        for match in ranking.matches[:MOST_EXCLUDED]
        if match.advisor_id in advisors
    ]
    held = set(assistance_request.engagements.active().values_list("role", flat=True))
    asked = set(assistance_request.offers.open().values_list("role", flat=True))
    context = {
        "assistance_request": assistance_request,
        "form": form,
        "first": matches[:SHOWN_FIRST],
        "more": matches[SHOWN_FIRST:],
        "not_now": [
            NotNow(advisors[one.advisor_id], one) for one in excluded if one.advisor_id in advisors
        ],
        "starts": not held and not asked,
        "open_roles": _open_roles(held | asked),
        "may_ask": assistance_request.is_identity_confirmed
        and assistance_request.is_open
        and assistance_request.state not in {State.SUBMITTED, State.ACKNOWLEDGED},
        "now": now,
    }
    alone = request.htmx and not as_page
    if not alone:  # as part of the workspace it was recorded with it
        log.record_read(
            verb="request.read",
            target=assistance_request,
            by=request.user,
            at=now,
            label=assistance_request.reference,
            part="people",
        )
    template = "requests/_match_panel.html" if alone else "requests/people.html"
    return render(request, template, context)


def _open_roles(filled: set[str]) -> list[tuple[str, str]]:
    """What an advisor may still be asked to be, with the words of its button."""
    words = {
        AdvisorRole.LEAD: _("Offer lead"),
        AdvisorRole.ALTERNATE: _("Offer alternate"),
        AdvisorRole.SPECIALIST: _("Offer specialist"),
    }
    once = {AdvisorRole.LEAD, AdvisorRole.ALTERNATE}
    return [(role.value, label) for role, label in words.items() if role not in once & set(filled)]
