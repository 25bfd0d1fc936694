"""Reading advisors for matching: all that matching looks at, in few queries."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from advisors.matching import Incident, Load
from advisors.models import Advisor
from mvai.taxonomy.models import Discipline
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.advisors import (
    AbsenceFactory,
    AdvisorFactory,
    IncidentLedFactory,
    WindowFactory,
)
from tests.factories.agencies import AgencyFactory

pytestmark = pytest.mark.django_db


def the_candidate(advisor, **given):
    given = {"loads": {}, "at": NOON} | given
    [candidate] = Advisor.objects.filter(pk=advisor.pk).as_candidates(**given)
    return candidate


def test_a_candidate_holds_what_the_record_says():
    rival = AgencyFactory()
    advisor = AdvisorFactory(
        expertise={"MEDIA": 3, "LEADER": 1},
        disciplines=["LE_SHERIFF", "LE_PIO"],
        person__quiet_from=time(22),
        person__quiet_until=time(7),
        languages=["en", "es"],
        avoids_children_harmed=True,
    )
    advisor.avoided_settings.set(["K12"])
    advisor.avoided_types.set(["ARSON"])
    advisor.conflicts.set([rival])
    WindowFactory(advisor=advisor, weekday=2)
    incident = IncidentLedFactory(
        advisor=advisor,
        setting_id="RETAIL",
        role_then_id="LE_SHERIFF",
        phase_reached_id="YEAR1",
        anniversary_on=date(2019, 8, 3),
    )
    incident.incident_types.set(["SHOOTING"])

    candidate = the_candidate(advisor)

    assert candidate.time_zone == "America/Chicago"
    assert candidate.disciplines == {"LE_SHERIFF", "LE_PIO"}
    assert candidate.expertise == {"MEDIA": 3, "LEADER": 1}
    assert candidate.windows == ((2, time(9), time(17)),)
    assert candidate.quiet_from == time(22)
    assert candidate.languages == {"en", "es"}
    assert candidate.avoided_settings == {"K12"}
    assert candidate.avoided_types == {"ARSON"}
    assert candidate.avoids_children_harmed
    assert candidate.conflicts == {rival.pk}
    assert candidate.incidents == (
        Incident(
            setting="RETAIL",
            types=frozenset({"SHOOTING"}),
            role="LE_SHERIFF",
            phase_reached="YEAR1",
            anniversary_on=date(2019, 8, 3),
        ),
    )


def test_an_incident_without_a_kind_has_none():
    advisor = AdvisorFactory(led=["K12"])

    assert the_candidate(advisor).incidents[0].types == frozenset()


def test_a_discipline_that_is_not_in_use_does_not_count():
    Discipline.objects.filter(pk="LE_PIO").update(active=False)
    advisor = AdvisorFactory(disciplines=["LE_PIO"])

    assert the_candidate(advisor).disciplines == frozenset()


def test_only_absences_of_the_coming_days_are_read():
    advisor = AdvisorFactory()
    AbsenceFactory(
        advisor=advisor, starts_at=NOON - timedelta(days=9), ends_at=NOON - timedelta(days=2)
    )
    now = AbsenceFactory(advisor=advisor)
    AbsenceFactory(
        advisor=advisor, starts_at=NOON + timedelta(days=40), ends_at=NOON + timedelta(days=50)
    )

    assert the_candidate(advisor).absences == ((now.starts_at, now.ends_at),)


def test_the_load_is_the_one_that_was_brought():
    advisor = AdvisorFactory()

    assert the_candidate(advisor).load == Load()
    assert the_candidate(advisor, loads={advisor.pk: Load(open_engagements=1)}).load == Load(
        open_engagements=1
    )


def test_a_person_without_a_zone_has_the_desks():
    advisor = AdvisorFactory(person__time_zone="")

    assert the_candidate(advisor).time_zone == "America/New_York"


def test_more_advisors_ask_no_more_queries(django_assert_max_num_queries):
    for _number in range(3):
        AdvisorFactory(expertise={"MEDIA": 1, "LEADER": 2}, led=["K12"], weekdays=range(5))

    with django_assert_max_num_queries(6):
        assert len(Advisor.objects.as_candidates(loads={}, at=NOON)) == 3


def test_who_is_free_within_two_hours_is_found_with_when():
    now = AdvisorFactory(weekdays=[0])
    soon = AdvisorFactory()
    WindowFactory(advisor=soon, weekday=0, opens=time(12), closes=time(13))
    AdvisorFactory(weekdays=[3])

    assert Advisor.objects.free_within(at=NOON, within=timedelta(hours=2)) == {
        now.pk: NOON,
        soon.pk: datetime(2026, 11, 23, 18, 0, tzinfo=UTC),
    }


class TestVisibility:
    def test_the_desk_sees_everybody(self):
        AdvisorFactory()
        AdvisorFactory()

        for user in (UserFactory(duty_officer=True), UserFactory(program_manager=True)):
            assert Advisor.objects.visible_to(user).count() == 2

    def test_an_advisor_sees_only_themselves(self):
        own = AdvisorFactory()
        AdvisorFactory()
        user = UserFactory(advisor=True, person=own.person)

        assert list(Advisor.objects.visible_to(user)) == [own]

    @pytest.mark.parametrize(
        "role", ["wellness_coordinator", "content_editor", "auditor", "administrator"]
    )
    def test_nobody_else_sees_any(self, role):
        AdvisorFactory()

        assert not Advisor.objects.visible_to(UserFactory(**{role: True})).exists()
