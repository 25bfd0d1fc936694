"""The page about retention: each kind of record, its period, what goes and what stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise

from mvai.audit import periods, purging
from mvai.audit.models import AwardEnd, Purge, RetentionClass, RetentionPeriod
from mvai.audit.retention import CountedFrom


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: what is due for the next night, what is held, what went in the last one."""

    label: str | Promise
    due: int
    held: int
    went: Purge | None


@dataclass(frozen=True, slots=True)
class Group:
    """One class of records. Without a period, or with a reason, they stay."""

    label: str | Promise
    period: str
    waits_for_award_end: bool
    free_from: datetime | None
    why_kept: str | Promise | None
    rows: list[Row]


def report(now: datetime) -> dict[str, Any]:
    ends_on = AwardEnd.objects.current()
    cutoffs = periods.cutoffs(now)
    by_class = periods.by_class()
    night = Purge.objects.values_list("night", flat=True).first()
    went = {one.rule: one for one in Purge.objects.filter(night=night)} if night else {}
    rules = purging.registered()
    groups = [
        _group(
            retention,
            by_class.get(retention),
            ends_on,
            [
                Row(
                    rule.label,
                    purging.due(rule, cutoffs).count(),
                    purging.held(rule, cutoffs).count(),
                    went.get(rule.name),
                )
                for rule in rules
                if rule.retention == retention
            ],
        )
        for retention in RetentionClass
    ]
    return {
        "groups": groups,
        "ends_on": ends_on,
        "night": night,
    }


def would_go(now: datetime, ends_on: date) -> int:
    """How many records the next nights would remove if the award had ended then."""
    cutoffs = periods.cutoffs(now, award_end=ends_on)
    return sum(purging.due(rule, cutoffs).count() for rule in purging.registered())


def _group(
    retention: RetentionClass,
    period: RetentionPeriod | None,
    ends_on: date | None,
    rows: list[Row],
) -> Group:
    from_award = period is not None and period.counted_from == CountedFrom.AWARD_END
    return Group(
        label=retention.label,
        period=periods.in_words(period) if period else "",
        waits_for_award_end=from_award and ends_on is None,
        free_from=periods.free_from(period, ends_on) if period and from_award and ends_on else None,
        why_kept=retention.why_kept,
        rows=rows,
    )
