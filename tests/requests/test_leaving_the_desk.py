"""Whoever stops working the desk leaves nothing behind that nobody has."""

from datetime import timedelta

import pytest

from mvai.accounts.members import actions
from mvai.accounts.roles import Role
from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm, AlarmState, DutyRole, Shift
from requests.actions import alarms, desk
from requests.models import AssistanceRequest
from requests.states import State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import ShiftFactory
from tests.factories.requests import AssistanceRequestFactory, FollowUpFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena():
    return UserFactory(administrator=True)


@pytest.fixture
def dana():
    return UserFactory(duty_officer=True)


def turn_off(user, by):
    return actions.deactivate(user=user, by=by, at=NOON)


def make_auditor(user, by):
    return actions.change_roles(user=user, roles=[Role.AUDITOR], by=by, at=NOON)


LEAVING = pytest.mark.parametrize("leave", [turn_off, make_auditor])


def open_alarm(assistance_request) -> Alarm:
    return Alarm.objects.open().get(label=assistance_request.reference)


@LEAVING
@pytest.mark.parametrize("state", [State.TRIAGED, State.SEEKING, State.ENGAGED, State.FOLLOWING_UP])
def test_their_requests_are_nobodys_and_ring(lena, dana, leave, state):
    owned = AssistanceRequestFactory(state=state, owner=dana)
    leave(dana, lena)

    owned.refresh_from_db()
    assert owned.owner is None
    assert owned.state == state
    assert open_alarm(owned).kind == alarms.UNATTENDED
    assert open_alarm(owned).is_ringing


def test_a_request_they_took_is_waiting_as_before(lena, dana):
    owned = AssistanceRequestFactory()
    alarms.ring(alarms.FILED, owned, NOON - timedelta(minutes=1))
    desk.take(assistance_request=owned, by=dana, at=NOON - timedelta(minutes=1))
    assert open_alarm(owned).taken_by == dana
    turn_off(dana, lena)

    owned.refresh_from_db()
    assert (owned.state, owned.owner) == (State.SUBMITTED, None)
    alarm = open_alarm(owned)
    assert (alarm.state, alarm.given_back_by) == (AlarmState.GIVEN_BACK, dana)


def test_others_requests_and_closed_ones_stay_as_they_are(lena, dana):
    others = AssistanceRequestFactory(state=State.TRIAGED)
    closed = AssistanceRequestFactory(state=State.CLOSED, owner=dana)
    turn_off(dana, lena)

    others.refresh_from_db()
    closed.refresh_from_db()
    assert others.owner is not None
    assert closed.owner == dana
    assert not Alarm.objects.exists()


def test_who_takes_the_request_has_its_follow_ups(lena, dana):
    owned = AssistanceRequestFactory(state=State.FOLLOWING_UP, owner=dana)
    follow_up = FollowUpFactory(assistance_request=owned, owner=dana)
    turn_off(dana, lena)
    miguel = UserFactory(duty_officer=True)
    desk.take(assistance_request=owned, by=miguel, at=NOON)

    follow_up.refresh_from_db()
    assert follow_up.owner == miguel


@LEAVING
def test_a_running_shift_ends_and_those_ahead_are_free(lena, dana, leave):
    past = ShiftFactory(
        user=dana, starts_at=NOON - timedelta(hours=20), ends_at=NOON - timedelta(hours=8)
    )
    running = ShiftFactory(user=dana)
    ahead = ShiftFactory(
        user=dana, starts_at=NOON + timedelta(days=1), ends_at=NOON + timedelta(days=2)
    )
    leave(dana, lena)

    assert not Shift.objects.touching(NOON, NOON + timedelta(days=9)).exists()
    running.refresh_from_db()
    assert running.ends_at == NOON
    assert Shift.objects.get(pk=past.pk).ends_at == past.ends_at
    kept = AuditEntry.objects.get(verb="shift.released", target_id=str(ahead.pk))
    assert kept.facts["role"] == DutyRole.PRIMARY
    assert kept.facts["starts"] == ahead.starts_at.isoformat()


def test_changing_between_roles_of_the_desk_releases_nothing(lena, dana):
    owned = AssistanceRequestFactory(state=State.TRIAGED, owner=dana)
    actions.change_roles(user=dana, roles=[Role.PROGRAM_MANAGER], by=lena, at=NOON)

    assert AssistanceRequest.objects.get(pk=owned.pk).owner == dana
