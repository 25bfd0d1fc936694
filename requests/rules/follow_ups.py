"""The standard plan of contacts (domain.md 3.9) and its dates. Pure."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

LOCAL_TIME = time(9, 0)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One planned contact, so many days and months after its start."""

    code: str
    label: str | Promise
    days: int = 0
    months: int = 0
    from_engagement: bool = False  # else from the incident
    any_day: bool = False  # not moved off weekends and holidays


MILESTONES: tuple[Milestone, ...] = (
    Milestone("H24", _("After 24 hours"), days=1, from_engagement=True, any_day=True),
    Milestone("H72", _("After 72 hours"), days=3, from_engagement=True),
    Milestone("D7", _("After one week"), days=7, from_engagement=True),
    Milestone("D14", _("After two weeks: federal help (AEAP)"), days=14, from_engagement=True),
    Milestone("D30", _("After 30 days"), days=30),
    Milestone("D60", _("After 60 days"), days=60),
    Milestone("D90", _("After 90 days"), days=90),
    Milestone("M6", _("After six months"), months=6),
    Milestone("M8", _("After eight months: the AEAP crisis grant ends at nine"), months=8),
    Milestone("M11", _("After eleven months: planning for one year"), months=11),
    Milestone("M12", _("One year and a week: how was it?"), months=12, days=7),
    Milestone("M18", _("After eighteen months"), months=18),
    Milestone("M24", _("After two years"), months=24),
    Milestone("M36", _("After three years"), months=36),
)
BY_CODE = {milestone.code: milestone for milestone in MILESTONES}
LAST = MILESTONES[-1].code


def plan_of(
    *, engaged_at: datetime, happened_at: datetime | None, zone: str
) -> list[tuple[Milestone, datetime]]:
    """Each milestone still ahead when the engagement starts, with its due time, in order."""
    start = happened_at or engaged_at
    dated = (
        (
            milestone,
            due_time(milestone, engaged_at if milestone.from_engagement else start, zone),
        )
        for milestone in MILESTONES
    )
    return [(milestone, due_at) for milestone, due_at in dated if due_at > engaged_at]


def due_time(milestone: Milestone, start: datetime, zone: str) -> datetime:
    """9:00 a.m. where the agency is, on the milestone's day or the next working day."""
    day = _add_months(start.astimezone(ZoneInfo(zone)).date(), milestone.months)
    day += timedelta(days=milestone.days)
    return _nine_oclock(day if milestone.any_day else working_day(day), zone)


def year_after(due_at: datetime, zone: str) -> datetime:
    """The same local morning one year on, moved off weekends and holidays."""
    day = _add_months(due_at.astimezone(ZoneInfo(zone)).date(), 12)
    return _nine_oclock(working_day(day), zone)


def yearly_code(milestone: str) -> str:
    """What follows the last contact: Y4 after three years, then Y5, and so on."""
    return f"Y{int(milestone[1:]) + 1}" if milestone.startswith("Y") else "Y4"


def is_last(milestone: str) -> bool:
    """Whether nothing follows this contact unless it is created now."""
    return milestone == LAST or (milestone.startswith("Y") and milestone[1:].isdigit())


def in_words(milestone: str, label: str) -> str:
    """What the contact is called, in the reader's language; its label is kept in English."""
    if milestone in BY_CODE:
        return str(BY_CODE[milestone].label)
    if is_last(milestone):
        return _now("After %(count)s years") % {"count": milestone[1:]}
    return label


def working_day(day: date) -> date:
    """The day itself, or the first one after it that is no weekend and no federal holiday."""
    while day.weekday() >= 5 or day in _federal_holidays(day.year):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def _federal_holidays(year: int) -> frozenset[date]:
    import holidays  # a tenth of what a process loads to start, and few ever need it

    return frozenset(holidays.country_holidays("US", years=year))


def _add_months(day: date, months: int) -> date:
    """The same day so many months on, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _nine_oclock(day: date, zone: str) -> datetime:
    return datetime.combine(day, LOCAL_TIME, tzinfo=ZoneInfo(zone))
