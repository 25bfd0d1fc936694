"""Quiet hours: one stretch a night in which only what is urgent may come.

They are kept by the person's own clock, whatever it does in that night: in spring the hour that
is left out counts as over when it begins, in autumn the hour that comes twice counts twice.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from mvai.people.models import Person
from mvai.web.times import zone_of

_DAY = timedelta(days=1)


def quiet_until(person: Person, now: datetime) -> datetime | None:
    """When the quiet hours that hold `now` end; None outside them, or for who has none."""
    opens, closes = person.quiet_from, person.quiet_until
    if opens is None or closes is None:
        return None
    zone = zone_of(person.time_zone or settings.TIME_ZONE)
    assert isinstance(zone, ZoneInfo)
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        starts = _instant(day, opens, zone, fold=0)
        ends = _instant(day if opens < closes else day + _DAY, closes, zone, fold=1)
        if starts <= now < ends:
            return ends
    return None


def _instant(day: date, clock: time, zone: ZoneInfo, *, fold: int) -> datetime:
    """When the clock of a zone shows this: the first (0) or the second time (1) of two."""
    wall = datetime.combine(day, clock, tzinfo=zone)
    first, second = (wall.replace(fold=turn).astimezone(UTC) for turn in (0, 1))
    if first <= second:
        return second if fold else first
    return _change_between(second, first, zone)  # the clock never shows it: it jumps over it


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
