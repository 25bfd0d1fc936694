"""Free time is what the advisor's own clock says, on days when clocks change too."""

from datetime import UTC, datetime, time, timedelta

import pytest

from advisors.matching import first_free, free_periods
from tests.factories import NOON
from tests.factories.advisors import CandidateFactory

WEEK = timedelta(days=7)


def new_york(day, hour):
    """An hour on New York's clock in the last week of November."""
    return datetime(2026, 11, day, 5, tzinfo=UTC) + timedelta(hours=hour)


def test_someone_within_their_hours_is_free_now():
    assert first_free(CandidateFactory(), NOON, WEEK) == NOON


def test_someone_after_hours_is_free_when_they_next_open():
    evening = new_york(23, 18)

    assert (
        first_free(CandidateFactory(), evening, WEEK)
        == new_york(24, 9)
        == evening + timedelta(hours=15)
    )


def test_without_usual_hours_no_free_time_is_known():
    assert first_free(CandidateFactory(windows=()), NOON, WEEK) is None


def test_someone_back_at_nine_is_free_for_a_call_at_nine():
    candidate = CandidateFactory(absences=((new_york(23, 0), new_york(24, 9)),))

    assert first_free(candidate, NOON, WEEK) == new_york(24, 9)


def test_an_absence_is_cut_out_of_the_hours():
    candidate = CandidateFactory(
        windows=((0, time(9), time(17)),), absences=((new_york(23, 10), new_york(23, 11)),)
    )

    assert free_periods(candidate, new_york(23, 0), new_york(23, 23)) == [
        (new_york(23, 9), new_york(23, 10)),
        (new_york(23, 11), new_york(23, 17)),
    ]


def test_not_now_holds_until_its_end():
    candidate = CandidateFactory(away_until=new_york(25, 12))

    assert first_free(candidate, NOON, WEEK) == new_york(25, 12)


def test_not_now_until_i_say_has_no_free_time():
    assert first_free(CandidateFactory(away_open_ended=True), NOON, WEEK) is None


def test_quiet_hours_over_midnight_are_cut_out_on_both_sides():
    candidate = CandidateFactory(
        windows=((0, time(5), time(23, 59)),), quiet_from=time(22), quiet_until=time(6)
    )

    assert free_periods(candidate, new_york(23, 0), new_york(25, 0)) == [
        (new_york(23, 6), new_york(23, 22))
    ]


def test_on_call_leaves_the_quiet_hours_free():
    candidate = CandidateFactory(
        windows=((0, time(5), time(23, 59)),),
        quiet_from=time(22),
        quiet_until=time(6),
        on_call=True,
    )

    assert free_periods(candidate, new_york(23, 0), new_york(25, 0)) == [
        (new_york(23, 5), new_york(24, 0))
    ]


def test_the_hours_are_those_of_the_advisors_zone():
    in_california = CandidateFactory(time_zone="America/Los_Angeles")

    assert first_free(in_california, new_york(23, 10), WEEK) == new_york(23, 12)


@pytest.mark.parametrize(
    ("sunday", "opens_at", "length"),
    [
        # In spring the night is an hour shorter, in fall an hour longer.
        (datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 8, 5, 30, tzinfo=UTC), 4),
        (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, 4, 30, tzinfo=UTC), 6),
    ],
)
def test_a_night_in_which_clocks_change_is_as_long_as_it_is(sunday, opens_at, length):
    candidate = CandidateFactory(windows=((6, time(0, 30), time(5, 30)),))

    [(starts_at, ends_at)] = free_periods(candidate, sunday, sunday + timedelta(days=1, hours=12))

    assert (starts_at, ends_at - starts_at) == (opens_at, timedelta(hours=length))


def test_an_hour_that_does_not_exist_that_night_opens_an_hour_later():
    candidate = CandidateFactory(windows=((6, time(2, 30), time(4)),))
    sunday = datetime(2026, 3, 8, tzinfo=UTC)

    assert free_periods(candidate, sunday, sunday + timedelta(days=1)) == [
        (datetime(2026, 3, 8, 7, 30, tzinfo=UTC), datetime(2026, 3, 8, 8, 0, tzinfo=UTC))
    ]


def test_an_unknown_zone_is_read_as_utc():
    candidate = CandidateFactory(time_zone="Nowhere/Near", windows=((0, time(17), time(18)),))

    assert first_free(candidate, NOON, WEEK) == NOON
