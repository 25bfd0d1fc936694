"""Times as people in the United States say them: "2:12 p.m. CT", "today 4:30 p.m. CT", "Dec 3".

Everything here is pure but for the language that is active; the present moment and the zone are
always given. Spanish says "a la 1:05" and "a las 2:12", so a sentence about an hour has two forms.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, npgettext

# What the abbreviation of the tz database says, with or without daylight time, and what people say.
# "MST" is also Arizona's, all year.
_SPOKEN = {
    "EST": gettext_noop("ET"), "EDT": "ET",
    "CST": gettext_noop("CT"), "CDT": "CT",
    "MST": gettext_noop("MT"), "MDT": "MT",
    "PST": gettext_noop("PT"), "PDT": "PT",
    "AKST": gettext_noop("AKT"), "AKDT": "AKT",
    "HST": gettext_noop("HT"), "HDT": "HT",
    "AST": gettext_noop("AT"), "ADT": "AT",
    "ChST": gettext_noop("ChT"),
    "SST": gettext_noop("SST"),
}  # fmt: skip


_NEAR = {0: gettext_lazy("today"), 1: gettext_lazy("tomorrow"), -1: gettext_lazy("yesterday")}


def zone_of(zone: str | tzinfo | None) -> tzinfo:
    """The zone itself; the reader's own where none is given or the name is unknown."""
    if isinstance(zone, tzinfo):
        return zone
    try:
        return ZoneInfo(zone) if zone else timezone.get_current_timezone()
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.get_current_timezone()


def moment(day: date, clock: time, zone: tzinfo, *, last: bool = False) -> datetime:
    """When a zone's clock shows this on this day: the first time or, with `last`, the last; UTC.

    A time that comes twice in a night is two moments. One that the clock jumps over is the
    moment of the jump.
    """
    local = datetime.combine(day, clock, tzinfo=zone).replace(fold=int(last))
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _change(
        local.replace(fold=1).astimezone(UTC), local.replace(fold=0).astimezone(UTC), zone
    )


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The second in (before, after] from which the clock is another."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def zone_words(zone: str | tzinfo | None, at: datetime) -> str:
    """What people call the zone, the same in summer and in winter: "CT"."""
    return _spoken_zone(at.astimezone(zone_of(zone)))


def _spoken_zone(local: datetime) -> str:
    abbreviation = local.tzname() or ""
    spoken = _SPOKEN.get(abbreviation)
    return _(spoken) if spoken else _readable(abbreviation)


def _exact_zone(local: datetime) -> str:
    """As people call it; in the hour that comes twice in a night, which of the two: "CST"."""
    if local.replace(fold=1 - local.fold).utcoffset() == local.utcoffset():
        return _spoken_zone(local)
    return _readable(local.tzname() or "")


def _readable(abbreviation: str) -> str:
    """Zones without a name of their own are called by figures: "+0545" is "UTC+5:45"."""
    figures = re.fullmatch(r"([+-])(\d{2})(\d{2})?", abbreviation)
    if figures is None:
        return abbreviation
    sign, hours, minutes = figures.groups()
    return (
        f"UTC{sign}{int(hours)}:{minutes}"
        if minutes and minutes != "00"
        else f"UTC{sign}{int(hours)}"
    )


def hour_words(value: datetime) -> str:
    """The hour of an already local time: "2:12 p.m.", "noon", "midnight"."""
    if (value.hour, value.minute) == (12, 0):
        return _("noon")
    if (value.hour, value.minute) == (0, 0):
        return _("midnight")
    half = _("a.m.") if value.hour < 12 else _("p.m.")
    return f"{value.hour % 12 or 12}:{value.minute:02} {half}"


def clock_words(value: datetime, zone: str | tzinfo | None = None) -> str:
    """The hour and its zone: "2:12 p.m. CT"."""
    local = value.astimezone(zone_of(zone))
    return _("%(hour)s %(zone)s") % {"hour": hour_words(local), "zone": _spoken_zone(local)}


def day_words(day: date, today: date) -> str:
    """The day as seen from today: "today", "tomorrow", "yesterday", "Dec 3", "Dec 3, 2027"."""
    near = _NEAR.get((day - today).days)
    if near is not None:
        return str(near)
    return dateformat.format(day, _("M j") if _same_year(day, today) else _("M j, Y"))


def when_words(value: datetime, now: datetime, zone: str | tzinfo | None = None) -> str:
    """Day and hour: "today 4:30 p.m. CT", "tomorrow 9:00 a.m. CT", "Dec 16, 9:00 a.m. CT"."""
    place = zone_of(zone)
    local = value.astimezone(place)
    day, today = local.date(), now.astimezone(place).date()
    words = {"day": day_words(day, today), "clock": clock_words(local, place)}
    if abs((day - today).days) <= 1:
        return ngettext("%(day)s %(clock)s", "%(day)s %(clock)s", _spoken_hour(local)) % words
    return ngettext("%(day)s, %(clock)s", "%(day)s, %(clock)s", _spoken_hour(local)) % words


def by_words(value: datetime, now: datetime, zone: str | tzinfo | None = None) -> str:
    """After "by": "2:12 p.m. CT", "7:15 a.m. CT tomorrow", "9:00 a.m. CT, Dec 16"."""
    place = zone_of(zone)
    local = value.astimezone(place)
    day, today = local.date(), now.astimezone(place).date()
    number = _spoken_hour(local)
    words = {
        "hour": hour_words(local), "zone": _exact_zone(local), "day": day_words(day, today)
    }  # fmt: skip
    if day == today:
        said = npgettext("after by", "%(hour)s %(zone)s", "%(hour)s %(zone)s", number)
    elif abs((day - today).days) == 1:
        said = npgettext(
            "after by", "%(hour)s %(zone)s %(day)s", "%(hour)s %(zone)s %(day)s", number
        )
    else:
        said = npgettext(
            "after by", "%(hour)s %(zone)s, %(day)s", "%(hour)s %(zone)s, %(day)s", number
        )
    return said % words


def full_words(value: datetime, zone: str | tzinfo | None, now: datetime) -> str:
    """A moment that somebody puts into a calendar: "Thu Nov 26, 2:00 p.m. CT"."""
    local = value.astimezone(zone_of(zone))
    same_year = _same_year(local.date(), now.astimezone(local.tzinfo).date())
    style = _("D M j") if same_year else _("D M j, Y")
    return f"{dateformat.format(local, style)}, {full_hour_words(local)} {_spoken_zone(local)}"


def full_hour_words(value: datetime) -> str:
    """The hour of an already local time, with its figures: "12:00 noon"."""
    words = hour_words(value)
    return (
        _("12:00 %(hour)s") % {"hour": words}
        if (value.hour % 12, value.minute) == (0, 0)
        else words
    )


def exact_clock_words(value: datetime, zone: str | tzinfo | None = None) -> str:
    """As clock_words; in the hour that comes twice in a night also which one: "1:05 a.m. CST"."""
    local = value.astimezone(zone_of(zone))
    return _("%(hour)s %(zone)s") % {"hour": hour_words(local), "zone": _exact_zone(local)}


def gap_or_repeat(day: date, clock: time, zone: tzinfo) -> str:
    """ "gap" for a time a night's clock jumps over, "repeat" for one it shows twice, else ""."""
    local = datetime.combine(day, clock, tzinfo=zone)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    back = local.astimezone(UTC).astimezone(zone)
    is_there = back.replace(tzinfo=None) == local.replace(tzinfo=None)
    return "repeat" if is_there else "gap"


def span_words(span: timedelta) -> str:
    """A length of time in its largest fitting unit, rounded down: "13 min", "5 h", "11 days"."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)s h") % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def left_words(due: datetime, now: datetime) -> str:
    """How far a due time is: "13 min left", "due now", "1 min past"."""
    if abs(due - now) < timedelta(minutes=1):
        return _("due now")
    if due > now:
        return _("%(span)s left") % {"span": span_words(due - now)}
    return _("%(span)s past") % {"span": span_words(now - due)}


def _spoken_hour(local: datetime) -> int:
    """What grammar counts: one at 1 p.m."""
    return local.hour % 12 or 12


def _same_year(day: date, today: date) -> bool:
    """Within half a year nobody needs the year, not even across New Year."""
    return day.year == today.year or abs((day - today).days) <= 180
