"""What can't be true is refused by the database; each constraint is broken once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from mvai.duty.models import AlarmState, AlarmTurn, DutyRole, StepOutcome
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import AlarmFactory, AlarmStepFactory, ShiftFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_a_role_has_one_person_at_a_time():
    ShiftFactory(starts_at=NOON, ends_at=NOON + HOUR)

    with pytest.raises(IntegrityError, match="duty_one_person_per_role_at_a_time"):
        ShiftFactory(starts_at=NOON + HOUR / 2, ends_at=NOON + 2 * HOUR)


def test_a_shift_may_start_when_the_one_before_ends():
    ShiftFactory(starts_at=NOON, ends_at=NOON + HOUR)
    ShiftFactory(starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)


def test_two_roles_overlap_freely():
    ShiftFactory(role=DutyRole.PRIMARY)
    ShiftFactory(role=DutyRole.BACKUP)


@pytest.mark.parametrize("length", [timedelta(0), -HOUR])
def test_a_shift_ends_after_it_starts(length):
    with pytest.raises(IntegrityError, match="duty_shift_ends_after_it_starts"):
        ShiftFactory(starts_at=NOON, ends_at=NOON + length)


def test_a_shift_has_a_known_role():
    with pytest.raises(IntegrityError, match="duty_shift_role_is_known"):
        ShiftFactory(role="mascot")


def test_a_subject_has_one_open_alarm_of_a_kind():
    AlarmFactory()

    with pytest.raises(IntegrityError, match="duty_one_open_alarm_per_subject"):
        AlarmFactory()


def test_an_alarm_has_a_known_state():
    with pytest.raises(IntegrityError, match="duty_alarm_state_is_known"):
        AlarmFactory(state="humming")


def test_a_taker_has_a_time():
    with pytest.raises(IntegrityError, match="duty_alarm_taken_by_and_at_go_together"):
        AlarmFactory(state=AlarmState.TAKEN, taken_by=UserFactory(duty_officer=True))


def test_what_is_taken_has_a_taker():
    with pytest.raises(IntegrityError, match="duty_alarm_taken_has_a_taker"):
        AlarmFactory(state=AlarmState.TAKEN)


def test_what_rings_has_no_taker():
    with pytest.raises(IntegrityError, match="duty_alarm_ringing_has_no_taker"):
        AlarmFactory(taken_by=UserFactory(duty_officer=True), taken_at=NOON)


def test_what_is_settled_has_a_time():
    with pytest.raises(IntegrityError, match="duty_alarm_settled_at_iff_settled"):
        AlarmFactory(state=AlarmState.SETTLED)


def test_a_step_has_its_number_once():
    step = AlarmStepFactory()

    with pytest.raises(IntegrityError, match="duty_one_step_per_number"):
        AlarmStepFactory(alarm=step.alarm)


def test_a_step_has_a_known_audience():
    with pytest.raises(IntegrityError, match="duty_step_audience_is_known"):
        AlarmStepFactory(audience="neighbors")


def test_a_step_is_done_exactly_when_it_has_an_outcome():
    with pytest.raises(IntegrityError, match="duty_step_outcome_iff_done"):
        AlarmStepFactory(outcome=StepOutcome.PAGED)


def test_a_turn_is_between_known_states():
    alarm = AlarmFactory()
    with pytest.raises(IntegrityError, match="duty_turn_states_are_known"):
        AlarmTurn.objects.create(
            alarm=alarm, ringing=1, source="ringing", target="humming", at=NOON
        )
