"""One request, on one screen: who, what, whom to send and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    F,
    Field,
    Func,
    QuerySet,
    SmallIntegerField,
)
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
from mvai.people.models import Person
from mvai.taxonomy.phases import phase_at
from mvai.taxonomy.terms import PHASES
from mvai.web.prepared import Given, Prepared
from requests import rules
from requests.forms.desk import (
    CallLogForm,
    CloseForm,
    DelegateForm,
    FollowUpForm,
    HandOverForm,
    IdentityCodeForm,
    IdentityForm,
    NextActionForm,
    ReadCodeForm,
    ReasonForm,
    ReopenForm,
)
from requests.forms.leaders_page import ChangeForm, ChoiceForm, MessageForm, ReadAloudForm
from requests.forms.triage import BriefForm, TriageForm
from requests.models import AssistanceRequest, Engagement, FollowUp, Offer, Side
from requests.rules.likely import likely_same, told_of
from requests.states import AdvisorRole, NextAction, State
from requests.views import next_steps
from requests.views.history import Event, events_of, text_words
from requests.views.listed import Listed, listed_of
from requests.views.records import request_or_404, shown_request_or_404
from requests.views.timeline import timeline_of

NEXT_ACTION_IN = timedelta(hours=2)
CALL_LASTS = timedelta(hours=1)  # who dialed this long ago and wrote nothing down dials again
SHOWN_OF_OFFER = (
    "assistance_request", "role", "state", "offered_at", "seen_at", "expires_at", "ended_at",
    "advisor__person__title", "advisor__person__full_name",
    "engagement__role", "engagement__state", "engagement__choice_reason",
)  # fmt: skip
PHASE_LABELS = {code: label for code, label, *_rest in PHASES}


@dataclass(frozen=True, slots=True)
class Seat:
    """One place at the leader's side: held, asked for, or open."""

    role: str
    label: str | Promise
    engagement: Engagement | None = None
    offer: Offer | None = None


@require_safe
def workspace(request: SignedInRequest, reference: str) -> HttpResponse:
    if not request.user.may(Permission.REQUEST_VIEW_ALL):
        return _own_page_of_advisor(request, reference)
    assistance_request = shown_request_or_404(request, reference, Permission.REQUEST_VIEW_ALL)
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
        part="workspace",
    )
    offers, engagements = _asked_and_seated(assistance_request)
    follow_ups = _FOLLOW_UPS.instances(request_id=assistance_request.pk)
    planned = [one for one in follow_ups if one.is_open]
    holders = _holders(assistance_request, follow_ups)
    listed = listed_of(assistance_request, users=_users_named(holders))
    _put_people(holders, listed["name"])
    events = events_of(assistance_request, offers, listed)
    may_work = request.user.may(Permission.REQUEST_WORK)
    dialing = _dialing(listed, now)
    moves = {move.name for move in rules.moves_for(request.user, assistance_request)}
    first = next_steps.primary(
        assistance_request, moves, has_follow_up=bool(planned), is_dialing=dialing is not None
    )
    others = next_steps.others(request.user, assistance_request, moves, first) if may_work else []
    choices = {one.code for one in (first, *others) if one is not None}
    chosen = _follow_up(planned, follow_up_id or request.GET.get("id"))
    if form is None and may_work and do in choices | EXTRA:
        form = open_form(do, assistance_request, request.user, now)
    context = {
        "assistance_request": assistance_request,
        "primary": first,
        "others": others,
        "may_work": may_work,
        "may_see_looks": request.user.may(Permission.LOOKS_VIEW),
        "do": do if form is not None else "",
        "do_label": next_steps.LABELS.get(do, ""),
        "form": form,
        "follow_up": chosen,
        "follow_ups": follow_ups,
        "planned": planned,
        "events": events,
        "unread": sum(row["number"] for row in listed["message"] if row["code"] == Side.LEADER),
        "listed": listed,
        "dialing": dialing,
        "text_words": text_words(dialing["code"]) if dialing else "",
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
        "likely": likely_same(
            told_of(assistance_request), to=request.user, now=now, of=assistance_request
        ),
        "may_merge": may_work and assistance_request.is_open,
        "now": now,
    }
    return render(request, "requests/workspace.html", context)


def _asked_and_seated(
    assistance_request: AssistanceRequest,
) -> tuple[list[Offer], list[Engagement]]:
    """The offers, newest first, and the engagements that came of them."""
    offers = _OFFERS.instances(request_id=assistance_request.pk)
    engagements = []
    for offer in offers:
        offer.assistance_request = assistance_request
        if hasattr(offer, "engagement"):
            offer.engagement.advisor = offer.advisor
            engagements.append(offer.engagement)
    return offers, engagements


Holders = list[tuple[Any, str]]


def _holders(assistance_request: AssistanceRequest, follow_ups: list[FollowUp]) -> Holders:
    """What names somebody of the desk, and in which field."""
    verification = getattr(assistance_request, "verification", None)
    return [
        (assistance_request, "owner"),
        (assistance_request, "brief_by"),
        (assistance_request, "promised_by"),
        *([(verification, "by")] if verification else []),
        *((follow_up, "owner") for follow_up in follow_ups),
    ]


def _users_named(holders: Holders) -> list[int]:
    return sorted({getattr(thing, f"{name}_id") for thing, name in holders} - {None})


def _put_people(holders: Holders, names: list[dict[str, Any]]) -> None:
    """Give the desk's people their names, which came with the lists: a join for each is dearer.

    They are names to show and nothing more: nobody asks these what they may do.
    """
    users = {
        row["number"]: User(pk=row["number"], person=Person(full_name=row["who"])) for row in names
    }
    for thing, name in holders:
        setattr(thing, name, users.get(getattr(thing, f"{name}_id")))


def _dialing(listed: Listed, now: datetime) -> dict[str, Any] | None:
    """Who has said that they dial, and has not written down how it went; None: nobody."""
    last = max(listed["calling"], key=lambda row: row["moment"], default=None)
    if last is None or now - last["moment"] > CALL_LASTS:
        return None
    is_logged = any(row["moment"] >= last["moment"] for row in listed["call"])
    return None if is_logged else last


EXTRA = {
    next_steps.FOLLOW_UP,
    next_steps.STOP_FOLLOW_UPS,
    next_steps.IDENTITY,
    next_steps.IDENTITY_CODE,
    next_steps.CHECK_CODE,
}


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
    next_steps.CALLING: lambda found, user, now, data: forms.Form(data),
    next_steps.LOG_CALL: lambda found, user, now, data: CallLogForm(
        data, waits_for_leader=found.waits_for_leader
    ),
    next_steps.IDENTITY: lambda found, user, now, data: IdentityForm(data),
    next_steps.IDENTITY_CODE: lambda found, user, now, data: IdentityCodeForm(data),
    next_steps.CHECK_CODE: lambda found, user, now, data: ReadCodeForm(data),
    next_steps.TRIAGE: _triage_form,
    next_steps.BRIEF: lambda found, user, now, data: BriefForm(
        data, initial={"brief": found.brief}
    ),
    next_steps.NEXT_ACTION: _next_action_form,
    next_steps.HAND_OVER: _hand_over_form,
    next_steps.DELEGATE: lambda found, user, now, data: DelegateForm(data),
    next_steps.MESSAGE: lambda found, user, now, data: MessageForm(data),
    next_steps.CONTACT: lambda found, user, now, data: ChangeForm(data),
    next_steps.READ_CODE: lambda found, user, now, data: ReadAloudForm(data),
    next_steps.CHOICE: lambda found, user, now, data: ChoiceForm(
        data,
        engagements=list(found.engagements.active().select_related("advisor__person")),
    ),
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
    own = {name: getattr(assistance_request, name) for name in PLACE_ON_BOARD}
    found = _NEIGHBORS.rows(**own)
    here = tuple(own.values())
    return {
        "previous" if tuple(row[name] for name in own) < here else "next": row["reference"]
        for row in found
    }


class Row(Func):
    """A row of values: compared as one, so that the board's index finds the neighbors."""

    function = "ROW"
    output_field = BooleanField()


PLACE_ON_BOARD: dict[str, Field] = {
    "board_rank": SmallIntegerField(),
    "submitted_at": DateTimeField(),
    "id": BigIntegerField(),
}


def _beside() -> QuerySet:
    here = Row(*(Given(name, field) for name, field in PLACE_ON_BOARD.items()))
    there = Row(*map(F, PLACE_ON_BOARD))
    queue = AssistanceRequest.objects.open().values(*PLACE_ON_BOARD, "reference")
    before = queue.filter(LessThan(there, here))
    after = queue.filter(GreaterThan(there, here))
    return before.order_by(*(f"-{name}" for name in PLACE_ON_BOARD))[:1].union(
        after.order_by(*PLACE_ON_BOARD)[:1], all=True
    )


_NEIGHBORS = Prepared(_beside)
# Every engagement began with an offer, so one query brings both.
_OFFERS = Prepared(
    lambda: (
        Offer.objects.filter(assistance_request=Given("request_id", BigIntegerField()))
        .select_related("advisor__person", "engagement")
        .only(*SHOWN_OF_OFFER)
        .order_by("-offered_at", "-pk")
    )
)
_FOLLOW_UPS = Prepared(
    lambda: FollowUp.objects.filter(assistance_request=Given("request_id", BigIntegerField()))
)
