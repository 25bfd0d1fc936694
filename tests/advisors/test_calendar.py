"""Six weeks as the advisor sees them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from advisors.rules import calendar_of
from tests.factories import NOON
from tests.factories.advisors import AbsenceFactory, AdvisorFactory, WindowFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def advisor():
    return AdvisorFactory(person__time_zone="America/Chicago", weekdays=[0, 2])


def days(advisor, **given):
    weeks = calendar_of(advisor, **({"at": NOON} | given))
    return {day.on: day for week in weeks for day in week.days}


def test_it_shows_six_weeks_from_monday(advisor):
    weeks = calendar_of(advisor, at=NOON + timedelta(days=3))

    assert [week.starts_on for week in weeks] == [
        date(2026, 11, 23) + timedelta(weeks=number) for number in range(6)
    ]
    assert all(len(week.days) == 7 for week in weeks)


def test_a_free_day_says_its_hours(advisor):
    day = days(advisor)[date(2026, 11, 25)]

    assert day.kind == "free"
    assert day.words == "Wednesday, Nov 25: you can be asked, 9:00 a.m. to 5:00 p.m."


def test_a_day_outside_the_usual_week_is_blank(advisor):
    assert days(advisor)[date(2026, 11, 24)].kind == ""


def test_days_that_have_passed_are_not_free(advisor):
    assert days(advisor, at=NOON + timedelta(days=3))[date(2026, 11, 23)].kind == ""


def test_today_is_marked(advisor):
    assert [day.on for day in days(advisor).values() if day.is_today] == [date(2026, 11, 23)]


def test_days_away_are_away_whatever_the_usual_week(advisor):
    midnight = datetime(2026, 12, 7, 6, 0, tzinfo=UTC)  # in Chicago
    AbsenceFactory(advisor=advisor, starts_at=midnight, ends_at=midnight + timedelta(days=3))

    shown = days(advisor)

    assert [shown[date(2026, 12, day)].kind for day in (6, 7, 8, 9, 10)] == [
        "", "away", "away", "away", "",
    ]  # fmt: skip


def test_an_absence_months_ahead_is_shown_when_its_week_comes(advisor):
    AbsenceFactory(
        advisor=advisor, starts_at=NOON + timedelta(days=30), ends_at=NOON + timedelta(days=33)
    )

    assert days(advisor)[date(2026, 12, 25)].kind == "away"


def test_not_now_until_i_say_is_away_throughout(advisor):
    advisor.away_open_ended = True

    assert {day.kind for day in days(advisor).values()} == {"away"}


def test_a_planned_call_shows_its_time(advisor):
    call = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)

    day = days(advisor, calls={date(2026, 11, 24): call})[date(2026, 11, 24)]

    assert (day.kind, day.mark) == ("call", "4:30")
    assert day.words == "Tuesday, Nov 24: call at 4:30 p.m."


def test_two_stretches_are_both_said():
    advisor = AdvisorFactory(person__time_zone="America/Chicago")
    WindowFactory(advisor=advisor, weekday=1, opens=time(9), closes=time(12))
    WindowFactory(advisor=advisor, weekday=1, opens=time(13), closes=time(17))

    assert days(advisor)[date(2026, 11, 24)].words.endswith(
        "9:00 a.m. to noon, 1:00 p.m. to 5:00 p.m."
    )
