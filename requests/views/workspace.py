"""One request, on one screen: who, what, whom to send and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, OuterRef, Value
from django.db.models.functions import JSONObject
from django.db.models.lookups import GreaterThan, LessThan
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from mvai.accounts.access import SignedInRequest
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import log
from mvai.taxonomy.models import IncidentType, Need
from mvai.taxonomy.phases import phase_at
from mvai.taxonomy.terms import PHASES
from requests.forms.desk import (
    CallLogForm,
    CloseForm,
    DelegateForm,
    FollowUpForm,
    HandOverForm,
    IdentityForm,
    NextActionForm,
    ReasonForm,
    ReopenForm,
)
from requests.forms.triage import BriefForm, TriageForm
from requests.models import AssistanceRequest, Delegate, Engagement, FollowUp, Offer
from requests.states import AdvisorRole, NextAction, State
from requests.views import next_steps
from requests.views.history import Event, events_of
from requests.views.records import request_or_404
from requests.views.timeline import timeline_of

NEXT_ACTION_IN = timedelta(hours=2)
PHASE_LABELS = {code: label for code, label, *_rest in PHASES}


@dataclass(frozen=True, slots=True)
class Seat:
    """One place at the leader's side: held, asked for, or open."""

    role: str
    label: str | Promise
    engagement: Engagement | None = None
    offer: Offer | None = None


def rows() -> Any:
    """Requests with what the workspace shows of the row itself, in one query."""
    through: tuple[Any, ...] = (
        AssistanceRequest.needs.through,
        AssistanceRequest.incident_types.through,
    )
    need_ids, type_ids = (
        link.objects.filter(assistancerequest_id=OuterRef(OuterRef("pk"))) for link in through
    )
    return AssistanceRequest.objects.select_related(
        "agency__agency_type", "agency__size_band", "setting", "verification"
    ).annotate(
        may_also_take=ArraySubquery(
            Delegate.objects.filter(assistance_request=OuterRef("pk")).values(
                json=JSONObject(name="person__full_name", number="call_number")
            )
        ),
        need_labels=ArraySubquery(
            Need.objects.filter(pk__in=need_ids.values("need_id")).order_by("sort").values("label")
        ),
        type_labels=ArraySubquery(
            IncidentType.objects.filter(pk__in=type_ids.values("incidenttype_id"))
            .order_by("sort")
            .values("label")
        ),
    )


@require_safe
def workspace(request: SignedInRequest, reference: str) -> HttpResponse:
    if not request.user.may(Permission.REQUEST_VIEW_ALL):
        return _own_page_of_advisor(request, reference)
    assistance_request = request_or_404(
        request, reference, Permission.REQUEST_VIEW_ALL, among=rows()
    )
    return render_workspace(request, assistance_request, do=request.GET.get("do", ""))


def _own_page_of_advisor(request: SignedInRequest, reference: str) -> HttpResponse:
    """An advisor's place is their engagement; any other request does not exist for them."""
    assistance_request = request_or_404(request, reference, Permission.ENGAGEMENT_LOG)
    engagement = Engagement.objects.visible_to(request.user).get(
        assistance_request=assistance_request
    )
    return redirect("requests:engagement", engagement.pk)


def render_workspace(
    request: SignedInRequest,
    assistance_request: AssistanceRequest,
    *,
    do: str = "",
    form: forms.Form | None = None,
    follow_up_id: int | None = None,
) -> HttpResponse:
    """The workspace, with one form open: the one asked for, or the one that was refused."""
    now = timezone.now()
    log.record_read(
        verb="request.read",
        target=assistance_request,
        by=request.user,
        at=now,
        label=assistance_request.reference,
    )
    # Every engagement began with an offer, so one query brings both.
    offers = list(
        assistance_request.offers.select_related("advisor__person", "engagement").order_by(
            "-offered_at", "-pk"
        )
    )
    engagements = [offer.engagement for offer in offers if hasattr(offer, "engagement")]
    for offer in offers:
        if hasattr(offer, "engagement"):
            offer.engagement.advisor = offer.advisor
    follow_ups = list(assistance_request.follow_ups.all())
    _put_people(assistance_request, follow_ups)
    planned = [one for one in follow_ups if one.is_open]
    events = events_of(assistance_request, offers)
    may_work = request.user.may(Permission.REQUEST_WORK)
    first = next_steps.primary(assistance_request, has_follow_up=bool(planned))
    others = next_steps.others(request.user, assistance_request, first) if may_work else []
    chosen = _follow_up(planned, follow_up_id or request.GET.get("id"))
    if form is None and may_work and do in {first.code, *(one.code for one in others), *EXTRA}:
        form = open_form(do, assistance_request, request.user, now)
    context = {
        "assistance_request": assistance_request,
        "primary": first,
        "others": others,
        "may_work": may_work,
        "do": do if form is not None else "",
        "do_label": next_steps.LABELS.get(do, ""),
        "form": form,
        "follow_up": chosen,
        "follow_ups": follow_ups,
        "planned": planned,
        "events": events,
        "first_words": _first_words(events),
        "seats": _seats(engagements, offers),
        "engagements": engagements,
        "outreach_runs": any(offer.is_open for offer in offers),
        "suggests": may_work
        and assistance_request.is_identity_confirmed
        and assistance_request.next_action in {NextAction.CHOOSE_ADVISORS, NextAction.CHOOSE_AGAIN},
        "timeline": timeline_of(
            follow_ups,
            [event.at for event in events if event.kind == "contact"],
            start=assistance_request.submitted_at,
            happened_at=assistance_request.happened_at or assistance_request.submitted_at,
            now=now,
        ),
        "phase": phase_label(assistance_request, now),
        "neighbors": _neighbors(assistance_request),
        "now": now,
    }
    return render(request, "requests/workspace.html", context)


def _put_people(assistance_request: AssistanceRequest, follow_ups: list[FollowUp]) -> None:
    """Give the desk's people their names, all in one query: a join for each is far dearer."""
    verification = getattr(assistance_request, "verification", None)
    holders = [
        (assistance_request, "owner"),
        (assistance_request, "brief_by"),
        (assistance_request, "promised_by"),
        *([(verification, "by")] if verification else []),
        *((follow_up, "owner") for follow_up in follow_ups),
    ]
    wanted = {getattr(thing, f"{name}_id") for thing, name in holders} - {None}
    users = User.objects.in_bulk(wanted)
    for thing, name in holders:
        setattr(thing, name, users.get(getattr(thing, f"{name}_id")))


EXTRA = {next_steps.FOLLOW_UP, next_steps.STOP_FOLLOW_UPS, next_steps.IDENTITY}


def _first_words(events: list[Event]) -> str:
    """Of the voicemail, text or e-mail that came first; events are newest first."""
    return next((one.note for one in reversed(events) if one.kind == "came_in" and one.note), "")


def open_form(
    do: str,
    assistance_request: AssistanceRequest,
    user: User,
    now: datetime,
    data: Any = None,
) -> Any:
    """The form of a verb: filled in with what is known, or bound to what was typed.

    None for a verb without one.
    """
    make = FORMS.get(do)
    return make(assistance_request, user, now, data) if make else None


def _hand_over_form(assistance_request, user, now, data) -> forms.Form:
    colleagues = (
        User.objects.staff().select_related("person").exclude(pk=assistance_request.owner_id or 0)
    )
    return HandOverForm(data, colleagues=colleagues.order_by("person__full_name"))


def _next_action_form(assistance_request, user, now, data) -> forms.Form:
    initial = {
        "code": assistance_request.next_action or NextAction.OTHER,
        "due_at": assistance_request.next_action_due_at or now + NEXT_ACTION_IN,
        "note": assistance_request.next_action_note,
    }
    return NextActionForm(data, initial=initial)


def _triage_form(assistance_request, user, now, data) -> forms.Form:
    zone = assistance_request.time_zone
    if data is not None:
        return TriageForm(data, zone=zone)
    simple = (
        "filer_role", "agency_id", "city", "state_code", "zip_code", "is_ongoing",
        "children_harmed", "officers_harmed", "leader_says_now", "is_preparedness",
        "time_zone", "contact_mode", "safe_times",
    )  # fmt: skip
    initial = {name: getattr(assistance_request, name) for name in simple}
    initial |= {
        "agency": assistance_request.agency_name,
        "setting": assistance_request.setting_id or "",
        "happened_at": _local(assistance_request.happened_at, zone),
        "event_at": _local(assistance_request.event_at, zone),
        "needs": [need.pk for need in assistance_request.needs.all()],
        "incident_types": [kind.pk for kind in assistance_request.incident_types.all()],
    }
    if assistance_request.urgency_overridden:
        initial |= {
            "urgency_override": assistance_request.urgency,
            "override_reason": assistance_request.urgency_reason,
        }
    return TriageForm(initial=initial, zone=zone)


def _local(moment: datetime | None, zone: str) -> datetime | None:
    """By the agency's clock, as the form shows it: without a zone."""
    return timezone.localtime(moment, ZoneInfo(zone)).replace(tzinfo=None) if moment else None


FORMS: dict[str, Callable[..., forms.Form]] = {
    next_steps.LOG_CALL: lambda found, user, now, data: CallLogForm(data),
    next_steps.IDENTITY: lambda found, user, now, data: IdentityForm(data),
    next_steps.TRIAGE: _triage_form,
    next_steps.BRIEF: lambda found, user, now, data: BriefForm(
        data, initial={"brief": found.brief}
    ),
    next_steps.NEXT_ACTION: _next_action_form,
    next_steps.HAND_OVER: _hand_over_form,
    next_steps.DELEGATE: lambda found, user, now, data: DelegateForm(data),
    next_steps.GIVE_BACK: lambda found, user, now, data: ReasonForm(data),
    next_steps.FOLLOW_UP: lambda found, user, now, data: FollowUpForm(data),
    next_steps.STOP_FOLLOW_UPS: lambda found, user, now, data: ReasonForm(data),
    next_steps.CLOSE: lambda found, user, now, data: CloseForm(data),
    next_steps.REOPEN: lambda found, user, now, data: ReopenForm(data),
}


def phase_label(assistance_request: AssistanceRequest, now: datetime) -> str:
    """The phase in words; blank while nobody knows when it happened."""
    happened_at = assistance_request.happened_at
    return gettext(PHASE_LABELS[phase_at(happened_at, now)]) if happened_at else ""


def _follow_up(planned: list[FollowUp], asked: Any) -> FollowUp | None:
    """The planned contact that was asked about, else the next one."""
    wanted = next((one for one in planned if str(one.pk) == str(asked)), None)
    return wanted or (planned[0] if planned else None)


def _seats(engagements: list[Engagement], offers: list[Offer]) -> list[Seat]:
    """Lead and alternate always; specialists as they come."""
    active = [one for one in engagements if one.is_active]
    asked = [offer for offer in offers if offer.is_open]
    seats = []
    for role in (AdvisorRole.LEAD, AdvisorRole.ALTERNATE):
        engagement = next((one for one in active if one.role == role), None)
        offer = next((one for one in asked if one.role == role), None)
        seats.append(Seat(role, role.label, engagement, None if engagement else offer))
    specialist = AdvisorRole.SPECIALIST
    seats += [Seat(specialist, specialist.label, one) for one in active if one.role == specialist]
    seats += [
        Seat(specialist, specialist.label, None, one) for one in asked if one.role == specialist
    ]
    return seats


def _neighbors(assistance_request: AssistanceRequest) -> dict[str, str]:
    """The references before and after this one on the board, in one query."""
    if assistance_request.state == State.CLOSED:
        return {}
    own = (
        assistance_request.board_rank,
        assistance_request.submitted_at,
        assistance_request.pk,
    )
    columns = ("board_rank", "submitted_at", "pk")
    here, there = Row(*map(Value, own)), Row(*map(F, columns))
    queue = AssistanceRequest.objects.open().values_list(*columns, "reference")
    before = queue.filter(LessThan(there, here)).order_by(*(f"-{name}" for name in columns))
    after = queue.filter(GreaterThan(there, here)).order_by(*columns)
    found = before[:1].union(after[:1], all=True)
    return {"previous" if row[:3] < own else "next": row[3] for row in found}


class Row(Func):
    """A row of values: compared as one, so that the board's index finds the neighbors."""

    function = "ROW"
    output_field = BooleanField()
