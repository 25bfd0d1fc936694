"""The lines of the board: each request in the words that its line shows.

The board stands open on every screen of the desk and renews itself all day. So its lines are
read as plain values and written here: as models and in a template they took two thirds of the
page's time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from mvai.web.templatetags.web import day, due_word, moment, word
from mvai.web.times import clock_words
from requests.models import AssistanceRequest, FollowUp
from requests.states import OPEN, CloseReason, NextAction, State
from requests.templatetags.requests_pages import place_of, urgency_in_words

LONGEST = 90  # characters of a name or a note
SOON = timedelta(hours=1)


def shown(found: QuerySet[AssistanceRequest]) -> QuerySet:
    """Rows of plain values: what one line shows and no more."""
    planned = FollowUp.objects.open().filter(assistance_request=OuterRef("pk")).order_by("due_at")
    return found.values(
        "reference", "state", "urgency", "call_name", "agency_text", "city", "state_code",
        "time_zone", "next_action", "next_action_note", "next_action_due_at", "promised_call_by",
        "closed_at", "close_reason", "owner_id",
        owner_name=F("owner__person__full_name"),
        agency_name=F("agency__name"),
        agency_city=F("agency__city"),
        agency_county=F("agency__county"),
        agency_state=F("agency__state"),
        planned=Subquery(planned.values("label")[:1]),
    )  # fmt: skip


def lines_of(rows: Iterable[dict[str, Any]], now: datetime) -> list[SafeString]:
    """A table row for each row of `shown()`."""
    # One address is worked out; the others differ in the reference alone.
    first, path = "", ""
    labels = _labels()
    there: dict[str, str] = {}
    lines = []
    for row in rows:
        reference, zone = row["reference"], row["time_zone"]
        if not first:
            first, path = reference, reverse("requests:workspace", args=[reference])
        if zone not in there:
            there[zone] = _("%(time)s there") % {"time": clock_words(now, zone)}
        lines.append(_line(row, path.replace(first, reference), there[zone], labels, now))
    return lines


def _labels() -> dict[str, str]:
    return {
        "state": _("Stands at:"),
        "owner": _("Owner:"),
        "next": _("Next:"),
        "closed": _("Closed:"),
        "no_owner": word(_("No owner yet"), "urgent"),
    }


def _line(
    row: dict[str, Any], path: str, there: str, labels: dict[str, str], now: datetime
) -> SafeString:
    edge = _edge(row, now)
    place = place_of(
        row["city"] or row["agency_city"] or row["agency_county"],
        row["state_code"] or row["agency_state"],
    )
    lacks_owner = row["state"] in OPEN and row["owner_id"] is None
    last_label, last = _last(row)
    return format_html(
        "<tr{}>"
        "<td>{}</td>"
        '<td><a class="ref" href="{}">{}</a></td>'
        '<td><strong>{}</strong><br><span class="small">{}</span></td>'
        '<td data-label="{}">{}</td>'
        '<td data-label="{}">{}</td>'
        '<td data-label="{}">{}</td>'
        "</tr>",
        format_html(' class="edge-{}"', edge) if edge else "",
        urgency_in_words(row["urgency"], row["state"], row["owner_id"]),
        path,
        row["reference"],
        _short(row["agency_name"] or row["agency_text"] or row["call_name"]),
        f"{place} · {there}" if place else there,
        labels["state"],
        State(row["state"]).label,
        labels["owner"],
        labels["no_owner"] if lacks_owner else row["owner_name"] or "",
        labels[last_label],
        last,
    )


def _edge(row: dict[str, Any], now: datetime) -> str:
    """The color of a line's edge: urgent when nobody owns it or it is late."""
    if row["state"] not in OPEN:
        return ""
    due = _due(row)
    if row["owner_id"] is None or (due and due < now):
        return "urgent"
    return "attention" if due and due - now <= SOON else ""


def _due(row: dict[str, Any]) -> datetime | None:
    """When somebody has to do something about it: the next action, or else the promised call."""
    return row["next_action_due_at"] or row["promised_call_by"]


def _last(row: dict[str, Any]) -> tuple[str, SafeString]:
    """What the last column says, and the label it has on a phone."""
    if row["closed_at"]:
        reason = CloseReason(row["close_reason"]).label if row["close_reason"] else ""
        closed = format_html('{}<br><span class="small">{}</span>', reason, day(row["closed_at"]))
        return "closed", closed
    due = _due(row)
    if not row["next_action"] and due:
        return "next", format_html(
            "{} {} {}", _("Call due by"), moment(due, "", "clock"), due_word(due)
        )
    after = format_html("<br>{} {}", moment(due), due_word(due)) if due else ""
    return "next", format_html("{}{}", _next(row), after)


def _next(row: dict[str, Any]) -> str:
    if not row["next_action"]:
        return _("Call as soon as somebody has it")
    if row["next_action_note"]:
        return _short(row["next_action_note"])
    planned = row["planned"] if row["next_action"] == NextAction.FOLLOW_UP else ""
    return planned or str(NextAction(row["next_action"]).label)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else Truncator(text).chars(LONGEST)
