"""The leader's own page: steps for whoever holds its address, names only after a fresh code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.lockout.rates import Rate, count
from mvai.audit import log
from mvai.outbox import links
from mvai.web.refusals import Refused
from requests.actions import closing, codes
from requests.actions.messages import STATUS_LINK
from requests.forms.status import CodeForm, WithdrawForm
from requests.models import AssistanceRequest, Engagement, FollowUp
from requests.views.cards import card_file
from requests.views.replies import see_other
from requests.views.steps import steps_of, title_of
from requests.views.talks import LEADER, talks_of
from requests.views.tokens import gone
from requests.views.who_calls import who_calls

# Asked for and entered, on every page that has them.
CODES = Rate("status codes", by_an_address=40, in_all=600)
GRANT_LASTS = timedelta(hours=12)
GRANTS = "status_grants"


@dataclass(frozen=True, slots=True)
class Page:
    """Who asks for which request: the token, and whether a code has opened its content."""

    token: str
    assistance_request: AssistanceRequest
    is_open: bool


@login_not_required
@require_safe
def status(request: HttpRequest, token: str) -> HttpResponse:
    page = status_page(request, token)
    return render_status(request, page) if page else gone(request)


@login_not_required
@csrf_exempt  # the address itself is the secret: who doesn't hold it can't forge this
@require_POST
def send_code(request: HttpRequest, token: str) -> HttpResponse:
    page = status_page(request, token)
    if page is None:
        return gone(request)
    now = timezone.now()
    count(request, CODES, at=now)
    codes.send_code(assistance_request=page.assistance_request, at=now)
    # The same words whether or not a message could go: the address alone tells nobody which.
    return see_other("requests:status", token, query="?code=sent#code")


@login_not_required
@csrf_exempt
@require_POST
def enter_code(request: HttpRequest, token: str) -> HttpResponse:
    page = status_page(request, token)
    if page is None:
        return gone(request)
    form = CodeForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        count(request, CODES, at=now)
        try:
            codes.enter_code(
                assistance_request=page.assistance_request,
                code=form.cleaned_data["code"],
                at=now,
            )
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            grant(request, page.assistance_request, now)
            return see_other("requests:status", token)
    return render_status(request, page, code_form=form)


@login_not_required
@csrf_exempt
@require_POST
def status_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    page = status_page(request, token)
    if page is None:
        return gone(request)
    if not page.is_open:
        return see_other("requests:status", token, query="#code")
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            closing.withdraw(assistance_request=page.assistance_request, by=None, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _end_grant(request, page.assistance_request)
            return see_other("requests:status", token)
    return render_status(request, page, code_form=CodeForm(), withdraw_form=form)


@login_not_required
@require_safe
def contact_card(request: HttpRequest, token: str) -> HttpResponse:
    """The lead's card to save; only where the code was entered."""
    page = status_page(request, token)
    lead = next(iter(_engagements(page.assistance_request)), None) if page else None
    number = _number_of(lead) if lead else ""
    if page is None or lead is None or not page.is_open or not number:
        return gone(request)
    log.record_read(
        verb="request.status_read",
        target=page.assistance_request,
        by=None,
        at=timezone.now(),
        label=page.assistance_request.reference,
        part="contact_card",
    )
    return card_file(
        filename="peer.vcf",
        name=lead.advisor.person.addressed_as,
        number=number,
        note=_("Your peer, by way of IACP"),
    )


def status_page(request: HttpRequest, token: str) -> Page | None:
    """The page this address opens; None when it is no good."""
    now = timezone.now()
    link = links.read(STATUS_LINK, token, now=now)
    if link is None:
        return None
    found = (
        AssistanceRequest.objects.select_related("owner__person", "promised_by__person", "agency")
        .filter(pk=link.ids[0], link_generation=link.generation)
        .first()
    )
    return Page(token, found, _is_granted(request, found, now)) if found else None


def grant(request: HttpRequest, assistance_request: AssistanceRequest, now: datetime) -> None:
    """Open this one request to this browser, until the time is up or the address is revoked."""
    request.session.cycle_key()
    grants = request.session.get(GRANTS, {})
    grants[str(assistance_request.pk)] = [
        assistance_request.link_generation,
        (now + GRANT_LASTS).timestamp(),
    ]
    request.session[GRANTS] = grants


def _end_grant(request: HttpRequest, assistance_request: AssistanceRequest) -> None:
    """After a withdrawal the page shows steps again: if it is reopened, a fresh code opens it."""
    grants = request.session.get(GRANTS, {})
    if grants.pop(str(assistance_request.pk), None):
        request.session[GRANTS] = grants


def end_grants(request: HttpRequest) -> None:
    """Close every request that a code has opened to this browser."""
    request.session.pop(GRANTS, None)


def _is_granted(request: HttpRequest, assistance_request: AssistanceRequest, now: datetime) -> bool:
    generation, until = request.session.get(GRANTS, {}).get(str(assistance_request.pk), (None, 0))
    return generation == assistance_request.link_generation and now.timestamp() < until


def _engagements(assistance_request: AssistanceRequest) -> list[Engagement]:
    """Who is at the leader's side now, the lead first."""
    active = (
        assistance_request.engagements.active()
        .select_related("advisor__person")
        .prefetch_related("advisor__person__contact_points")
    )
    return sorted(active, key=lambda one: (one.role != "lead", one.started_at))


def _number_of(engagement: Engagement) -> str:
    """The number the advisor lets the agency have; none when they gave none."""
    points = engagement.advisor.person.contact_points.all()
    reachable = [point for point in points if point.channel != "email" and not point.stopped_at]
    voice = [point for point in reachable if point.channel == "voice"]
    return next((point.value for point in [*voice, *reachable]), "")


def render_status(
    request: HttpRequest,
    page: Page,
    *,
    code_form: CodeForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    talk_refused: str = "",
) -> HttpResponse:
    """The page, with what was refused beside what was typed."""
    code_form = code_form or CodeForm()
    now = timezone.now()
    assistance_request = page.assistance_request
    engagements = _engagements(assistance_request)
    follow_up = FollowUp.objects.open().filter(assistance_request=assistance_request).first()
    if page.is_open:
        log.record_read(
            verb="request.status_read",
            target=assistance_request,
            by=None,
            at=now,
            label=assistance_request.reference,
        )
    lead = engagements[0] if engagements else None
    calls = list(assistance_request.calls.all())
    talks = talks_of(assistance_request, engagements, reader=LEADER, now=now)
    context = {
        "assistance_request": assistance_request,
        "token": page.token,
        "is_open": page.is_open,
        "title": title_of(assistance_request, lead, page.is_open),
        "steps": steps_of(
            assistance_request,
            calls=calls,
            engagements=engagements,
            follow_up=follow_up,
            now=now,
            who=who_calls(assistance_request, has_called=bool(calls), now=now),
            talks=talks,
        ),
        "talks": talks if page.is_open else [],
        "talk_refused": talk_refused,
        "now": now,
        "peers": [(one, _number_of(one)) for one in engagements] if page.is_open else [],
        "code_form": code_form,
        "code_was_sent": "code" in request.GET or bool(code_form.errors),
        "withdraw_form": withdraw_form or WithdrawForm(),
    }
    return render(request, "requests/status.html", context)
