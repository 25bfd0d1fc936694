"""Urgency and the dates of follow-ups: tables, no database."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests import rules
from requests.rules.follow_ups import BY_CODE, is_last, working_day, year_after, yearly_code
from requests.states import ANSWER_WITHIN, Urgency
from tests.factories import NOON

HOURS, DAYS = timedelta(hours=1), timedelta(days=1)

URGENCIES = [
    # what is known → urgency
    ({}, "urgent"),  # nothing known: waiting would harm more
    ({"is_ongoing": True}, "critical"),
    ({"is_ongoing": True, "happened_at": NOON - 90 * DAYS}, "critical"),
    ({"is_ongoing": True, "is_preparedness": True}, "critical"),
    ({"leader_says_now": True, "happened_at": NOON - 400 * DAYS}, "critical"),
    ({"leader_says_now": True, "is_preparedness": True}, "critical"),
    ({"happened_at": NOON}, "critical"),
    ({"happened_at": NOON + 1 * HOURS}, "critical"),
    ({"happened_at": NOON - 72 * HOURS}, "critical"),
    ({"happened_at": NOON - 72 * HOURS - timedelta(seconds=1)}, "urgent"),
    ({"happened_at": NOON - 30 * DAYS}, "urgent"),
    ({"happened_at": NOON - 30 * DAYS - timedelta(seconds=1)}, "standard"),
    ({"happened_at": NOON - 300 * DAYS}, "standard"),
    ({"happened_at": NOON - 300 * DAYS, "event_at": NOON + 7 * DAYS}, "urgent"),
    ({"happened_at": NOON - 300 * DAYS, "event_at": NOON + 8 * DAYS}, "standard"),
    ({"happened_at": NOON - 300 * DAYS, "event_at": NOON - 1 * DAYS}, "standard"),
    ({"happened_at": NOON - 10 * DAYS, "event_at": NOON + 1 * DAYS}, "urgent"),
    ({"is_preparedness": True}, "prep"),
    ({"is_preparedness": True, "is_ongoing": False}, "prep"),
    ({"is_preparedness": True, "event_at": NOON + 2 * DAYS}, "urgent"),
    ({"is_preparedness": True, "happened_at": NOON - 1 * HOURS}, "critical"),
    ({"is_ongoing": False}, "urgent"),
]


@pytest.mark.parametrize(("known", "urgency"), URGENCIES)
def test_the_urgency_follows_from_when_it_happened(known, urgency):
    found, reason = rules.urgency_of(now=NOON, **known)

    assert found == urgency
    assert str(reason).endswith(".")


@given(
    happened=st.one_of(st.none(), st.integers(-10_000, 10_000)),
    event=st.one_of(st.none(), st.integers(-500, 500)),
    ongoing=st.sampled_from([None, True, False]),
    ready=st.booleans(),
    now=st.booleans(),
)
def test_every_set_of_facts_has_an_urgency(happened, event, ongoing, ready, now):
    found, _reason = rules.urgency_of(
        now=NOON,
        happened_at=None if happened is None else NOON + happened * HOURS,
        event_at=None if event is None else NOON + event * HOURS,
        is_ongoing=ongoing,
        is_preparedness=ready,
        leader_says_now=now,
    )

    assert found in Urgency.values
    assert ANSWER_WITHIN[found] > timedelta(0)


def due(code, start, zone):
    return rules.due_time(BY_CODE[code], start, zone)


def at(zone, *parts):
    return datetime(*parts, tzinfo=ZoneInfo(zone))


CHICAGO, HONOLULU, NEW_YORK = "America/Chicago", "Pacific/Honolulu", "America/New_York"

DATES = [
    # milestone, start, zone → local morning
    ("H24", at(CHICAGO, 2026, 11, 20, 15), CHICAGO, (2026, 11, 21)),  # a Saturday, all the same
    ("H72", at(CHICAGO, 2026, 11, 20, 15), CHICAGO, (2026, 11, 23)),
    ("H72", at(CHICAGO, 2026, 11, 19, 15), CHICAGO, (2026, 11, 23)),  # Sunday → Monday
    ("D7", at(CHICAGO, 2026, 11, 19, 15), CHICAGO, (2026, 11, 27)),  # Thanksgiving → Friday
    ("D14", at(NEW_YORK, 2026, 12, 11, 9), NEW_YORK, (2026, 12, 28)),  # Christmas Friday → Monday
    ("D30", at(NEW_YORK, 2026, 6, 3, 9), NEW_YORK, (2026, 7, 6)),  # July 3 observed → Monday
    ("M6", at(NEW_YORK, 2026, 8, 31, 9), NEW_YORK, (2027, 3, 1)),  # Feb 31 → Sunday 28 → Monday
    ("M12", at(NEW_YORK, 2028, 2, 29, 9), NEW_YORK, (2029, 3, 7)),  # leap day: Feb 28 + 7
    ("M24", at(NEW_YORK, 2028, 2, 29, 9), NEW_YORK, (2030, 2, 28)),
    ("M36", at(NEW_YORK, 2025, 2, 28, 9), NEW_YORK, (2028, 2, 28)),
    ("M12", at(NEW_YORK, 2026, 12, 25, 9), NEW_YORK, (2028, 1, 3)),  # Jan 1 is a Saturday
    # The day is the agency's: at 9 p.m. in Honolulu it is tomorrow in New York.
    ("H24", at(HONOLULU, 2026, 11, 23, 21), HONOLULU, (2026, 11, 24)),
    ("H24", at(HONOLULU, 2026, 11, 23, 21), NEW_YORK, (2026, 11, 25)),
]


@pytest.mark.parametrize(("code", "start", "zone", "day"), DATES)
def test_a_milestone_falls_on_the_agencys_morning(code, start, zone, day):
    assert due(code, start, zone) == at(zone, *day, 9)


@pytest.mark.parametrize(
    ("start", "before", "after"),
    [
        (at(NEW_YORK, 2026, 3, 5, 9), -5, -4),  # clocks go forward on March 8
        (at(NEW_YORK, 2026, 10, 29, 9), -4, -5),  # and back on November 1
    ],
)
def test_nine_in_the_morning_stays_nine_when_clocks_change(start, before, after):
    moved = due("D7", start, NEW_YORK)

    assert start.utcoffset() == timedelta(hours=before)
    assert moved.utcoffset() == timedelta(hours=after)
    assert moved.hour == 9


@given(hours=st.integers(-200_000, 300_000))
def test_no_milestone_but_the_first_falls_on_a_weekend(hours):
    start = NOON + hours * HOURS
    for milestone in rules.MILESTONES:
        morning = rules.due_time(milestone, start, NEW_YORK)
        assert (morning.hour, morning.minute) == (9, 0)
        if not milestone.any_day:
            assert morning.weekday() < 5


def test_the_first_weeks_count_from_the_engagement_and_the_rest_from_the_incident():
    happened = NOON - 5 * DAYS
    plan = {m.code: due_at for m, due_at in plan_from(happened)}

    assert plan["D7"] == at(CHICAGO, 2026, 11, 30, 9)
    assert plan["D30"] == at(CHICAGO, 2026, 12, 18, 9)


def plan_from(happened):
    return rules.plan_of(engaged_at=NOON, happened_at=happened, zone=CHICAGO)


def test_without_a_known_time_everything_counts_from_the_engagement():
    plan = {m.code: due_at for m, due_at in plan_from(None)}

    assert plan["D30"] == at(CHICAGO, 2026, 12, 23, 9)
    assert len(plan) == len(rules.MILESTONES)


def test_milestones_that_lie_behind_are_left_out():
    codes = [m.code for m, _due_at in plan_from(NOON - 400 * DAYS)]

    assert codes == ["H24", "H72", "D7", "D14", "M18", "M24", "M36"]


@given(days=st.integers(0, 2000))
def test_a_plan_lies_ahead_and_in_order(days):
    plan = plan_from(NOON - days * DAYS)

    assert all(due_at > NOON for _m, due_at in plan)
    early = [due_at for m, due_at in plan if m.from_engagement]
    later = [due_at for m, due_at in plan if not m.from_engagement]
    assert early == sorted(early)
    assert later == sorted(later)


def test_after_three_years_comes_a_contact_every_year():
    assert [code for code in BY_CODE if is_last(code)] == ["M36"]
    assert yearly_code("M36") == "Y4"
    assert yearly_code("Y4") == "Y5"
    assert is_last("Y9")
    assert year_after(at(CHICAGO, 2028, 2, 29, 9), CHICAGO) == at(CHICAGO, 2029, 2, 28, 9)


def test_a_working_day_stays_and_a_holiday_moves_on():
    assert working_day(date(2026, 11, 25)) == date(2026, 11, 25)
    assert working_day(date(2026, 11, 26)) == date(2026, 11, 27)
    assert working_day(date(2027, 1, 1)) == date(2027, 1, 4)
