from datetime import timedelta

import pytest

from mvai.taxonomy.phases import phase_at
from tests.factories import NOON

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("since", "phase"),
    [
        (-SECOND, "PREP"),
        (timedelta(0), "HOUR"),
        (timedelta(hours=1) - SECOND, "HOUR"),
        (timedelta(hours=1), "DAY1"),
        (timedelta(hours=24), "DAY3"),
        (timedelta(hours=72) - SECOND, "DAY3"),
        (timedelta(hours=72), "WEEK1"),
        (timedelta(days=7), "MONTH1"),
        (timedelta(days=30), "MONTHS"),
        (timedelta(days=335), "YEAR1"),
        (timedelta(days=396), "LONG"),
        (timedelta(days=4_000), "LONG"),
    ],
)
def test_the_phase_follows_from_the_time_since_the_incident(since, phase):
    assert phase_at(NOON - since, NOON) == phase


def test_without_an_incident_the_agency_is_preparing():
    assert phase_at(None, NOON) == "PREP"
