"""The roster in words: who is on call when, and where nobody is. No clock, no queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from mvai.duty.desk import Standing, desk_zone
from mvai.duty.hours import Hours
from mvai.duty.models import DutyRole, Shift
from mvai.web.times import clock_words, hour_words, when_words

DAYS = 14
WARNED_AHEAD = timedelta(days=7)  # product.md, R26


@dataclass(frozen=True, slots=True)
class Gap:
    """[starts_at, ends_at) without anybody in the role."""

    role: DutyRole
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A shift as it falls on one day."""

    shift: Shift
    words: str


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    cells: tuple[tuple[DutyRole, tuple[Entry, ...]], ...]
    is_today: bool


def gaps(shifts: Iterable[Shift], hours: Hours, *, start: datetime, end: datetime) -> list[Gap]:
    """The parts of [start, end) in which a role has nobody and the desk is open, earliest first.

    A gap that lasts from one open hour to another is one, with the closed hours in between.
    """
    shifts = sorted(shifts, key=lambda shift: shift.starts_at)
    found = []
    for role in DutyRole:
        covered_until = start
        for shift in shifts:
            if shift.role != role or shift.ends_at <= covered_until:
                continue
            if shift.starts_at >= end:
                break
            if shift.starts_at > covered_until:
                found.append(Gap(role, covered_until, shift.starts_at))
            covered_until = shift.ends_at
        if covered_until < end:
            found.append(Gap(role, covered_until, end))
    unplanned = [one for gap in found if (one := _open_part(gap, hours)) is not None]
    return sorted(unplanned, key=lambda gap: (gap.starts_at, list(DutyRole).index(gap.role)))


def _open_part(gap: Gap, hours: Hours) -> Gap | None:
    """From its first open moment to its last; None for a gap that is planned as a whole."""
    periods = hours.open_within(gap.starts_at, gap.ends_at)
    return Gap(gap.role, periods[0].start, periods[-1].end) if periods else None


def gap_words(gap: Gap, hours: Hours, *, start: datetime, end: datetime) -> str:
    """ "Backup: nobody from today 8:00 p.m. ET to tomorrow 8:00 a.m. ET"."""
    zone = desk_zone()
    role = gap.role.label
    whole = _open_part(Gap(gap.role, start, end), hours) or gap
    is_to_the_end = gap.ends_at >= whole.ends_at
    if gap.starts_at <= whole.starts_at and is_to_the_end:
        return _("%(role)s: nobody in the next 7 days") % {"role": role}
    until = when_words(gap.ends_at, start, zone)
    if gap.starts_at <= start:
        return _("%(role)s: nobody now, until %(until)s") % {"role": role, "until": until}
    since = when_words(gap.starts_at, start, zone)
    if is_to_the_end:
        return _("%(role)s: nobody after %(since)s") % {"role": role, "since": since}
    return _("%(role)s: nobody from %(since)s to %(until)s") % {
        "role": role,
        "since": since,
        "until": until,
    }


def closed_words(standing: Standing) -> str:
    """ "The desk is closed until tomorrow 8:00 a.m. ET."; blank while it isn't."""
    if not standing.is_closed:
        return ""
    until = when_words(standing.rings_from, standing.at, desk_zone())
    return _("The desk is closed until %(time)s. New requests ring from then.") % {"time": until}


def days(shifts: Sequence[Shift], *, now: datetime) -> list[Day]:
    """The coming days from today, in desk time: for each role, who is on call and when."""
    zone = desk_zone()
    today = now.astimezone(zone).date()
    return [
        _day(today + timedelta(days=offset), shifts, zone, is_today=not offset)
        for offset in range(DAYS)
    ]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=desk_zone())


def _day(day: date, shifts: Sequence[Shift], zone: ZoneInfo, *, is_today: bool) -> Day:
    start, end = midnight(day), midnight(day + timedelta(days=1))
    on_this_day = [shift for shift in shifts if shift.starts_at < end and shift.ends_at > start]
    cells = tuple(
        (
            role,
            tuple(
                Entry(shift, _hours(shift, start, end, zone))
                for shift in sorted(on_this_day, key=lambda shift: shift.starts_at)
                if shift.role == role
            ),
        )
        for role in DutyRole
    )
    return Day(day, cells, is_today)


def _hours(shift: Shift, start: datetime, end: datetime, zone: ZoneInfo) -> str:
    since = hour_words(shift.starts_at.astimezone(zone)) if shift.starts_at > start else ""
    until = hour_words(shift.ends_at.astimezone(zone)) if shift.ends_at < end else ""
    if since and until:
        return _("%(since)s to %(until)s") % {"since": since, "until": until}
    if since:
        return _("from %(since)s") % {"since": since}
    return _("until %(until)s") % {"until": until} if until else _("all day")


def hours_words(shift: Shift, *, now: datetime) -> str:
    """ "today 8:00 a.m. ET to 8:00 p.m. ET", the second day named where it is another."""
    zone = desk_zone()
    since = when_words(shift.starts_at, now, zone)
    same_day = shift.starts_at.astimezone(zone).date() == shift.ends_at.astimezone(zone).date()
    until = clock_words(shift.ends_at, zone) if same_day else when_words(shift.ends_at, now, zone)
    return _("%(since)s to %(until)s") % {"since": since, "until": until}
