"""Reading advisors for matching: all that matching looks at, in few queries."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from advisors.matching import Candidate, Incident, Load
from advisors.models import Advisor
from mvai.people.models import Person
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
from tests.factories.people import PersonFactory

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


def test_an_incident_of_two_kinds_is_one_incident():
    advisor = AdvisorFactory(led=["K12", "RETAIL"])
    advisor.incidents.get(setting="K12").incident_types.set(["SHOOTING", "ARSON"])

    first, second = the_candidate(advisor).incidents

    assert (first.setting, first.types) == ("K12", {"SHOOTING", "ARSON"})
    assert (second.setting, second.types) == ("RETAIL", frozenset())


def test_what_a_record_does_not_say_stays_unknown():
    candidate = the_candidate(Advisor.objects.create(person=PersonFactory(time_zone="")))

    assert candidate == Candidate(candidate.advisor_id, time_zone="America/New_York")


def test_moments_are_read_to_the_microsecond():
    moment = NOON + timedelta(days=3, microseconds=5)
    advisor = AdvisorFactory(away_until=moment, rest_until=moment, rest_waived=True)

    candidate = the_candidate(advisor)

    assert (candidate.away_until, candidate.rest_until) == (moment, moment)
    assert candidate.rest_waived


@pytest.mark.parametrize(
    "change",
    [
        lambda advisor: Person.objects.filter(advisor=advisor).update(time_zone="America/Denver"),
        lambda advisor: Advisor.objects.filter(pk=advisor.pk).update(is_active=False),
        lambda advisor: Advisor.objects.filter(pk=advisor.pk).update(away_until=NOON),
        lambda advisor: advisor.expertise.update(level=1),
        lambda advisor: advisor.disciplines.set(["LE_PIO"]),
        lambda advisor: Discipline.objects.filter(pk="LE_CHIEF").update(active=False),
        lambda advisor: advisor.avoided_settings.set(["K12"]),
        lambda advisor: advisor.avoided_types.set(["ARSON"]),
        lambda advisor: advisor.conflicts.set([AgencyFactory()]),
        lambda advisor: advisor.incidents.update(rests_around_it=True, anniversary_on=NOON.date()),
        lambda advisor: advisor.incidents.get().incident_types.set(["ARSON"]),
        lambda advisor: advisor.windows.update(closes=time(12)),
        lambda advisor: AbsenceFactory(advisor=advisor),
    ],
)
def test_whatever_has_just_changed_is_read(change):
    advisor = AdvisorFactory(expertise={"MEDIA": 2}, led=["K12"], weekdays=[1])
    before = the_candidate(advisor)

    change(advisor)

    assert the_candidate(advisor) != before


def test_of_no_advisors_there_is_no_candidate():
    AdvisorFactory()

    assert Advisor.objects.none().as_candidates(loads={}, at=NOON) == []
    assert Advisor.objects.filter(pk=0).as_candidates(loads={}, at=NOON) == []


def test_the_oldest_record_comes_first_whatever_the_order_asked_for():
    later, earlier = sorted((AdvisorFactory() for _number in range(2)), key=lambda a: -a.pk)

    found = Advisor.objects.order_by("-pk").as_candidates(loads={}, at=NOON)

    assert [candidate.advisor_id for candidate in found] == [earlier.pk, later.pk]


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


def test_more_advisors_ask_no_more_queries(django_assert_num_queries):
    for _number in range(3):
        AdvisorFactory(expertise={"MEDIA": 1, "LEADER": 2}, led=["K12"], weekdays=range(5))

    with django_assert_num_queries(1):
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
