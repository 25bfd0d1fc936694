"""What can't be true is refused by the database."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from advisors.models import Advisor
from tests.factories import NOON
from tests.factories.advisors import (
    AbsenceFactory,
    AdvisorFactory,
    ExpertiseFactory,
    IncidentLedFactory,
    WindowFactory,
)

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("advisors_hours_per_week_in_bounds", {"hours_per_week": 0}),
        ("advisors_hours_per_week_in_bounds", {"hours_per_week": 41}),
        ("advisors_requests_at_once_in_bounds", {"max_active": 0, "max_critical": 0}),
        ("advisors_requests_at_once_in_bounds", {"max_active": 6}),
        ("advisors_critical_within_requests_at_once", {"max_active": 1, "max_critical": 2}),
        ("advisors_reach_hours_in_pairs", {"reach_from": time(9)}),
        ("advisors_reach_hours_in_pairs", {"reach_from": time(9), "reach_until": time(9)}),
        ("advisors_agreement_dates_in_pairs", {"agreement_expires_date": None}),
        ("advisors_agreement_dates_in_pairs", {"agreement_signed_date": None}),
        ("advisors_agreement_dates_in_pairs", {"agreement_expires_date": date(2026, 1, 1)}),
        ("advisors_not_now_has_one_end", {"away_until": NOON, "away_open_ended": True}),
        ("advisors_only_a_rest_is_waived", {"rest_waived": True}),
        ("advisors_some_language", {"languages": []}),
        ("advisors_modes_are_known", {"modes": []}),
        ("advisors_modes_are_known", {"modes": ["telepathy"]}),
        ("advisors_state_is_two_letters", {"state": "ne"}),
    ],
)
def test_an_advisor_that_cannot_be_is_refused(constraint, fields):
    with refused(constraint):
        AdvisorFactory(**fields)


def test_a_person_is_an_advisor_once():
    advisor = AdvisorFactory()

    with refused("person_id"):
        AdvisorFactory(person=advisor.person)


@pytest.mark.parametrize("level", [0, 4])
def test_a_level_is_one_to_three(level):
    with refused("advisors_level_is_1_to_3"):
        ExpertiseFactory(level=level)


def test_a_need_has_one_level_per_advisor():
    expertise = ExpertiseFactory()

    with refused("advisors_one_level_per_need"):
        ExpertiseFactory(advisor=expertise.advisor, level=3)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("advisors_incident_year_in_bounds", {"year": 1959}),
        ("advisors_incident_year_in_bounds", {"year": 2101}),
        ("advisors_rest_around_a_date_has_one", {"rests_around_it": True}),
        ("advisors_incident_state_is_two_letters", {"state": "Nebraska"[:1]}),
    ],
)
def test_an_incident_that_cannot_be_is_refused(constraint, fields):
    with refused(constraint):
        IncidentLedFactory(**fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("advisors_weekday_is_known", {"weekday": 7}),
        ("advisors_window_opens_before_it_closes", {"opens": time(9), "closes": time(9)}),
    ],
)
def test_hours_that_cannot_be_are_refused(constraint, fields):
    with pytest.raises(Exception, match=constraint):  # a range that runs backward is a DataError
        WindowFactory(**fields)


def test_two_stretches_of_a_day_do_not_overlap():
    window = WindowFactory(opens=time(9), closes=time(12))
    WindowFactory(advisor=window.advisor, opens=time(12), closes=time(14))
    WindowFactory(advisor=window.advisor, weekday=1, opens=time(9), closes=time(12))

    with refused("advisors_windows_do_not_overlap"):
        WindowFactory(advisor=window.advisor, opens=time(11), closes=time(13))


def test_an_absence_ends_after_it_starts():
    with refused("advisors_absence_ends_after_it_starts"):
        AbsenceFactory(starts_at=NOON, ends_at=NOON)


def test_absences_of_one_advisor_do_not_overlap():
    absence = AbsenceFactory()
    AbsenceFactory(
        advisor=absence.advisor, starts_at=absence.ends_at, ends_at=NOON + timedelta(days=9)
    )
    AbsenceFactory(starts_at=absence.starts_at, ends_at=absence.ends_at)

    with refused("advisors_absences_do_not_overlap"):
        AbsenceFactory(
            advisor=absence.advisor,
            starts_at=NOON + timedelta(days=6),
            ends_at=NOON + timedelta(days=20),
        )


@pytest.mark.parametrize("held", ["advisor", "window", "absence", "expertise", "incident"])
def test_what_is_under_legal_hold_stays(held):
    made = {
        "advisor": AdvisorFactory,
        "window": WindowFactory,
        "absence": AbsenceFactory,
        "expertise": ExpertiseFactory,
        "incident": IncidentLedFactory,
    }[held](legal_hold=True)
    if isinstance(made, Advisor):
        made.disciplines.clear()

    with (
        pytest.raises(Exception, match=r"keep_what_is_on_hold|[Cc]annot delete"),
        transaction.atomic(),
    ):
        made.delete()
