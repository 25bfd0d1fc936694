"""An advisor's part in a request: the brief, the number, and what was talked about."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.access import SignedInRequest
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.web.refusals import beside
from requests.actions import engagements
from requests.forms.agreed import AgreedTimeForm, ProposalsForm
from requests.forms.outreach import ContactLogForm, StepBackForm
from requests.models import AgreedTime, Engagement
from requests.states import AdvisorRole
from requests.views import talks
from requests.views.records import engagement_or_404, one_or_404
from requests.views.replies import see_other
from requests.views.workspace import phase_label
from resources.actions.team_keeping import note_opening
from resources.rules import team as rules


@require_safe
def engagement(request: SignedInRequest, pk: int) -> HttpResponse:
    return render_engagement(request, engagement_or_404(request, pk))


@require_safe
def team_checklist(request: SignedInRequest, pk: int, shared: int) -> HttpResponse:
    """A team's checklist, to read, while the leader says that the advisor may see it."""
    found = engagement_or_404(request, pk)
    rows = found.assistance_request.shared_checklists.shown_to_advisors()
    checklist = one_or_404(rows.select_related("checklist"), shared).checklist
    now = timezone.now()
    log.record_read(
        verb="request.read",
        target=found.assistance_request,
        by=request.user,
        at=now,
        label=found.assistance_request.reference,
        part="team_checklist",
    )
    note_opening(checklist, way="advisor", at=now, by=request.user)
    context = {
        "engagement": found,
        "checklist": checklist,
        "phases": rules.phases(checklist.lines.all()),
        "now": now,
    }
    return render(request, "requests/team_checklist.html", context)


@require_POST
def log_contact(request: SignedInRequest, pk: int) -> HttpResponse:
    found = engagement_or_404(request, pk)
    form = ContactLogForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with beside(form, "at"):
            engagements.log_contact(
                engagement=found,
                mode=said["mode"],
                started_at=said["at"],
                minutes=said["minutes"],
                topics=said["topics"],
                participants=said["participants"],
                note=said["note"],
                by=request.user,
                at=timezone.now(),
            )
            return see_other("requests:engagement", pk, query="?logged=1#history")
    return render_engagement(request, found, log_form=form)


@require_POST
def step_back(request: SignedInRequest, pk: int) -> HttpResponse:
    found = engagement_or_404(request, pk)
    form = StepBackForm(request.POST)
    if form.is_valid():
        with beside(form):
            engagements.step_back(engagement=found, by=request.user, at=timezone.now())
            return render(request, "requests/stepped_back.html", {"engagement": found})
    return render_engagement(request, found, step_form=form)


def time_form(
    request: SignedInRequest,
    found: Engagement,
    data: Any = None,
    *,
    agreed: AgreedTime | None = None,
) -> AgreedTimeForm:
    """When they talk; the advisor types by their own clock unless they say otherwise. What is
    moved keeps its length and its link.
    """
    clocks = _clocks(request, found)
    if agreed is not None:
        clocks["initial"] |= {"minutes": agreed.minutes, "video_url": agreed.video_url}
    return AgreedTimeForm(data, **clocks)


def proposals_form(request: SignedInRequest, found: Engagement, data: Any = None) -> ProposalsForm:
    return ProposalsForm(data, prefix="propose", **_clocks(request, found))


def _clocks(request: SignedInRequest, found: Engagement) -> dict[str, Any]:
    is_own = found.advisor.person_id == request.user.person_id
    return {
        "zones": talks.zones_of(found.assistance_request, found.advisor),
        "labels": talks.clocks_of(found.assistance_request, found.advisor, timezone.now()),
        "initial": {"whose": talks.ADVISOR if is_own else talks.LEADER},
    }


def render_engagement(
    request: SignedInRequest,
    found: Engagement,
    *,
    log_form: ContactLogForm | None = None,
    step_form: StepBackForm | None = None,
    time_form_: AgreedTimeForm | None = None,
    proposals_form_: ProposalsForm | None = None,
    talk_refused: str = "",
) -> HttpResponse:
    """The page, with the form that was refused as it was typed."""
    now = timezone.now()
    assistance_request = found.assistance_request
    log.record_read(
        verb="request.read",
        target=assistance_request,
        by=request.user,
        at=now,
        label=assistance_request.reference,
        part="engagement",
    )
    is_own = found.advisor.person_id == request.user.person_id
    reader = talks.ADVISOR if is_own else talks.DESK
    [talk] = talks.talks_of(assistance_request, [found], reader=reader, now=now)
    context = {
        "talk": talk,
        "time_form": time_form_
        or time_form(request, found, agreed=talk.agreed.row if talk.agreed else None),
        "proposals_form": proposals_form_ or proposals_form(request, found),
        "talk_refused": talk_refused,
        "engagement": found,
        "assistance_request": assistance_request,
        "needs": assistance_request.needs.all(),
        "phase": phase_label(assistance_request, now),
        "contacts": found.contacts.select_related("mode").prefetch_related("topics"),
        "colleagues": assistance_request.engagements.active()
        .exclude(pk=found.pk)
        .select_related("advisor__person"),
        "checklists": assistance_request.shared_checklists.shown_to_advisors().select_related(
            "checklist"
        ),
        "is_own": is_own,
        "may_log": found.is_active and request.user.may(Permission.ENGAGEMENT_LOG),
        "log_form": log_form or ContactLogForm(initial={"at": now, "mode": "PHONE"}),
        "step_form": step_form or StepBackForm(),
        "was_logged": "logged" in request.GET,
        "title": _title(found, is_own),
        "now": now,
    }
    return render(request, "requests/engagement.html", context)


def _title(found: Engagement, is_own: bool) -> str:
    name = found.assistance_request.call_name
    if not is_own:
        return _("%(advisor)s for %(name)s") % {
            "advisor": found.advisor.person.full_name,
            "name": name,
        }
    if found.role == AdvisorRole.ALTERNATE:
        return _("You stand by for %(name)s") % {"name": name}
    if found.first_contact_at is None and found.is_active:
        return _("You call %(name)s") % {"name": name}
    return str(name)
