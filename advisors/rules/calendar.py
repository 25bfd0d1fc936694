"""Six weeks as the advisor sees them: free, away, taken, or nothing usual."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advisors.matching import free_periods
from advisors.models import Advisor
from mvai.web.times import hour_words, zone_of

WEEKS = 6


@dataclass(frozen=True, slots=True)
class Day:
    """`kind` is free, call, away or blank; `mark` is what the cell shows, `words` says it all."""

    on: date
    kind: str
    mark: str
    words: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Week:
    starts_on: date
    days: tuple[Day, ...]


def calendar_of(
    advisor: Advisor, *, at: datetime, calls: Mapping[date, datetime] | None = None
) -> list[Week]:
    """The week of `at` and the five after it, Monday first, on the advisor's own clock.

    `calls` are the planned contacts to show, by their local day.
    """
    zone = zone_of(advisor.time_zone)
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    ends_on = monday + timedelta(weeks=WEEKS)
    start, end = (datetime.combine(day, time(0), zone).astimezone(UTC) for day in (monday, ends_on))
    hours = advisor.hours_between(start, end)
    free: dict[date, list[tuple[datetime, datetime]]] = {}
    for starts_at, ends_at in free_periods(hours, start, end):
        local = starts_at.astimezone(zone)
        free.setdefault(local.date(), []).append((local, ends_at.astimezone(zone)))
    away = _days_away(hours, monday, ends_on, zone)
    weeks = []
    for number in range(WEEKS):
        first = monday + timedelta(weeks=number)
        days = [first + timedelta(days=offset) for offset in range(7)]
        weeks.append(
            Week(first, tuple(_day(day, today, free, away, calls or {}, zone) for day in days))
        )
    return weeks


def _day(day, today, free, away, calls, zone) -> Day:  # type: ignore[no-untyped-def]
    name = date_format(day, "l, M j")
    if day in calls:
        hour = hour_words(calls[day].astimezone(zone))
        kind, mark, said = "call", hour.split(" ")[0], _("call at %(time)s") % {"time": hour}
    elif day in free and day >= today:
        spans = ", ".join(_("%(from)s to %(until)s") % _hours(*span) for span in free[day])
        kind, mark, said = "free", "", _("you can be asked, %(spans)s") % {"spans": spans}
    elif day in away:
        kind, mark, said = "away", _("away"), _("away")
    else:
        kind, mark, said = "", "", _("not one of your days")
    return Day(day, kind, mark, f"{name}: {said}", day == today)


def _hours(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    return {"from": hour_words(starts_at), "until": hour_words(ends_at)}


def _days_away(hours, monday: date, ends_on: date, zone) -> set[date]:  # type: ignore[no-untyped-def]
    """Days that an absence, or "not now", covers for most of the waking day."""
    periods = list(hours.absences)
    if hours.away_open_ended:
        periods.append((datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)))
    elif hours.away_until is not None:
        periods.append((datetime.min.replace(tzinfo=UTC), hours.away_until))
    days = set()
    for offset in range((ends_on - monday).days):
        day = monday + timedelta(days=offset)
        noon = datetime.combine(day, time(12), zone)
        if any(starts_at <= noon < ends_at for starts_at, ends_at in periods):
            days.add(day)
    return days
