"""What the pages of a team's checklist show, and who may open them: whoever holds the address."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from mvai.outbox.links import absolute
from mvai.web.times import when_words
from resources.actions import team_addresses, team_versions
from resources.actions.team import lines_of
from resources.actions.team_keeping import goes_on
from resources.models import TeamChecklist, TeamLine
from resources.rules import team as rules


@dataclass(frozen=True)
class Shown:
    """A checklist as one page shows it. `owner` is the code of whose lines are asked for."""

    checklist: TeamChecklist
    lines: list[TeamLine]
    owner: str = ""
    only_open: bool = False

    @cached_property
    def phases(self) -> list[rules.Phase]:
        return rules.phases(self.lines)

    @property
    def done(self) -> int:
        return sum(phase.done for phase in self.phases)

    @property
    def all(self) -> int:
        return sum(phase.all for phase in self.phases)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.owner or self.only_open)

    @property
    def chosen(self) -> list[tuple[rules.Phase, list[TeamLine]]]:
        """The lines that were asked for, by phase; phases that have none are left out."""
        found = [
            (phase, [one for one in phase.lines if self.is_asked(one)]) for phase in self.phases
        ]
        return [(phase, lines) for phase, lines in found if lines]

    def is_asked(self, line: TeamLine) -> bool:
        return rules.is_of(line, self.owner) and not (self.only_open and line.is_done)

    @property
    def owners(self) -> list[rules.Owner]:
        return rules.owners(self.lines)

    @property
    def nobodys(self) -> int:
        return sum(not line.owner for phase in self.phases for line in phase.lines)

    @property
    def aside(self) -> list[TeamLine]:
        return [line for line in self.lines if line.set_aside_at]


def shown(checklist: TeamChecklist, request: HttpRequest | None = None) -> Shown:
    asked = request.GET if request is not None else {}
    return Shown(
        checklist,
        lines_of(checklist),
        owner=asked.get("for", "")[:20],
        only_open=bool(asked.get("open")),
    )


def gone(request: HttpRequest) -> HttpResponse:
    """One calm answer for what never was, what was deleted and what was closed."""
    response = render(request, "resources/team_gone.html", status=404)
    # The address holds a token: it stays out of the log.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def see_other(name: str, *args: object, query: str = "") -> HttpResponse:
    """After a POST, a GET: whatever the browser does next, it sends nothing twice."""
    response = redirect(name, *args)
    response.status_code = 303
    response["Location"] += query
    return response


def in_its_zone(checklist: TeamChecklist) -> Any:
    """Times on its pages are the team's."""
    return timezone.override(ZoneInfo(checklist.zone))


def addresses(checklist: TeamChecklist, now: datetime) -> dict[str, str]:
    """Both addresses, whole, as people send them to each other."""
    team = reverse("resources:team", args=[team_addresses.team_token(checklist, now)])
    manage = reverse("resources:team_manage", args=[team_addresses.manage_token(checklist, now)])
    return {"team_address": absolute(team), "manage_address": absolute(manage)}


def context_of(one: Shown, token: str, now: datetime) -> dict[str, Any]:
    checklist = one.checklist
    newer = team_versions.newest(checklist, with_drafts=settings.DEMO)
    return {
        "checklist": checklist,
        "shown": one,
        "token": token,
        "now": now,
        "goes_on": goes_on(checklist, now),
        "newer": newer if newer and team_versions.offer_of(checklist, newer) else None,
    }


def since(checklist: TeamChecklist, token: str, number: int, now: datetime) -> dict[str, Any]:
    """What changed after a number: each line as the page shows it, and how far all is."""
    one = shown(checklist)
    changed = [line for line in one.lines if line.number > number]
    top = max([number, *(line.number for line in changed)])
    return {
        "number": max(top, checklist.changes),
        "lines": [_told(line, token, now) for line in changed],
        "progress": _progress(one),
    }


def after(
    checklist: TeamChecklist, pk: int, token: str, number: int, now: datetime
) -> dict[str, Any]:
    """A line as it stands after a press, and how far all is, for who knows all up to `number`.

    What others changed meanwhile is left to the page's next question: twenty people who tick
    would otherwise be drawn each other's lines twenty times.
    """
    one = shown(checklist)
    pressed = [line for line in one.lines if line.pk == pk]
    return {
        "number": number + 1 if pressed and pressed[0].number == number + 1 else number,
        "lines": [_told(line, token, now) for line in pressed],
        "progress": _progress(one),
    }


def _told(line: TeamLine, token: str, now: datetime) -> dict[str, Any]:
    return {
        "id": line.pk,
        "aside": line.set_aside_at is not None,
        "phase": rules.anchor_of(line.section),
        "version": line.version,
        "owner": line.owner,
        "due": line.due_at.isoformat() if line.due_at else "",
        "due_words": when_words(line.due_at, now) if line.due_at else "",
        "note": line.note,
        "html": render_to_string(
            "resources/_team_line.html", {"line": line, "token": token, "now": now}
        ),
    }


def _progress(one: Shown) -> str:
    return render_to_string("resources/_team_progress.html", {"shown": one})
