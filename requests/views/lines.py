"""The lines of the board: each request in the words that its line shows.

The board stands open on every screen of the desk and renews itself all day. So its lines are
read as plain values and written here: as models and in a template they took two thirds of the
page's time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, TextChoices
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from mvai.web.templatetags.web import day, due_word, moment, word
from mvai.web.times import clock_words
from requests.models import AssistanceRequest, FollowUp
from requests.states import OPEN, CloseReason, NextAction, State
from requests.templatetags.requests_pages import (
    check_first_word,
    doubts_in_words,
    place_of,
    urgency_in_words,
)

_ANY = "MV-2345"
LONGEST = 90  # characters of a name or a note
SOON = timedelta(hours=1)


def shown(found: QuerySet[AssistanceRequest]) -> QuerySet:
    """Rows of plain values: what one line shows and no more."""
    planned = FollowUp.objects.open().filter(assistance_request=OuterRef("pk")).order_by("due_at")
    return found.values(
        "reference", "state", "urgency", "call_name", "agency_text", "city", "state_code",
        "time_zone", "next_action", "next_action_note", "next_action_due_at", "promised_call_by",
        "closed_at", "close_reason", "owner_id", "check_first", "doubts",
        owner_name=F("owner__person__full_name"),
        agency_name=F("agency__name"),
        agency_city=F("agency__city"),
        agency_county=F("agency__county"),
        agency_state=F("agency__state"),
        planned=Subquery(planned.values("label")[:1]),
    )  # fmt: skip


def lines_of(rows: Iterable[dict[str, Any]], now: datetime) -> list[SafeString]:
    """A table row for each row of `shown()`."""
    words = _Words(now)
    return [_line(row, words, now) for row in rows]


class _Words:
    """What many lines of a page have in common, worked out once and safe to show."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.state_label = escape(_("Stands at:"))
        self.owner_label = escape(_("Owner:"))
        self.next_label = escape(_("Next:"))
        self.closed_label = escape(_("Closed:"))
        self.no_owner = word(_("No owner yet"), "urgent")
        # One address is worked out; the others differ in the reference alone.
        self._path = reverse("requests:workspace", args=[_ANY])
        self.label = cache(self._label)
        self.urgency = cache(urgency_in_words)
        self.there = cache(self._there)
        self.doubts = cache(self._doubts)

    def path(self, reference: str) -> str:
        return self._path.replace(_ANY, reference)

    @staticmethod
    def _label(choice: type[TextChoices], code: str) -> str:
        return escape(choice(code).label) if code else ""

    @staticmethod
    def _doubts(codes: tuple[str, ...]) -> str:
        return (
            f'<br>{check_first_word()} <span class="small">{escape(doubts_in_words(codes))}</span>'
        )

    def _there(self, zone: str) -> str:
        return escape(_("%(time)s there") % {"time": clock_words(self._now, zone)})


def _line(row: dict[str, Any], words: _Words, now: datetime) -> SafeString:
    reference, is_open, edge = row["reference"], row["state"] in OPEN, _edge(row, now)
    marked = f' class="edge-{edge}"' if edge else ""
    name = _short(row["agency_name"] or row["agency_text"] or row["call_name"])
    there = words.there(row["time_zone"])
    place = place_of(
        row["city"] or row["agency_city"] or row["agency_county"],
        row["state_code"] or row["agency_state"],
    )
    where = f"{escape(place)} · {there}" if place else there
    doubts = words.doubts(tuple(row["doubts"])) if row["check_first"] else ""
    lacks_owner = is_open and row["owner_id"] is None
    owner = words.no_owner if lacks_owner else escape(row["owner_name"] or "")
    last_label, last = _closed(row, words) if row["closed_at"] else _planned(row, words)
    # Every part is escaped above or written by us.
    return mark_safe(  # noqa: S308
        f"<tr{marked}>"
        f"<td>{words.urgency(row['urgency'], row['state'], row['owner_id'])}</td>"
        f'<td><a class="ref" href="{words.path(reference)}">{reference}</a></td>'
        f"<td><strong>{escape(name)}</strong><br>"
        f'<span class="small">{where}</span>{doubts}</td>'
        f'<td data-label="{words.state_label}">{words.label(State, row["state"])}</td>'
        f'<td data-label="{words.owner_label}">{owner}</td>'
        f'<td data-label="{last_label}">{last}</td>'
        "</tr>"
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


def _closed(row: dict[str, Any], words: _Words) -> tuple[str, str]:
    """What the last column says, after the label it has on a phone."""
    reason = words.label(CloseReason, row["close_reason"])
    return words.closed_label, f'{reason}<br><span class="small">{day(row["closed_at"])}</span>'


def _planned(row: dict[str, Any], words: _Words) -> tuple[str, str]:
    due = _due(row)
    if not row["next_action"] and due:
        by = f"{escape(_('Call due by'))} {moment(due, '', 'clock')} {due_word(due)}"
        return words.next_label, by
    after = f"<br>{moment(due)} {due_word(due)}" if due else ""
    return words.next_label, f"{_next(row, words)}{after}"


def _next(row: dict[str, Any], words: _Words) -> str:
    if not row["next_action"]:
        return escape(_("Call as soon as somebody has it"))
    if row["next_action_note"]:
        return escape(_short(row["next_action_note"]))
    if row["planned"] and row["next_action"] == NextAction.FOLLOW_UP:
        return escape(row["planned"])
    return words.label(NextAction, row["next_action"])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else Truncator(text).chars(LONGEST)
