"""When an advisor is free: usual hours, less absences and quiet hours, in their own zone.

Every wall time is turned into an instant on its own day, so the days on which clocks change
come out right: a window of 9 to 5 opens at nine by the clock on the wall, whatever its length.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Period = tuple[datetime, datetime]

ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)
LAST_MINUTE = time(23, 59)


class HasHours(Protocol):
    """What free time is computed from: a Candidate, or anything with its hours."""

    @property
    def time_zone(self) -> str: ...
    @property
    def windows(self) -> tuple[tuple[int, time, time], ...]: ...
    @property
    def absences(self) -> tuple[Period, ...]: ...
    @property
    def quiet_from(self) -> time | None: ...
    @property
    def quiet_until(self) -> time | None: ...
    @property
    def on_call(self) -> bool: ...
    @property
    def away_until(self) -> datetime | None: ...
    @property
    def away_open_ended(self) -> bool: ...


@lru_cache(maxsize=600)
def zone_named(name: str) -> ZoneInfo:
    """The zone, or UTC for a name nobody knows."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=600)
def local_time(at: datetime, zone_name: str) -> datetime:
    """`at` on the clock of a zone. Remembered: a ranking asks it for one moment and few zones."""
    return at.astimezone(zone_named(zone_name))


@lru_cache(maxsize=600)
def local_date(at: datetime, zone_name: str) -> date:
    """The day that `at` falls on, on the calendar of a zone."""
    return local_time(at, zone_name).date()


def is_quiet(hours: HasHours, at: datetime) -> bool:
    """Whether `at` lies in the advisor's quiet hours, on call or not."""
    return quiet_end(hours, at) is not None


def quiet_end(hours: HasHours, at: datetime) -> datetime | None:
    """When the quiet hours that hold `at` end, or None outside them."""
    if hours.quiet_from is None or hours.quiet_until is None:
        return None
    return _quiet_end(hours.quiet_from, hours.quiet_until, at, hours.time_zone)


@lru_cache(maxsize=2048)
def _quiet_end(opens: time, closes: time, at: datetime, zone_name: str) -> datetime | None:
    local = local_time(at, zone_name)
    now = local.time()
    if opens < closes:
        inside, day = opens <= now < closes, local.date()
    elif now >= opens:
        inside, day = True, local.date() + ONE_DAY
    else:
        inside, day = now < closes, local.date()
    return _instant(day, closes, zone_named(zone_name)) if inside else None


def away_end(hours: HasHours, at: datetime) -> datetime | None:
    """When the absence that holds `at` ends, or None."""
    for starts_at, ends_at in hours.absences:
        if starts_at <= at < ends_at:
            return ends_at
    return None


def first_free(hours: HasHours, at: datetime, within: timedelta) -> datetime | None:
    """The first moment in [at, at + within) at which the advisor can be asked, or None."""
    for starts_at, _ends_at in _free(hours, at, at + within):
        return starts_at
    return None


def free_periods(hours: HasHours, start: datetime, end: datetime) -> list[Period]:
    """The parts of [start, end) in which the advisor can be asked, in order, in UTC."""
    return list(_free(hours, start, end))


def _free(hours: HasHours, start: datetime, end: datetime) -> Iterator[Period]:
    if hours.away_open_ended or not hours.windows:
        return
    if hours.away_until is not None and hours.away_until > start:
        start = hours.away_until
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    zone = hours.time_zone
    quiet = (None, None) if hours.on_call else (hours.quiet_from, hours.quiet_until)
    day = local_date(start, zone)
    while start < end:
        for opens, closes in _usual(hours.windows, *quiet, day, zone):
            if closes <= start or opens >= end:
                continue
            piece = max(opens, start), min(closes, end)
            if hours.absences:
                yield from _without([piece], hours.absences)
            else:
                yield piece
        day += ONE_DAY
        if _instant(day, MIDNIGHT, zone_named(zone)) >= end:
            return


@lru_cache(maxsize=4096)
def _usual(
    windows: tuple[tuple[int, time, time], ...],
    quiet_from: time | None,
    quiet_until: time | None,
    day: date,
    zone_name: str,
) -> tuple[Period, ...]:
    """One day's usual hours less the quiet ones. Remembered: many people keep the same hours."""
    zone, weekday = zone_named(zone_name), day.weekday()
    open_ = [
        (_instant(day, opens, zone), _closing(day, closes, zone))
        for window_weekday, opens, closes in sorted(windows)
        if window_weekday == weekday
    ]
    return tuple(_without(open_, _quiet_around(quiet_from, quiet_until, day, zone)))


def _closing(day: date, closes: time, zone: ZoneInfo) -> datetime:
    if closes >= LAST_MINUTE:
        return _instant(day + ONE_DAY, MIDNIGHT, zone)
    return _instant(day, closes, zone)


def _quiet_around(
    opens: time | None, closes: time | None, day: date, zone: ZoneInfo
) -> tuple[Period, ...]:
    """The quiet hours that can touch one day."""
    if opens is None or closes is None:
        return ()
    if opens < closes:
        return ((_instant(day, opens, zone), _instant(day, closes, zone)),)
    return (
        (_instant(day - ONE_DAY, opens, zone), _instant(day, closes, zone)),
        (_instant(day, opens, zone), _instant(day + ONE_DAY, closes, zone)),
    )


def _without(pieces: list[Period], taken: tuple[Period, ...]) -> list[Period]:
    for taken_from, taken_until in taken:
        pieces = [
            piece
            for starts_at, ends_at in pieces
            for piece in (
                (starts_at, min(ends_at, taken_from)),
                (max(starts_at, taken_until), ends_at),
            )
            if piece[0] < piece[1]
        ]
    return pieces


@lru_cache(maxsize=8192)
def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    # Compared in UTC: two aware times of one zone compare by the clock on the wall.
    return datetime.combine(day, wall, zone).astimezone(UTC)
