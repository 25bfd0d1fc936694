"""When the desk is open, by its own clock, also in the nights when clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvai.duty.hours import Hours, Period, Stretch

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = [Stretch(day, time(8), time(17)) for day in range(5)]
SUNDAY = 6
# Clocks go forward on Sunday, 14 March 2027 at 2:00, and back on Sunday, 7 November 2027 at 2:00.
FORWARD, BACK = (2027, 3, 14), (2027, 11, 7)


def hours(*stretches: Stretch) -> Hours:
    return Hours(tuple(stretches), NEW_YORK)


def at(*parts: int, fold: int = 0) -> datetime:
    """A moment of the desk's clock."""
    return datetime(*parts, tzinfo=NEW_YORK, fold=fold).astimezone(UTC)


def test_without_any_hours_the_desk_is_open_around_the_clock():
    always = hours()

    assert always.is_open(at(2026, 11, 22, 3))
    assert always.next_opening(at(2026, 11, 22, 3)) == at(2026, 11, 22, 3)
    assert always.open_within(at(2026, 11, 22), at(2026, 11, 23)) == [
        Period(at(2026, 11, 22), at(2026, 11, 23))
    ]


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [((7, 59, 59), False), ((8, 0, 0), True), ((16, 59, 59), True), ((17, 0, 0), False)],
)
def test_it_opens_at_its_hour_and_closes_at_its_hour(clock, is_open):
    assert hours(*OFFICE).is_open(at(2026, 11, 23, *clock)) is is_open


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(2026, 11, 23, 6), at(2026, 11, 23, 8)),  # Monday morning
        (at(2026, 11, 23, 12), at(2026, 11, 23, 12)),  # open: it is now
        (at(2026, 11, 23, 17), at(2026, 11, 24, 8)),
        (at(2026, 11, 27, 18), at(2026, 11, 30, 8)),  # Friday evening to Monday
    ],
)
def test_the_next_opening(moment, opens):
    assert hours(*OFFICE).next_opening(moment) == opens


def test_closing_at_midnight_ends_the_day_and_the_next_stretch_goes_on():
    night = hours(Stretch(0, time(20), time(0)), Stretch(1, time(0), time(4)))

    assert night.period_at(at(2026, 11, 24, 0)) == Period(at(2026, 11, 23, 20), at(2026, 11, 24, 4))


def test_a_week_without_any_closed_hour_never_closes():
    week = hours(*(Stretch(day, time(0), time(0)) for day in range(7)))

    assert week.next_opening(at(2026, 11, 22, 3)) == at(2026, 11, 22, 3)
    assert len(week.open_within(at(2026, 11, 22), at(2026, 11, 29))) == 1


def test_only_the_open_parts_of_a_time_count():
    parts = hours(*OFFICE).open_within(at(2026, 11, 23, 16), at(2026, 11, 24, 9))

    assert parts == [
        Period(at(2026, 11, 23, 16), at(2026, 11, 23, 17)),
        Period(at(2026, 11, 24, 8), at(2026, 11, 24, 9)),
    ]


def test_after_the_clocks_go_forward_it_opens_by_the_new_clock():
    monday = hours(*OFFICE).next_opening(at(2027, 3, 13, 12))

    assert monday == datetime(2027, 3, 15, 12, tzinfo=UTC)  # 8:00 summer time


def test_an_opening_that_the_clocks_skip_is_the_moment_of_the_change():
    desk = hours(Stretch(SUNDAY, time(2, 30), time(6)))

    assert desk.next_opening(at(*FORWARD, 0)) == datetime(2027, 3, 14, 7, tzinfo=UTC)


def test_a_stretch_that_the_clocks_skip_whole_is_left_out():
    desk = hours(Stretch(SUNDAY, time(2, 15), time(2, 45)))

    assert desk.next_opening(at(*FORWARD, 0)) == at(2027, 3, 21, 2, 15)


def test_an_opening_that_comes_twice_is_the_first():
    desk = hours(Stretch(SUNDAY, time(1, 30), time(5)))

    assert desk.next_opening(at(*BACK, 0)) == at(*BACK, 1, 30)
    assert desk.is_open(at(*BACK, 1, 15, fold=1)), "it has opened and does not close again"


def test_a_closing_that_comes_twice_is_the_second():
    desk = hours(Stretch(SUNDAY, time(0), time(1, 30)))

    assert desk.period_at(at(*BACK, 1)).end == at(*BACK, 1, 30, fold=1)


def test_the_night_when_clocks_go_back_has_an_hour_more():
    desk = hours(Stretch(SUNDAY, time(0), time(0)))

    period = desk.period_at(at(*BACK, 12))
    assert period.end - period.start == timedelta(hours=25)


clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
stretches = st.builds(Stretch, st.integers(0, 6), clocks, clocks).filter(
    lambda one: one.closes == time(0) or one.closes > one.opens
)
moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001
    datetime(2028, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(st.lists(stretches, min_size=1, max_size=6), moments)
def test_whenever_it_is_asked_the_next_opening_is_open_and_nothing_before_it_is(week, moment):
    desk = hours(*week)
    opens = desk.next_opening(moment)

    assert opens >= moment
    assert desk.is_open(opens)
    assert opens == moment or desk.open_within(moment, opens) == []
