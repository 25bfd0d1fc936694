"""The leader's own page: steps for whoever holds its address, the rest only after a fresh code."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.accounts.lockout.rates import count
from mvai.audit import log
from mvai.web.refusals import beside
from requests.actions import codes
from requests.actions.delegates import delegate_at
from requests.forms.status import CodeForm, DelegateCodeForm
from requests.views import status_people, status_plans, status_talk, status_team
from requests.views.cards import card_file
from requests.views.replies import see_other
from requests.views.status_entries import Entry, again, serve
from requests.views.status_pages import CODES, Page, grant, page_of
from requests.views.status_shown import Carried, engagements_of, number_of, render_status
from requests.views.tokens import gone

# In the order in which the page lists them.
ENTRIES: dict[str, Entry] = {
    entry.code: entry
    for entry in (
        status_people.CHOOSE,
        status_plans.AGAIN,
        status_talk.MESSAGE,
        status_talk.READ,
        status_talk.DETAILS,
        status_people.DIFFERENT,
        status_plans.FOLLOW_UPS,
        status_people.DELEGATES,
        status_people.REMOVE_DELEGATE,
        status_people.NUMBER,
        status_people.SUCCESSOR,
        status_team.TEAM,
        status_team.TEAM_SHOW,
        status_team.TEAM_HIDE,
        status_talk.CONCERN,
        status_plans.WITHDRAW,
    )
}
FIRST = ("choose", "again")  # what comes next for the leader, where it is there


@login_not_required
@require_safe
def status(request: HttpRequest, token: str) -> HttpResponse:
    page = page_of(request, token)
    return shown(request, page) if page else gone(request)


@login_not_required
@csrf_exempt  # the address itself is the secret: who doesn't hold it can't forge this
@require_POST
def send_code(request: HttpRequest, token: str) -> HttpResponse:
    page = page_of(request, token)
    if page is None:
        return gone(request)
    now = timezone.now()
    count(request, CODES, at=now)
    codes.send_code(assistance_request=page.assistance_request, at=now)
    # The same words whether or not a message could go: the address alone tells nobody which.
    return _code_is_sent(request, page)


@login_not_required
@csrf_exempt
@require_POST
def send_delegate_code(request: HttpRequest, token: str) -> HttpResponse:
    """For somebody who stands in: their code goes to their own number, and nowhere else."""
    page = page_of(request, token)
    if page is None:
        return gone(request)
    form = DelegateCodeForm(request.POST)
    if not form.is_valid():
        return shown(request, page, delegate_form=form, carried=Carried.read(request.POST))
    now = timezone.now()
    count(request, CODES, at=now)
    delegate = delegate_at(page.assistance_request, form.cleaned_data["own_number"])
    if delegate is not None:
        codes.send_code(assistance_request=page.assistance_request, delegate=delegate, at=now)
    return _code_is_sent(request, page)


@login_not_required
@csrf_exempt
@require_POST
def enter_code(request: HttpRequest, token: str) -> HttpResponse:
    page = page_of(request, token)
    if page is None:
        return gone(request)
    form, carried = CodeForm(request.POST), Carried.read(request.POST)
    if form.is_valid():
        now = timezone.now()
        count(request, CODES, at=now)
        with beside(form, "code"):
            code = codes.enter_code(
                assistance_request=page.assistance_request,
                code=form.cleaned_data["code"],
                at=now,
            )
            grant(request, page.assistance_request, now, code)
            return _go_on(request, token, carried)
    return shown(request, page, code_form=form, carried=carried)


@login_not_required
@require_safe
def contact_card(request: HttpRequest, token: str) -> HttpResponse:
    """The lead's card to save; only where the code was entered."""
    page = page_of(request, token)
    lead = next(iter(engagements_of(page.assistance_request)), None) if page else None
    number = number_of(lead) if lead else ""
    if page is None or lead is None or not page.is_open or not number:
        return gone(request)
    log.record_read(
        verb="request.status_read",
        target=page.assistance_request,
        by=None,
        at=timezone.now(),
        label=page.assistance_request.reference,
        part="contact_card",
        **page.facts,
    )
    return card_file(
        filename="peer.vcf",
        name=lead.advisor.person.addressed_as,
        number=number,
        note=_("Your peer, by way of IACP"),
    )


def view_of(entry: Entry) -> Callable[[HttpRequest, str], HttpResponse]:
    """The page of one entry."""

    @login_not_required
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    def do(request: HttpRequest, token: str) -> HttpResponse:
        return serve(request, token, entry, _ask_for_code)

    return do


def _ask_for_code(request: HttpRequest, page: Page, carried: Carried) -> HttpResponse:
    return shown(request, page, carried=carried)


def _code_is_sent(request: HttpRequest, page: Page) -> HttpResponse:
    carried = Carried.read(request.POST)
    if carried is None:
        return see_other("requests:status", page.token, query="?code=sent#code")
    return shown(request, page, carried=carried, was_sent=True)


def _go_on(request: HttpRequest, token: str, carried: Carried | None) -> HttpResponse:
    """To the page; with something typed before, to its form, filled in as it was."""
    page = page_of(request, token)
    entry = ENTRIES.get(carried.then) if carried else None
    if page is None or carried is None or entry is None or not entry.is_there(page):
        return see_other("requests:status", token)
    if not carried.typed:
        return see_other(f"requests:status_{entry.code}", token)
    return again(request, page, entry, carried.typed)


def shown(request: HttpRequest, page: Page, **given: object) -> HttpResponse:
    there = [entry for entry in ENTRIES.values() if entry.is_there(page)] if page.is_open else []
    first = next((entry for entry in there if entry.code in FIRST), None)
    listed = [entry for entry in there if entry.is_listed and entry is not first]
    return render_status(request, page, choices=listed, first=first, **given)  # type: ignore[arg-type]
