"""Removes what is past its period: rules, registered by the apps, and one way to run them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise

from mvai.audit import log, periods
from mvai.audit.models import Kept, Purge, RetentionClass

BATCH = 200  # records at a time, each with what is below it


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of record that goes, with everything below it.

    `past(cutoff)` is the rows whose moment is before it, held ones among them; `held()` says
    which of those a legal hold keeps, their own or that of something they belong to.
    `remove(pks)` deletes them and what is below, and returns rows by table.
    """

    name: str  # a code, as in the log
    label: str | Promise
    retention: RetentionClass
    past: Callable[[datetime], QuerySet[Any]]
    held: Callable[[], Q]
    remove: Callable[[list[int]], dict[str, int]]
    models: tuple[type[Kept], ...]
    stage: int = 2  # 1 before 2 before 3: what tells of others goes first, what is named last


_rules: dict[str, Rule] = {}
_kept: dict[type[models.Model], str | Promise] = {}
_holds: list[Callable[[], Q]] = []


def register(rule: Rule) -> None:
    """Make a rule known; registering the same name again replaces it."""
    _rules[rule.name] = rule


def keep(model: type[Kept], reason: str | Promise) -> None:
    """A model whose rows no rule removes, and why."""
    _kept[model] = reason


def hold_what_is_about(held: Callable[[], Q]) -> None:
    """Messages and alarms name their subject by type and id only. An app above says here which
    subjects are held, as a condition on `label`, `subject_type` and `subject_id`."""
    _holds.append(held)


def about_something_held() -> Q:
    found = Q(pk__in=[])
    for held in _holds:
        found |= held()
    return found


def registered() -> list[Rule]:
    """In the order in which they run."""
    return sorted(_rules.values(), key=lambda rule: rule.stage)


def why_kept(model: type[Kept]) -> str | Promise | None:
    return _kept.get(model) or model.retention.why_kept


def due(rule: Rule, cutoffs: dict[str, datetime]) -> QuerySet[Any]:
    """What would go now."""
    return _past(rule, cutoffs).filter(~rule.held())


def held(rule: Rule, cutoffs: dict[str, datetime]) -> QuerySet[Any]:
    """What would go but for a legal hold."""
    return _past(rule, cutoffs).filter(rule.held())


def _past(rule: Rule, cutoffs: dict[str, datetime]) -> QuerySet[Any]:
    cutoff = cutoffs.get(rule.retention)
    if cutoff is None:
        return rule.models[0]._base_manager.none()
    return rule.past(cutoff)


@transaction.atomic
def run_batch(rule: Rule, now: datetime, *, limit: int = BATCH) -> int:
    """Remove one batch and log it by table; how many records it was.

    Rows that somebody is changing just now wait for the next batch. The database itself refuses
    to delete a row under hold, whatever the rule says.
    """
    rows = due(rule, periods.cutoffs(now)).order_by("pk").select_for_update(skip_locked=True)
    pks = list(rows.values_list("pk", flat=True)[:limit])
    if not pks:
        return 0
    removed = rule.remove(pks)
    for table, count in sorted(removed.items()):
        log.record(
            verb="retention.purged",
            by=None,
            at=now,
            rule=rule.name,
            retention=rule.retention,
            table=table,
            rows=count,
        )
    _note(rule, now, rows=sum(removed.values()))
    return len(pks)


def note_failure(rule: Rule, now: datetime) -> None:
    _note(rule, now, failed=True)


def _note(rule: Rule, now: datetime, *, rows: int = 0, failed: bool = False) -> None:
    night = now.astimezone(UTC).date()
    Purge.objects.get_or_create(night=night, rule=rule.name)
    Purge.objects.filter(night=night, rule=rule.name).update(
        rows=F("rows") + rows, **({"failed": True} if failed else {})
    )


def delete(*some: QuerySet[Any]) -> dict[str, int]:
    """Delete rows as they stand, in this order; how many of each table.

    Without Django's own way down the foreign keys, which protect each other: a rule names every
    table, and the database checks at the end that nothing points at what is gone.
    """
    counts: dict[str, int] = {}
    for rows in some:
        table = rows.model._meta.db_table
        if count := rows._raw_delete(rows.db):
            counts[table] = counts.get(table, 0) + count
    return counts


def referenced(model: type[Kept], *, but: Iterable[type[models.Model]]) -> Q:
    """Whether any row points at one of these, those of the models in `but` aside."""
    found = Q(pk__in=[])
    # The hidden ones as well: a relation without a way back is a foreign key all the same.
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.related_model not in but:
            points = relation.related_model._base_manager
            found |= Q(models.Exists(points.filter(**{relation.field.name: models.OuterRef("pk")})))
    return found
