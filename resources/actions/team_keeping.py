"""Whoever made a team's checklist keeps it: its names, its addresses, its end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.audit import log, periods, purging
from mvai.audit.models import AuditEntry, RetentionClass
from resources.actions.team import TeamRefused
from resources.models import TeamChecklist, TeamLine

GENERATIONS = {"team": "team_generation", "manage": "manage_generation"}
OPENED = "team_checklist.opened"
_holds: list[Callable[[], Q]] = []
_removers: list[Callable[[list[int]], QuerySet[Any]]] = []


def hold_also(held: Callable[[], Q]) -> None:
    """An app above says which checklists a hold of its own keeps."""
    _holds.append(held)


def remove_with_it(rows: Callable[[list[int]], QuerySet[Any]]) -> None:
    """An app above names its own rows that point at checklists, and go with them."""
    _removers.append(rows)


def is_held() -> Q:
    """Of a checklist: it, one of its lines or what an app above says is under a legal hold."""
    found = Q(legal_hold=True) | Q(
        Exists(TeamLine.objects.filter(checklist=OuterRef("pk"), legal_hold=True))
    )
    for held in _holds:
        found |= held()
    return found


@transaction.atomic
def rename(
    *, checklist: TeamChecklist, title: str, agency: str, time_zone: str, at: datetime
) -> TeamChecklist:
    locked = _locked(checklist)
    locked.title, locked.agency, locked.time_zone = title, agency, time_zone
    locked.changes, locked.changed_at = locked.changes + 1, at
    locked.save(update_fields=["title", "agency", "time_zone", "changes", "changed_at"])
    log.record(verb="team_checklist.renamed", target=locked, at=at)
    return locked


@transaction.atomic
def replace_address(
    *, checklist: TeamChecklist, whose: str, generation: int, at: datetime
) -> TeamChecklist:
    """A new address, "team" or "manage"; the one before opens nothing any more.

    `generation` is the one that was on the page: pressed twice, it is replaced once. A new
    address for the team also opens what was closed.
    """
    locked = _locked(checklist)
    name = GENERATIONS[whose]
    if getattr(locked, name) != generation:
        return locked
    setattr(locked, name, generation + 1)
    if whose == "team":
        locked.closed_at = None
    locked.save(update_fields=[name, "closed_at"])
    log.record(verb="team_checklist.address_replaced", target=locked, at=at, whose=whose)
    return locked


@transaction.atomic
def close(*, checklist: TeamChecklist, at: datetime) -> TeamChecklist:
    """No address opens it to the team, until a new one is made. Nothing of it is lost."""
    locked = _locked(checklist)
    if locked.closed_at is None:
        locked.closed_at = at
        locked.save(update_fields=["closed_at"])
        log.record(verb="team_checklist.closed", target=locked, at=at)
    return locked


def remove(*, checklist: TeamChecklist, at: datetime) -> dict[str, int]:
    """Delete it with every line; the log keeps that it was deleted, and nothing that it said.

    Returns rows by table. Raises Held under a legal hold, which the database guards as well.
    """
    removed = _remove_unless_held(checklist, at)
    if removed is None:
        # Outside the transaction, so that the log keeps the try.
        raise Held
    return removed


@transaction.atomic
def _remove_unless_held(checklist: TeamChecklist, at: datetime) -> dict[str, int] | None:
    # The lines before the checklist, as whoever changes one does.
    list(TeamLine.objects.select_for_update().filter(checklist=checklist).values_list("pk"))
    locked = TeamChecklist.objects.select_for_update().filter(pk=checklist.pk).first()
    if locked is None:
        return {}
    if TeamChecklist.objects.filter(is_held(), pk=locked.pk).exists():
        log.record(verb="team_checklist.removed", target=locked, at=at, result="refused")
        return None
    removed = _remove([locked.pk])
    log.record(verb="team_checklist.removed", target=locked, at=at, rows=sum(removed.values()))
    return removed


class Held(TeamRefused):
    """Under a legal hold."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This checklist is under a legal hold, so it stays. Ask your agency’s lawyer,"
                " or write to the program."
            )
        )


def note_opening(checklist: TeamChecklist, *, way: str, at: datetime, by: Any = None) -> None:
    """Log that it was opened by this way, once a day for each address. `way` is a code."""
    before = (
        AuditEntry.objects.about(checklist)
        .reads()
        .filter(
            verb=OPENED,
            at__gt=at - timedelta(days=1),
            actor_id=None if by is None else by.pk,
            facts__way=way,
            facts__generation=checklist.team_generation,
        )
    )
    if not before.exists():
        log.record_read(
            verb=OPENED,
            target=checklist,
            by=by,
            at=at,
            way=way,
            generation=checklist.team_generation,
        )


def note_export(checklist: TeamChecklist, *, kind: str, at: datetime) -> None:
    log.record_read(verb="team_checklist.exported", target=checklist, by=None, at=at, kind=kind)


def goes_on(checklist: TeamChecklist, now: datetime) -> datetime | None:
    """When it would be deleted if nobody opened it from now on; None where no period is set."""
    period = periods.by_class().get(RetentionClass.TEAM)
    if period is None:
        return None
    return now + timedelta(days=period.days + 365 * period.years)


def last_opened(checklists: QuerySet[TeamChecklist]) -> dict[int, datetime]:
    """When each was changed or opened last."""
    found = {one.pk: one.changed_at for one in checklists}
    opened = AuditEntry.objects.filter(
        verb=OPENED,
        target_type=TeamChecklist._meta.label_lower,
        target_id__in=[str(pk) for pk in found],
    )
    for pk, at in opened.order_by().values_list("target_id", "at"):
        found[int(pk)] = max(found[int(pk)], at)
    return found


def _past(cutoff: datetime) -> QuerySet[TeamChecklist]:
    """Those that nobody has changed or opened since. That they were opened is in the log only,
    so that looking at a page writes nothing else."""
    opened = AuditEntry.objects.filter(
        verb=OPENED,
        target_type=TeamChecklist._meta.label_lower,
        target_id=Cast(OuterRef("pk"), CharField()),
        at__gte=cutoff,
    )
    return TeamChecklist.objects.filter(~Exists(opened), changed_at__lt=cutoff)


def _remove(pks: list[int]) -> dict[str, int]:
    return purging.delete(
        *(rows(pks) for rows in _removers),
        TeamLine._base_manager.filter(checklist__in=pks),
        TeamChecklist._base_manager.filter(pk__in=pks),
    )


def _locked(checklist: TeamChecklist) -> TeamChecklist:
    return TeamChecklist.objects.select_for_update(no_key=True).get(pk=checklist.pk)


def register() -> None:
    purging.register(
        purging.Rule(
            name="team_checklist",
            label=gettext_lazy("Checklists of a team that nobody opened"),
            retention=RetentionClass.TEAM,
            past=_past,
            held=is_held,
            remove=_remove,
            models=(TeamChecklist, TeamLine),
        )
    )


__all__ = [
    "close",
    "goes_on",
    "hold_also",
    "is_held",
    "last_opened",
    "note_export",
    "note_opening",
    "register",
    "remove",
    "remove_with_it",
    "rename",
    "replace_address",
]
