"""The two addresses of a team's checklist: one for the team, one for whoever keeps it.

Neither is stored, not even as a digest: a token carries 128 bits of an HMAC over purpose, row and
generation. Raising the generation makes every copy of the address worthless (ADR 36).
"""

from datetime import datetime

from django.db.models import QuerySet

from mvai.outbox import links
from mvai.web.prepared import Given, Prepared
from resources.models import TeamChecklist

TEAM, MANAGE = "team_checklist", "team_checklist_manage"


def team_token(checklist: TeamChecklist, now: datetime) -> str:
    return links.make(TEAM, checklist.pk, generation=checklist.team_generation, lasts=None, now=now)


def manage_token(checklist: TeamChecklist, now: datetime) -> str:
    return links.make(
        MANAGE, checklist.pk, generation=checklist.manage_generation, lasts=None, now=now
    )


def for_the_team(token: str, now: datetime) -> TeamChecklist | None:
    """The checklist that this address opens to its team; None where it was replaced or closed."""
    link = links.read(TEAM, token, now=now)
    if link is None:
        return None
    found = _OPEN_TO_THE_TEAM.instances(pk=link.ids[0], generation=link.generation)
    return next(iter(found), None)


def to_manage(token: str, now: datetime) -> TeamChecklist | None:
    link = links.read(MANAGE, token, now=now)
    if link is None:
        return None
    rows = _with_its_source()
    return rows.filter(pk=link.ids[0], manage_generation=link.generation).first()


def number_at(token: str, now: datetime) -> tuple[int, int] | None:
    """Row and count of changes, for who only asks whether something is new: one narrow query."""
    link = links.read(TEAM, token, now=now)
    if link is None:
        return None
    for row in _COUNTED.rows(pk=link.ids[0], generation=link.generation):
        return row["pk"], row["changes"]
    return None


def _with_its_source() -> QuerySet[TeamChecklist]:
    """Without the words of its edition, which only a look at a new version needs."""
    rows = TeamChecklist.objects.select_related("item", "edition")
    return rows.defer("edition__card", "edition__text")


def _open(rows: QuerySet[TeamChecklist]) -> QuerySet[TeamChecklist]:
    return rows.order_by().filter(
        pk=Given("pk"), team_generation=Given("generation"), closed_at=None
    )


# Asked at each tick, and by each open page every few seconds.
_OPEN_TO_THE_TEAM = Prepared(lambda: _open(_with_its_source()))
_COUNTED = Prepared(lambda: _open(TeamChecklist.objects.all()).values("pk", "changes"))
