"""What a team does with its checklist. The only writer of its lines.

Nobody has an account here, so there is no `by`: the log says which line was changed, when and
from where, and never what was written. A change takes the checklist's next number as its last
statement, so that two people on different lines wait for each other as short as can be, and
numbers become visible in their order.
"""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, F, Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from mvai.audit import log
from mvai.web.prepared import Given, Prepared, PreparedUpdate, given_time
from mvai.web.refusals import Refused
from resources.models import Edition, TeamChecklist, TeamLine
from resources.rules import team as rules
from resources.rules.markdown import Line

MOST_LINES = 400


class TeamRefused(Refused):
    """The checklist can't take this. The sentence is for whoever sent it."""


class Against(TeamRefused):
    """Somebody else wrote into the same fields meanwhile. Nothing of either is lost:
    `line` is as it stands, with what could go in; `fields` name what waits for a decision."""

    def __init__(self, line: TeamLine, fields: Mapping[str, Any]) -> None:
        super().__init__(_("Somebody else changed this line while you were writing."))
        self.line, self.fields = line, fields


@transaction.atomic
def share(
    *,
    edition: Edition,
    lines: Collection[Line],
    title: str,
    agency: str,
    time_zone: str,
    ticked: Collection[str],
    press: uuid.UUID,
    at: datetime,
) -> TeamChecklist:
    """Save a copy of an item's lines for an agency; `ticked` are the keys already done.

    Pressed twice, it is one.
    """
    if not lines:
        raise TeamRefused(_("This page has no lines to tick, so there is nothing to share."))
    checklist, is_new = TeamChecklist.objects.get_or_create(
        press=press,
        defaults={
            "item_id": edition.item_id,
            "edition": edition,
            "revision": edition.revision,
            "title": title,
            "agency": agency,
            "time_zone": time_zone,
            "made_at": at,
            "changed_at": at,
        },
    )
    if not is_new:
        return checklist
    TeamLine.objects.bulk_create(
        TeamLine(
            checklist=checklist,
            key=line.key,
            section=line.section[:160],
            position=place,
            text=rules.clipped(line.text),
            done_at=at if line.key in ticked else None,
        )
        for place, line in enumerate(lines, 1)
    )
    log.record(
        verb="team_checklist.shared",
        target=checklist,
        at=at,
        lines=len(lines),
        ticked=len({line.key for line in lines} & set(ticked)),
    )
    return checklist


@transaction.atomic
def set_done(*, checklist: TeamChecklist, line_id: int, is_done: bool, at: datetime) -> TeamLine:
    """Tick a line, or take the tick off. Said twice, or by two people, it is done once."""
    line = _locked(checklist, line_id)
    if line.is_done != is_done:
        _change(line, at, "done", done_at=at if is_done else None)
    return line


@transaction.atomic
def write_line(
    *,
    checklist: TeamChecklist,
    line_id: int,
    began_with: Mapping[str, Any],
    said: Mapping[str, Any],
    at: datetime,
) -> tuple[TeamLine, Mapping[str, Any]]:
    """Keep who does a line, by when, and a note; the line, and what others wrote against it.

    `began_with` is what the writer's form showed. A field that somebody else changed since is
    left as theirs and comes back, for the writer to decide; all other fields go in.
    """
    line = _locked(checklist, line_id)
    written = rules.merge(line, began_with=began_with, said=said)
    if written.kept:
        _change(line, at, *sorted(written.kept), **written.kept)
    return line, written.against


@transaction.atomic
def add_line(
    *, checklist: TeamChecklist, text: str, section: str, press: uuid.UUID, at: datetime
) -> TeamLine:
    """Add a line of the team's own at the end of a phase. Pressed twice, it is one."""
    known = TeamLine.objects.filter(checklist=checklist, press=press).first()
    if known is not None:
        return known
    locked = TeamChecklist.objects.select_for_update(no_key=True).get(pk=checklist.pk)
    lines = TeamLine.objects.filter(checklist=locked)
    if known := lines.filter(press=press).first():  # made while this waited
        return known
    if lines.count() >= MOST_LINES:
        raise TeamRefused(
            _("A checklist holds %(most)s lines. Set one aside, or begin another.")
            % {"most": MOST_LINES},
            "text",
        )
    last = lines.filter(section=section).aggregate(last=Max("position"))["last"]
    if last is None:
        last = lines.aggregate(last=Max("position"))["last"] or 0
    line = TeamLine.objects.create(
        checklist=locked,
        press=press,
        section=section,
        position=last,
        text=text,
        number=locked.changes + 1,
    )
    _count(locked.pk, at)
    log.record(verb="team_checklist.line_added", target=locked, at=at, line=line.pk)
    return line


@transaction.atomic
def set_aside(*, checklist: TeamChecklist, line_id: int, aside: bool, at: datetime) -> TeamLine:
    """Take a line off the list, or bring it back with all that was written to it."""
    line = _locked(checklist, line_id)
    if (line.set_aside_at is not None) != aside:
        _change(line, at, "set_aside", set_aside_at=at if aside else None)
    return line


def lines_of(checklist: TeamChecklist) -> list[TeamLine]:
    """All of them in their order, those set aside too."""
    return _LINES.instances(checklist=checklist.pk)


def _locked(checklist: TeamChecklist, line_id: int) -> TeamLine:
    if line_id <= BigIntegerField.MAX_BIGINT:  # an address may hold any number
        for line in _LOCKED.instances(pk=line_id, checklist=checklist.pk):
            return line
    raise TeamRefused(_("This line is no longer there."))


def _change(line: TeamLine, at: datetime, *what: str, **values: Any) -> None:
    """Write a locked line. `what` are the codes of what was changed, for the log."""
    for name, value in values.items():
        setattr(line, name, value)
    line.version += 1
    log.record(
        verb="team_checklist.line_changed",
        target=line,
        at=at,
        checklist=line.checklist_id,
        what=list(what),
    )
    _count(line.checklist_id, at)
    written = {name: getattr(line, name) for name in (*_SAID, *_TIMES)}
    _WRITE.run(pk=line.pk, version=line.version, **written)


def _count(checklist_id: int, at: datetime) -> None:
    """Take the checklist's next number; its row is held from here to the end."""
    _COUNT.run(pk=checklist_id, at=at)


# What twenty people who tick at once wait for: its SQL is written and planned once.
_SAID, _TIMES = (
    ("owner", "note"),
    ("due_at", "done_at", "set_aside_at"),
)  # what may change in a line
_LINES = Prepared(lambda: TeamLine.objects.filter(checklist_id=Given("checklist")))
_LOCKED = Prepared(
    lambda: (
        TeamLine.objects.select_for_update(no_key=True)
        .filter(pk=Given("pk"), checklist_id=Given("checklist"))
        .order_by()
    )
)
_COUNT = PreparedUpdate(
    lambda: (
        TeamChecklist.objects.filter(pk=Given("pk")),
        {"changes": F("changes") + 1, "changed_at": given_time("at")},
    )
)
_WRITE = PreparedUpdate(
    lambda: (
        TeamLine.objects.filter(pk=Given("pk")),
        {
            "version": Given("version"),
            # The one that was just taken: of a row that nobody else can write now.
            "number": Subquery(
                TeamChecklist.objects.filter(pk=OuterRef("checklist")).values("changes")
            ),
            **{name: Given(name) for name in _SAID},
            **{name: given_time(name) for name in _TIMES},
        },
    )
)


__all__ = ["Against", "add_line", "lines_of", "set_aside", "set_done", "share", "write_line"]
