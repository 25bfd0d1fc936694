"""What the leader's page shows: steps to everybody, the rest behind a code."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mvai.audit import log
from requests.actions import codes
from requests.forms.status import CodeForm, DelegateCodeForm
from requests.models import (
    AssistanceRequest,
    Concern,
    DeskMessage,
    Engagement,
    FollowUp,
    SentItem,
    Side,
)
from requests.views.status_pages import Page
from requests.views.steps import steps_of, title_of
from requests.views.talks import LEADER, talks_of
from requests.views.team_shared import shared_of
from requests.views.who_calls import who_calls
from resources.models import CatalogRow

LONGEST_CARRIED = 20_000
NOT_CARRIED = {"code", "then", "carried", "csrfmiddlewaretoken"}

# What was just done, by the word in the address.
DONE: Mapping[str, Any] = {
    "details": _("Thank you. We added that to your request."),
    "message": _("Sent. The desk is told that you wrote."),
    "read": _("Marked as read."),
    "different": _("The desk looks for a different advisor. You need not say why."),
    "choose": _("Thank you. We told the advisor and the desk."),
    "follow_ups": _("The plan is changed. The desk is told."),
    "delegates": _("Kept. A code to their own number opens this page for them."),
    "remove_delegate": _("Removed. This page is closed to them."),
    "number": _("We call your new number to make sure it is you. Then a code opens this page."),
    "successor": _("We call your successor. Once we know who they are, this page opens to them."),
    "concern": _("Kept. The program manager alone reads it."),
    "again": _("We have your request. Someone calls you."),
    "team": _("The copy is saved. Its addresses are below."),
    "team_show": _("Your advisor may see it now. You can take that back at any time."),
    "team_hide": _("Your advisor no longer sees it."),
    "withdraw": _("Your request is withdrawn."),
}


@dataclass(frozen=True, slots=True)
class Carried:
    """What was typed on a page that had closed meanwhile: it waits until a code was entered."""

    then: str
    typed: QueryDict = field(default_factory=lambda: QueryDict())

    @property
    def as_json(self) -> str:
        return json.dumps(dict(self.typed.lists()))

    @classmethod
    def of(cls, then: str, posted: QueryDict) -> "Carried":
        typed = posted.copy()
        for name in NOT_CARRIED:
            typed.pop(name, None)
        return cls(then, typed)

    @classmethod
    def read(cls, posted: QueryDict) -> "Carried | None":
        """From the hidden fields of a form with a code; None for none, or for nonsense."""
        then, packed = posted.get("then", ""), posted.get("carried", "")
        if not then or len(packed) > LONGEST_CARRIED:
            return None
        typed = QueryDict(mutable=True)
        try:
            for name, values in json.loads(packed or "{}").items():
                typed.setlist(_shown(name), [_shown(value) for value in values])
        except (ValueError, TypeError, AttributeError, RecursionError):
            return None
        return cls(then, typed)


def _shown(value: Any) -> str:
    """As a page can show it: JSON may hold halves of symbols, which no page can."""
    return str(value).encode("utf-8", "replace").decode()


def number_of(engagement: Engagement) -> str:
    """The number the advisor lets the agency have; none when they gave none."""
    points = engagement.advisor.person.contact_points.all()
    reachable = [point for point in points if point.channel != "email" and not point.stopped_at]
    voice = [point for point in reachable if point.channel == "voice"]
    return next((point.value for point in [*voice, *reachable]), "")


def engagements_of(assistance_request: AssistanceRequest) -> list[Engagement]:
    """Who is at the leader's side now, the lead first."""
    active = (
        assistance_request.engagements.active()
        .select_related("advisor__person")
        .prefetch_related("advisor__person__contact_points")
    )
    return sorted(active, key=lambda one: (one.role != "lead", one.started_at))


def render_status(
    request: HttpRequest,
    page: Page,
    *,
    choices: list[Any],
    first: Any = None,
    code_form: CodeForm | None = None,
    delegate_form: DelegateCodeForm | None = None,
    carried: Carried | None = None,
    was_sent: bool = False,
    talk_refused: str = "",
) -> HttpResponse:
    """`choices` are what the reader may do now, `first` the one that comes next."""
    now = timezone.now()
    found = page.assistance_request
    engagements = engagements_of(found)
    lead = engagements[0] if engagements else None
    calls = _calls_of(found)
    talks = talks_of(found, engagements, reader=LEADER, now=now)
    context = {
        "assistance_request": found,
        "token": page.token,
        "page": page,
        "is_open": page.is_open,
        "title": title_of(found, lead, page.is_open),
        "steps": steps_of(
            found,
            calls=calls,
            engagements=engagements,
            follow_up=FollowUp.objects.open().filter(assistance_request=found).first(),
            now=now,
            who=who_calls(found, has_called=bool(calls), now=now),
            talks=talks,
        ),
        "talks": talks if page.is_open else [],
        "talk_refused": talk_refused,
        "now": now,
        "choices": choices,
        "first": first,
        "code_form": code_form or CodeForm(),
        "delegate_form": delegate_form or DelegateCodeForm(),
        "code_was_sent": was_sent or "code" in request.GET or bool(code_form and code_form.errors),
        "code_minutes": codes.LASTS // timedelta(minutes=1),
        "carried": carried,
        "done": DONE.get(request.GET.get("done", ""), ""),
        "peers": [],
    }
    if page.is_open:
        context |= _content(page, engagements)
        log.record_read(
            verb="request.status_read",
            target=found,
            by=None,
            at=now,
            label=found.reference,
            **page.facts,
        )
    return render(request, "requests/status.html", context)


def _rows_sent(assistance_request: AssistanceRequest) -> list[CatalogRow]:
    """The pages of the library that were sent, the newest first, as this reader may read them."""
    sent = SentItem.objects.standing().filter(assistance_request=assistance_request)
    rows = {
        row.item_id: row
        for row in CatalogRow.objects.on_show(
            language=get_language() or settings.LANGUAGE_CODE, with_drafts=settings.DEMO
        )
        .filter(item__in=sent.values("item"))
        .select_related("edition")
    }
    return [rows[one.item_id] for one in sent if one.item_id in rows]


def _content(page: Page, engagements: list[Engagement]) -> dict[str, Any]:
    """All that a code opens."""
    found = page.assistance_request
    written = list(
        DeskMessage.objects.filter(assistance_request=found).select_related(
            "by__person", "delegate__person"
        )
    )
    handed_on = found.contact_changes.filter(outcome="confirmed", is_successor=True).first()
    return {
        "peers": [(one, number_of(one)) for one in engagements],
        "messages_written": written,
        "unread": sum(one.side == Side.DESK and one.read_at is None for one in written),
        # Each sees their own: what somebody is uneasy about is nobody else's.
        "concerns": Concern.objects.filter(assistance_request=found, delegate=page.delegate),
        "shared": shared_of(found, timezone.now()),
        "planned": list(FollowUp.objects.open().filter(assistance_request=found)),
        "delegates": list(found.delegates.standing_in().select_related("person")),
        "handed_on": handed_on,
        "sent_rows": _rows_sent(found),
        "helped": list(
            found.engagements.exclude(first_contact_at=None).select_related("advisor__person")
        )
        if handed_on
        else [],
    }


def _calls_of(found: AssistanceRequest) -> list[Any]:
    """The calls of this time: when a call was asked for again, it begins anew."""
    again = (
        found.state_changes.filter(move="ask_again").order_by("-at").values_list("at", flat=True)
    ).first()
    calls = found.calls.all()
    return list(calls.filter(at__gte=again) if again else calls)
