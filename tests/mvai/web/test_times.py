"""Times are said as people in the United States say them, in the zone of the one who reads."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from mvai.web import times
from tests.factories import NOON

IN_SUMMER = datetime(2026, 7, 6, 19, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "ET"),
        ("America/Detroit", "ET"),
        ("America/Kentucky/Louisville", "ET"),
        ("America/Chicago", "CT"),
        ("America/North_Dakota/Center", "CT"),
        ("America/Denver", "MT"),
        ("America/Boise", "MT"),
        ("America/Phoenix", "MT"),
        ("America/Los_Angeles", "PT"),
        ("America/Anchorage", "AKT"),
        ("America/Adak", "HT"),
        ("Pacific/Honolulu", "HT"),
        ("America/Puerto_Rico", "AT"),
        ("Pacific/Guam", "ChT"),
        ("Pacific/Pago_Pago", "SST"),
    ],
)
@pytest.mark.parametrize("at", [NOON, IN_SUMMER], ids=["winter", "summer"])
def test_a_zone_has_one_short_name_all_year(zone, words, at):
    assert times.zone_words(zone, at) == words


def test_the_same_hour_in_utc_is_said_by_daylight_time_in_summer():
    assert times.clock_words(IN_SUMMER, "America/Chicago") == "2:12 p.m. CT"
    assert times.clock_words(IN_SUMMER + timedelta(days=150), "America/Chicago") == "1:12 p.m. CT"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 0, "midnight"),
        (0, 5, "12:05 a.m."),
        (9, 0, "9:00 a.m."),
        (12, 0, "noon"),
        (12, 1, "12:01 p.m."),
        (23, 59, "11:59 p.m."),
    ],
)
def test_an_hour_is_said_with_a_m_and_p_m(hour, minute, words):
    assert times.hour_words(datetime(2026, 11, 23, hour, minute)) == words  # noqa: DTZ001


def test_noon_keeps_its_zone():
    assert times.clock_words(NOON, "America/New_York") == "noon ET"


def test_both_sides_of_the_autumn_change_are_ct():
    before, after = (datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (6, 7))
    assert times.clock_words(before, "America/Chicago") == "1:30 a.m. CT"
    assert times.clock_words(after, "America/Chicago") == "1:30 a.m. CT"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today 11:00 a.m. CT"),
        (1, "tomorrow 11:00 a.m. CT"),
        (-1, "yesterday 11:00 a.m. CT"),
        (23, "Dec 16, 11:00 a.m. CT"),
        (60, "Jan 22, 11:00 a.m. CT"),
        (400, "Dec 28, 2027, 11:00 a.m. CT"),
    ],
)
def test_a_moment_is_said_from_where_the_reader_stands(days, words):
    assert times.when_words(NOON + timedelta(days=days), NOON, "America/Chicago") == words


def test_today_is_the_reader_s_day_not_the_server_s():
    late = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 10 p.m. on the 23rd in New York
    assert times.when_words(late, NOON, "America/New_York") == "today 10:00 p.m. ET"
    assert times.when_words(late, NOON, "Pacific/Guam") == "today 1:00 p.m. ChT"


def test_a_day_has_no_hour():
    assert times.day_words(date(2026, 12, 3), date(2026, 11, 23)) == "Dec 3"


def test_an_unknown_zone_is_the_reader_s_own():
    with timezone.override("America/Denver"):
        assert times.clock_words(NOON, "Mars/Olympus") == "10:00 a.m. MT"
        assert times.clock_words(NOON) == "10:00 a.m. MT"


@pytest.mark.parametrize(
    ("due_in", "words"),
    [
        (timedelta(minutes=13, seconds=40), "13 min left"),
        (timedelta(seconds=30), "due now"),
        (timedelta(minutes=-1), "1 min past"),
        (timedelta(hours=5, minutes=59), "5 h left"),
        (timedelta(days=11), "11 days left"),
        (timedelta(days=-2), "2 days past"),
    ],
)
def test_a_due_time_says_how_far_it_is(due_in, words):
    assert times.left_words(NOON + due_in, NOON) == words


@pytest.mark.parametrize(
    ("at", "when", "by"),
    [
        (
            NOON + timedelta(hours=4, minutes=30),
            "hoy a las 4:30 p. m., hora del este",
            "las 4:30 p. m., hora del este",
        ),
        (
            NOON + timedelta(hours=25, minutes=5),
            "mañana a la 1:05 p. m., hora del este",
            "la 1:05 p. m. de mañana, hora del este",
        ),
        (
            NOON + timedelta(days=23, hours=-3),
            "el 16 de diciembre a las 9:00 a. m., hora del este",
            "las 9:00 a. m., el 16 de diciembre, hora del este",
        ),
        (
            NOON + timedelta(hours=12),
            "mañana a las 12:00 de la noche, hora del este",
            "las 12:00 de la noche de mañana, hora del este",
        ),
    ],
)
def test_spanish_says_one_and_two_with_their_own_article(at, when, by):
    with translation.override("es"):
        said = times.when_words(at, NOON, "America/New_York")
        said_by = times.by_words(at, NOON, "America/New_York")

    assert said.replace("\xa0", " ") == when
    assert said_by.replace("\xa0", " ") == by


def test_spanish_names_the_zone_and_keeps_the_clock_of_twelve_hours():
    with translation.override("es"):
        assert times.clock_words(IN_SUMMER, "America/Chicago") == "2:12 p.\xa0m., hora del centro"
        assert times.clock_words(NOON, "America/New_York") == "12:00 del mediodía, hora del este"
