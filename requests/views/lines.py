"""The lines of the board: each request in the words that its line shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from mvai.web.times import clock_words
from requests.models import AssistanceRequest
from requests.states import CloseReason, NextAction, State
from requests.templatetags.requests_pages import due_at, edge_of, place_words, urgency_word

LONGEST = 90  # characters of a name or a note


@dataclass(frozen=True, slots=True)
class Line:
    """What one line shows. `due` is when the next action is, or else the promised call."""

    reference: str
    path: str
    edge: str
    urgency: str
    name: str
    place: str
    state: str
    owner: str
    lacks_owner: bool
    next: str
    due: datetime | None
    awaits_promised_call: bool
    closed_at: datetime | None
    close_reason: str


def lines_of(found: Iterable[AssistanceRequest], now: datetime) -> list[Line]:
    """The lines of requests out of `for_board()`; `planned` is the next contact, if asked for."""
    rows = list(found)
    if not rows:
        return []
    # One address is worked out; the others differ in the reference alone.
    first, path = rows[0].reference, rows[0].get_absolute_url()
    return [_line(row, path.replace(first, row.reference), now) for row in rows]


def _line(row: AssistanceRequest, path: str, now: datetime) -> Line:
    there = _("%(time)s there") % {"time": clock_words(now, row.time_zone)}
    place = place_words(row)
    return Line(
        reference=row.reference,
        path=path,
        edge=edge_of(row, now),
        urgency=urgency_word(row),
        name=_short(row.agency_name or row.call_name),
        place=f"{place} · {there}" if place else there,
        state=str(State(row.state).label),
        owner=row.owner.display_name if row.owner else "",
        lacks_owner=row.is_open and row.owner is None,
        next=_next(row),
        due=due_at(row),
        awaits_promised_call=not row.next_action and row.promised_call_by is not None,
        closed_at=row.closed_at,
        close_reason=str(CloseReason(row.close_reason).label) if row.close_reason else "",
    )


def _next(row: AssistanceRequest) -> str:
    if not row.next_action:
        return _("Call as soon as somebody has it")
    if row.next_action_note:
        return _short(row.next_action_note)
    planned = getattr(row, "planned", "") if row.next_action == NextAction.FOLLOW_UP else ""
    return planned or str(NextAction(row.next_action).label)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else Truncator(text).chars(LONGEST)
