"""The hours the desk keeps, in its own zone. Pure: no clock, no queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from mvai.web.times import moment

MIDNIGHT = time(0)
WEEK = 7
DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """[opens, closes) on one day of the week; 0 is Monday, and closing at 0:00 ends the day."""

    weekday: int
    opens: time
    closes: time


class Period(NamedTuple):
    """[start, end)"""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """When the desk is open; without any stretch, around the clock.

    On the nights when clocks change a time that comes twice opens at the first and closes at the
    second; one that never comes is the moment of the change.
    """

    stretches: tuple[Stretch, ...]
    zone: tzinfo

    @property
    def around_the_clock(self) -> bool:
        return not self.stretches

    def is_open(self, at: datetime) -> bool:
        return self.around_the_clock or self.period_at(at) is not None

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself while it is open, else when it opens next."""
        if self.is_open(at):
            return at
        # Clocks may skip the whole of a stretch, so one week is not always enough.
        return next(period.start for period in self._from(at) if period.start > at)

    def period_at(self, at: datetime) -> Period | None:
        """The whole of the time in which it is open around `at`; None while it is closed.

        Around the clock has no beginning and no end: None as well.
        """
        for period in self._from(at):
            if period.start <= at < period.end:
                return period
            if period.start > at:
                break
        return None

    def open_within(self, start: datetime, end: datetime) -> list[Period]:
        """The parts of [start, end) in which it is open, earliest first."""
        if self.around_the_clock:
            return [Period(start, end)] if start < end else []
        found = []
        for period in self._from(start):
            if period.start >= end:
                break
            cut = Period(max(period.start, start), min(period.end, end))
            if cut.start < cut.end:
                found.append(cut)
        return found

    def _from(self, at: datetime) -> Iterator[Period]:
        """Periods in their order, those that touch as one, from just before `at` for a month."""
        first = at.astimezone(self.zone).date() - (WEEK + 1) * DAY
        held: Period | None = None
        for offset in range(6 * WEEK):
            for period in self._on(first + offset * DAY):
                if held is not None and period.start <= held.end:
                    held = Period(held.start, max(held.end, period.end))
                    continue
                if held is not None:
                    yield held
                held = period
        if held is not None:
            yield held

    def _on(self, day: date) -> list[Period]:
        found = []
        for stretch in sorted(self.stretches):
            if stretch.weekday != day.weekday():
                continue
            last = day + DAY if stretch.closes == MIDNIGHT else day
            start = moment(day, stretch.opens, self.zone)
            end = moment(last, stretch.closes, self.zone, last=True)
            if start < end:
                found.append(Period(start, end))
        return found
