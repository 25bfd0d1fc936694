"""Agreeing on a time to talk: the advisor and the desk on the engagement, the leader by a code."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest
from mvai.audit import log
from mvai.web.refusals import Refused, beside
from requests.actions import agreed
from requests.forms.agreed import ChoiceForm
from requests.models import AgreedTime, Engagement
from requests.views.calendar_files import call_file
from requests.views.engagements import proposals_form, render_engagement, time_form
from requests.views.records import engagement_or_404
from requests.views.replies import see_other
from requests.views.status import shown
from requests.views.status_pages import Page, page_of
from requests.views.tokens import gone


@require_POST
def set_time(request: SignedInRequest, pk: int) -> HttpResponse:
    found = engagement_or_404(request, pk)
    form = time_form(request, found, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with beside(form, "starts_at"):
            agreed.agree(
                engagement=found,
                starts_at=said["starts_at"],
                minutes=said["minutes"],
                video_url=said["video_url"],
                by=request.user,
                at=timezone.now(),
            )
            return see_other("requests:engagement", pk, query="#talk")
    return render_engagement(request, found, time_form_=form)


@require_POST
def propose_times(request: SignedInRequest, pk: int) -> HttpResponse:
    found = engagement_or_404(request, pk)
    form = proposals_form(request, found, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with beside(form, "first"):
            agreed.propose(
                engagement=found,
                times=form.times(),
                minutes=said["minutes"],
                video_url=said["video_url"],
                by=request.user,
                at=timezone.now(),
            )
            return see_other("requests:engagement", pk, query="#talk")
    return render_engagement(request, found, proposals_form_=form)


@require_POST
def call_off(request: SignedInRequest, pk: int) -> HttpResponse:
    found = engagement_or_404(request, pk)
    row = _agreed(found)
    if row is not None:
        try:
            agreed.call_off(agreed=row, by=request.user, at=timezone.now())
        except Refused as refusal:
            return render_engagement(request, found, talk_refused=str(refusal))
    return see_other("requests:engagement", pk, query="#talk")


@require_safe
def advisors_file(request: SignedInRequest, pk: int) -> HttpResponse:
    found = engagement_or_404(request, pk)
    row = _agreed(found)
    if row is None:
        raise Http404
    log.record_read(
        verb="request.read",
        target=found.assistance_request,
        by=request.user,
        at=timezone.now(),
        label=found.assistance_request.reference,
        part="calendar",
    )
    return call_file(row)


@login_not_required
@csrf_exempt  # the address itself is the secret: who doesn't hold it can't forge this
@require_POST
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """The leader takes one of the proposed times; only where the code was entered."""
    page = page_of(request, token)
    if page is None:
        return gone(request)
    if not page.is_open:
        return see_other("requests:status", token, query="#code")
    form = ChoiceForm(request.POST)
    row = _of_page(page, form.cleaned_data["time"]) if form.is_valid() else None
    if row is None:
        return see_other("requests:status", token, query="#talk")
    try:
        agreed.choose(proposed=row, at=timezone.now())
    except Refused as refusal:
        return shown(request, page, talk_refused=str(refusal))
    return see_other("requests:status", token, query="#talk")


@login_not_required
@csrf_exempt
@require_POST
def call_off_by_leader(request: HttpRequest, token: str) -> HttpResponse:
    page = page_of(request, token)
    if page is None:
        return gone(request)
    if not page.is_open:
        return see_other("requests:status", token, query="#code")
    form = ChoiceForm(request.POST)
    row = _of_page(page, form.cleaned_data["time"]) if form.is_valid() else None
    if row is not None:
        try:
            agreed.call_off(agreed=row, by=None, at=timezone.now())
        except Refused as refusal:
            return shown(request, page, talk_refused=str(refusal))
    return see_other("requests:status", token, query="#talk")


@login_not_required
@require_safe
def leaders_file(request: HttpRequest, token: str) -> HttpResponse:
    """The next agreed time for the leader's calendar; only where the code was entered."""
    page = page_of(request, token)
    row = None
    if page is not None and page.is_open:
        wanted = request.GET.get("time", "")
        rows = AgreedTime.objects.agreed().filter(assistance_request=page.assistance_request)
        row = next((one for one in rows if not wanted or str(one.pk) == wanted), None)
    if page is None or row is None:
        return gone(request)
    log.record_read(
        verb="request.status_read",
        target=page.assistance_request,
        by=None,
        at=timezone.now(),
        label=page.assistance_request.reference,
        part="calendar",
    )
    return call_file(row)


def _agreed(engagement: Engagement) -> AgreedTime | None:
    return AgreedTime.objects.agreed().filter(engagement=engagement).first()


def _of_page(page: Page, pk: int) -> AgreedTime | None:
    """One of the times of this page's own request."""
    return page.assistance_request.agreed_times.filter(pk=pk).first()
