"""What may happen to an advisor's record, by whom, and what the log keeps of it."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from advisors import actions
from mvai.accounts.models import User
from mvai.audit.models import AuditEntry
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.advisors import (
    AbsenceFactory,
    AdvisorFactory,
    IncidentLedFactory,
    WindowFactory,
)

pytestmark = pytest.mark.django_db

PROFILE = {
    "full_name": "Luis Romero",
    "title_line": "Chief (ret.)",
    "time_zone": "America/Denver",
    "voice": "(202) 555-0143",
    "sms": "",
    "email": "luis@romero.example",
    "disciplines": ["LE_CHIEF"],
    "agency_type_id": "LOCAL",
    "size_band_id": "S10",
    "languages": ["en", "es"],
    "modes": ["virtual", "in_person"],
    "conflicts": [],
}


def the_entry(verb):
    return AuditEntry.objects.get(verb=verb)


@pytest.fixture
def manager():
    return UserFactory(program_manager=True)


@pytest.fixture
def advisor():
    return AdvisorFactory(person__time_zone="America/Chicago")


@pytest.fixture
def own(advisor):
    return UserFactory(advisor=True, person=advisor.person)


class TestProfile:
    def test_a_new_advisor_is_kept_whole_and_cannot_be_asked_yet(self, manager):
        advisor = actions.create_advisor(
            profile=PROFILE,
            limits={"hours_per_week": 4, "avoided_settings": ["K12"]},
            expertise={"MEDIA": 3, "LEADER": 0},
            incidents=[
                {"setting_id": "CAMPUS", "year": 2012, "incident_types": ["SHOOTING"]},
            ],
            by=manager,
            at=NOON,
        )

        advisor.refresh_from_db()
        assert str(advisor) == "Chief (ret.) Luis Romero"
        assert advisor.hours_per_week == 4
        assert list(advisor.avoided_settings.values_list("pk", flat=True)) == ["K12"]
        assert list(advisor.expertise.values_list("need_id", "level")) == [("MEDIA", 3)]
        [incident] = advisor.incidents.all()
        assert (incident.setting_id, incident.year) == ("CAMPUS", 2012)
        assert advisor.vetted_date is None
        assert set(advisor.person.contact_points.values_list("channel", flat=True)) == {
            Channel.VOICE,
            Channel.EMAIL,
        }
        assert the_entry("advisor.created").actor_id == manager.pk

    def test_an_edit_names_the_fields_and_never_their_values(self, manager, advisor):
        actions.edit_advisor(
            advisor=advisor,
            profile={"full_name": "Ellen Park-Ruiz", "region": "Great Plains"},
            expertise={"MEDIA": 2},
            by=manager,
            at=NOON,
        )

        assert the_entry("advisor.edited").facts == {"fields": ["expertise", "full_name", "region"]}

    def test_an_edit_that_changes_nothing_leaves_no_trace(self, manager, advisor):
        actions.edit_advisor(
            advisor=advisor, profile={"full_name": advisor.person.full_name}, by=manager, at=NOON
        )

        assert not AuditEntry.objects.filter(verb="advisor.edited").exists()

    def test_another_number_stops_the_one_before(self, manager, advisor):
        for number in ("(202) 555-0143", "(202) 555-0199"):
            actions.edit_advisor(advisor=advisor, profile={"sms": number}, by=manager, at=NOON)

        usable = advisor.person.contact_points.usable(Channel.SMS)
        assert [point.value for point in usable] == ["(202) 555-0199"]
        assert advisor.person.contact_points.count() == 2

    def test_incidents_are_changed_added_and_taken_out(self, manager, advisor):
        changed, gone = IncidentLedFactory(advisor=advisor), IncidentLedFactory(advisor=advisor)
        gone.incident_types.set(["SHOOTING"])

        actions.edit_advisor(
            advisor=advisor,
            profile={},
            incidents=[
                {"id": changed.pk, "setting_id": "K12", "year": 2019},
                {"setting_id": "WORSHIP", "year": 2021},
            ],
            by=manager,
            at=NOON,
        )

        assert list(advisor.incidents.values_list("setting_id", "year")) == [
            ("WORSHIP", 2021),
            ("K12", 2019),
        ]

    def test_an_incident_of_somebody_else_is_never_changed(self, manager, advisor):
        foreign = IncidentLedFactory(year=2001)

        actions.edit_advisor(
            advisor=advisor,
            profile={},
            incidents=[{"id": foreign.pk, "setting_id": "WORSHIP", "year": 2021}],
            by=manager,
            at=NOON,
        )

        foreign.refresh_from_db()
        assert foreign.year == 2001

    def test_papers_are_recorded_with_their_dates(self, manager, advisor):
        actions.record_standing(
            advisor=advisor,
            is_active=True,
            vetted_date=date(2026, 11, 20),
            agreement_signed_date=advisor.agreement_signed_date,
            agreement_expires_date=advisor.agreement_expires_date,
            by=manager,
            at=NOON,
        )

        advisor.refresh_from_db()
        assert advisor.vetted_date == date(2026, 11, 20)
        assert the_entry("advisor.standing_recorded").facts == {"vetted_date": "2026-11-20"}

    def test_an_account_is_made_once_and_for_that_person(self, manager, advisor):
        user = actions.make_account(
            advisor=advisor, email="ellen@park.example", by=manager, at=NOON
        )

        assert user.person == advisor.person
        assert user.roles == ["advisor"]
        with pytest.raises(actions.ProfileRefused, match="has an account"):
            actions.make_account(advisor=advisor, email="e2@park.example", by=manager, at=NOON)

    @pytest.mark.parametrize("role", ["duty_officer", "advisor", "administrator"])
    def test_only_the_manager_keeps_records(self, advisor, role):
        user = UserFactory(**{role: True})

        with pytest.raises(PermissionDenied):
            actions.create_advisor(profile=PROFILE, by=user, at=NOON)
        with pytest.raises(PermissionDenied):
            actions.edit_advisor(advisor=advisor, profile={}, by=user, at=NOON)
        with pytest.raises(PermissionDenied):
            actions.make_account(advisor=advisor, email="x@y.example", by=user, at=NOON)
        assert User.objects.count() == 1


class TestHours:
    def test_the_usual_week_replaces_the_one_before(self, advisor, own):
        WindowFactory(advisor=advisor, weekday=4)

        actions.set_windows(
            advisor=advisor,
            windows=[(0, time(13), time(17)), (0, time(9), time(12))],
            by=own,
            at=NOON,
        )

        assert list(advisor.windows.values_list("weekday", "opens", "closes")) == [
            (0, time(9), time(12)),
            (0, time(13), time(17)),
        ]
        assert the_entry("advisor.hours_set").facts == {"windows": 2}

    def test_stretches_that_overlap_are_refused(self, advisor, own):
        with pytest.raises(actions.TimeRefused, match="overlap"):
            actions.set_windows(
                advisor=advisor,
                windows=[(0, time(9), time(12)), (0, time(11), time(17))],
                by=own,
                at=NOON,
            )

    def test_the_same_hours_again_are_no_change(self, advisor, own):
        WindowFactory(advisor=advisor)

        actions.set_windows(advisor=advisor, windows=[(0, time(9), time(17))], by=own, at=NOON)

        assert not AuditEntry.objects.filter(verb="advisor.hours_set").exists()

    def test_hours_of_another_advisor_cannot_be_changed(self, advisor):
        stranger = UserFactory(advisor=True, person=AdvisorFactory().person)

        with pytest.raises(PermissionDenied):
            actions.set_windows(advisor=advisor, windows=[], by=stranger, at=NOON)

    def test_the_manager_may_keep_them_on_the_phone(self, advisor, manager):
        actions.set_windows(advisor=advisor, windows=[(6, time(9), time(12))], by=manager, at=NOON)

        assert advisor.windows.count() == 1


class TestAway:
    def test_time_away_is_added_and_removed(self, advisor, own):
        absence = actions.add_absence(
            advisor=advisor,
            starts_at=NOON + timedelta(days=1),
            ends_at=NOON + timedelta(days=3),
            by=own,
            at=NOON,
        )
        actions.remove_absence(absence=absence, by=own, at=NOON)

        assert not advisor.absences.exists()
        assert the_entry("advisor.absence_added").facts == {
            "starts_at": "2026-11-24T17:00:00+00:00",
            "ends_at": "2026-11-26T17:00:00+00:00",
        }
        assert the_entry("advisor.absence_removed").actor_id == own.pk

    def test_time_away_twice_is_refused_in_words(self, advisor, own):
        AbsenceFactory(advisor=advisor)

        with pytest.raises(actions.TimeRefused, match="away for part of that time"):
            actions.add_absence(
                advisor=advisor,
                starts_at=NOON,
                ends_at=NOON + timedelta(days=1),
                by=own,
                at=NOON,
            )

    def test_time_that_has_passed_is_refused(self, advisor, own):
        with pytest.raises(actions.TimeRefused, match="passed"):
            actions.add_absence(
                advisor=advisor,
                starts_at=NOON - timedelta(days=3),
                ends_at=NOON,
                by=own,
                at=NOON,
            )


class TestNotNow:
    def test_not_now_holds_until_its_time(self, advisor, own):
        actions.not_now(advisor=advisor, until=NOON + timedelta(days=7), by=own, at=NOON)

        advisor.refresh_from_db()
        assert advisor.is_not_now(NOON)
        assert not advisor.is_not_now(NOON + timedelta(days=7))

    def test_not_now_until_i_say_holds_until_they_say(self, advisor, own):
        actions.not_now(advisor=advisor, until=NOON + timedelta(days=7), by=own, at=NOON)
        actions.not_now(advisor=advisor, until=None, by=own, at=NOON)
        advisor.refresh_from_db()
        assert advisor.is_not_now(NOON + timedelta(days=1000))

        actions.available_again(advisor=advisor, by=own, at=NOON)

        advisor.refresh_from_db()
        assert not advisor.is_not_now(NOON)
        assert the_entry("advisor.available_again").actor_id == own.pk

    def test_a_rest_can_be_waived_and_taken_after_all(self, advisor, own):
        advisor.rest_until = NOON + timedelta(days=14)
        advisor.save()

        actions.set_rest_waived(advisor=advisor, waived=True, by=own, at=NOON)
        advisor.refresh_from_db()
        assert not advisor.is_resting(NOON)

        actions.set_rest_waived(advisor=advisor, waived=False, by=own, at=NOON)
        advisor.refresh_from_db()
        assert advisor.is_resting(NOON)

    def test_without_a_rest_there_is_none_to_waive(self, advisor, own):
        with pytest.raises(actions.TimeRefused):
            actions.set_rest_waived(advisor=advisor, waived=True, by=own, at=NOON)


def test_limits_are_kept_and_the_log_names_them(advisor, own):
    actions.set_limits(
        advisor=advisor,
        limits={"hours_per_week": 3, "max_active": 2, "avoided_types": ["ARSON"]},
        by=own,
        at=NOON,
    )

    advisor.refresh_from_db()
    assert advisor.hours_per_week == 3
    assert the_entry("advisor.limits_set").facts == {"fields": ["hours_per_week", "avoided_types"]}
