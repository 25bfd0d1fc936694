"""A team's checklist to take along: on paper with boxes, and as a table."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mvai.web.exports import csv_file
from mvai.web.times import full_words
from resources.actions import team_addresses, team_keeping
from resources.models import TeamChecklist, TeamLine
from resources.views.team_pages import gone, in_its_zone, shown
from resources.views.team_paper import Paper, PaperLine, paper


def _by_either(token: str) -> TeamChecklist | None:
    """Who keeps it takes it along even while it is closed to the team."""
    now = timezone.now()
    return team_addresses.for_the_team(token, now) or team_addresses.to_manage(token, now)


@login_not_required
@require_safe
def pdf(request: HttpRequest, token: str) -> HttpResponse:
    checklist = _by_either(token)
    if checklist is None:
        return gone(request)
    now = timezone.now()
    with in_its_zone(checklist):
        one = shown(checklist)
        sheet = Paper(
            title=checklist.title,
            agency=checklist.agency,
            language=get_language() or settings.LANGUAGE_CODE,
            below=_("As of %(time)s. A saved copy may be a public record.")
            % {"time": full_words(now, checklist.zone, now)},
            page_words=_("Page %(page)s of %(pages)s"),
            progress=_("%(done)s of %(all)s done") % {"done": one.done, "all": one.all},
            blank=_("Who: %(line)s By: %(line)s") % {"line": "_" * 24},
            phases=tuple(
                (
                    phase.name,
                    _("%(done)s of %(all)s done") % {"done": phase.done, "all": phase.all},
                    tuple(_on_paper(line, checklist, now) for line in phase.lines),
                )
                for phase in one.phases
            ),
        )
    team_keeping.note_export(checklist, kind="pdf", at=now)
    return HttpResponse(
        paper(sheet),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{_name(checklist)}.pdf"'},
    )


@login_not_required
@require_safe
def table(request: HttpRequest, token: str) -> HttpResponseBase:
    checklist = _by_either(token)
    if checklist is None:
        return gone(request)
    now = timezone.now()
    header = [
        _("Part"),
        _("What is to be done"),
        _("Done"),
        _("Done at"),
        _("Who does it"),
        _("Due"),
        _("Note"),
        _("Set aside"),
    ]
    rows = [_in_table(line, checklist) for line in checklist.lines.all()]
    team_keeping.note_export(checklist, kind="csv", at=now)
    return csv_file(f"{_name(checklist)}.csv", header, rows)


def _in_table(line: TeamLine, checklist: TeamChecklist) -> list[Any]:
    with in_its_zone(checklist):
        return [
            line.section,
            line.text,
            _("yes") if line.is_done else _("no"),
            _local(line.done_at),
            line.owner,
            _local(line.due_at),
            line.note,
            _("yes") if line.set_aside_at else _("no"),
        ]


def _local(value: Any) -> str:
    """As spreadsheets read a moment: "2026-12-03 17:00", by the team's clock."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _on_paper(line: TeamLine, checklist: TeamChecklist, now: Any) -> PaperLine:
    facts = [line.owner]
    if line.due_at:
        facts.append(_("due %(time)s") % {"time": full_words(line.due_at, checklist.zone, now)})
    if line.done_at:
        facts.append(_("done %(time)s") % {"time": full_words(line.done_at, checklist.zone, now)})
    return PaperLine(
        text=line.text,
        facts=" · ".join(fact for fact in facts if fact),
        note=line.note,
        is_done=line.is_done,
    )


def _name(checklist: TeamChecklist) -> str:
    return slugify(checklist.title)[:60] or "checklist"
