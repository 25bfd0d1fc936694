"""Who takes an alarm, gives it back, and what settles it."""

from datetime import timedelta

import pytest

from mvai.audit.models import AuditEntry
from mvai.duty import actions
from mvai.duty.models import AlarmState, StepOutcome
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.mvai.duty.ringing import arrive, minutes, paged, ring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]


def test_the_first_to_take_it_has_it_and_the_kind_is_told(subject, dana, omar, doorbell):
    alarm = ring(subject)

    taken = actions.take(alarm=alarm, by=omar, at=NOON + minutes(1))

    assert (taken.state, taken.taken_by) == (AlarmState.TAKEN, omar)
    assert doorbell.calls == [(subject.pk, omar, NOON + minutes(1))]


def test_whoever_comes_later_is_told_who_has_it_since_when(subject, dana, omar):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=dana, at=NOON + timedelta(minutes=4))

    with pytest.raises(actions.AlarmTaken, match=r"^Dana Ruiz has it since 12:04 p\.m\. ET\.$"):
        actions.take(alarm=alarm, by=omar, at=NOON + minutes(5))


def test_taking_it_twice_by_the_same_person_is_no_refusal(subject, dana, doorbell):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=dana, at=NOON)
    actions.take(alarm=alarm, by=dana, at=NOON + minutes(1))

    assert len(doorbell.calls) == 1


@pytest.mark.parametrize("role", ["advisor", "auditor", "administrator", "content_editor"])
def test_only_the_desk_takes_alarms(subject, role):
    alarm = ring(subject)

    with pytest.raises(actions.PermissionDenied):
        actions.take(alarm=alarm, by=UserFactory(**{role: True}), at=NOON)


def test_an_account_that_is_closed_takes_nothing(subject, dana):
    alarm = ring(subject)
    dana.is_active = False

    with pytest.raises(actions.PermissionDenied):
        actions.take(alarm=alarm, by=dana, at=NOON)


def test_nothing_is_paged_after_it_was_taken(subject, dana, omar):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=dana, at=NOON + minutes(1))

    actions.run_due_steps(NOON + minutes(30))

    assert "Omar Haddad" not in paged()
    assert set(alarm.steps.exclude(number=1).values_list("outcome", flat=True)) == {
        StepOutcome.NOT_NEEDED
    }


def test_a_page_that_still_waits_is_taken_back(subject, dana, omar):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=omar, at=NOON)

    page = Message.objects.about(alarm).get(purpose="alarm_page", channel=Channel.SMS)
    assert (page.state, page.not_sent_reason) == (MessageState.CANCELED, NotSent.ALREADY_TAKEN)


def test_those_who_were_paged_are_told_that_somebody_has_it(subject, dana, omar):
    alarm = ring(subject)
    actions.run_due_steps(NOON + minutes(5))
    arrive()

    actions.take(alarm=alarm, by=omar, at=NOON + minutes(6))

    told = Message.objects.about(alarm).filter(purpose="alarm_taken")
    assert {message.person.full_name for message in told} == {"Dana Ruiz"}
    assert {message.channel for message in told} == {Channel.SMS, Channel.PORTAL}


def test_a_refusal_of_the_kind_leaves_it_ringing(subject, dana, doorbell):
    doorbell.refusal = actions.Refused("The door is gone.")
    alarm = ring(subject)

    with pytest.raises(actions.Refused, match="The door is gone"):
        actions.take(alarm=alarm, by=dana, at=NOON)

    alarm.refresh_from_db()
    assert alarm.is_ringing


def test_given_back_it_rings_for_the_others_first(subject, dana, omar):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=dana, at=NOON + minutes(1))

    given = actions.give_back(alarm=alarm, by=dana, at=NOON + minutes(2))

    assert given.state == AlarmState.GIVEN_BACK
    assert given.is_ringing
    assert paged() == ["Omar Haddad"]


def test_only_who_has_it_or_a_manager_gives_it_back(subject, dana, omar):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=dana, at=NOON)

    with pytest.raises(actions.AlarmTaken):
        actions.give_back(alarm=alarm, by=omar, at=NOON)


def test_what_was_given_back_can_be_taken_again(subject, dana, omar):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=dana, at=NOON)
    actions.give_back(alarm=alarm, by=dana, at=NOON + minutes(1))

    taken = actions.take(alarm=alarm, by=omar, at=NOON + minutes(2))

    assert taken.taken_by == omar


def test_settled_it_stops(subject, dana, omar):
    ring(subject)

    settled = actions.settle(kind="doorbell", subject=subject, at=NOON + minutes(1))
    actions.run_due_steps(NOON + minutes(30))

    assert settled.state == AlarmState.SETTLED
    assert "Omar Haddad" not in paged()


def test_settling_what_does_not_ring_does_nothing(subject):
    assert actions.settle(kind="doorbell", subject=subject, at=NOON) is None


def test_after_it_was_settled_the_same_subject_may_ring_anew(subject, dana):
    first = ring(subject)
    actions.settle(kind="doorbell", subject=subject, at=NOON + minutes(1))

    assert ring(subject, at=NOON + minutes(2)) != first


def test_what_is_settled_can_not_be_taken(subject, dana):
    alarm = ring(subject)
    actions.settle(kind="doorbell", subject=subject, at=NOON + minutes(1))

    with pytest.raises(actions.AlarmSettled):
        actions.take(alarm=alarm, by=dana, at=NOON + minutes(2))


@pytest.mark.parametrize(("after", "rings"), [(14, False), (15, True)])
def test_taken_long_ago_and_still_not_in_order_it_rings_again(subject, dana, after, rings):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=dana, at=NOON)

    again = ring(subject, at=NOON + minutes(after))

    assert again == alarm
    assert again.is_ringing is rings


def test_each_turn_of_an_alarm_is_in_the_log(subject, dana):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=dana, at=NOON)
    actions.give_back(alarm=alarm, by=dana, at=NOON)
    actions.settle(kind="doorbell", subject=subject, at=NOON)

    verbs = list(AuditEntry.objects.about(alarm).order_by("pk").values_list("verb", flat=True))
    assert [verb for verb in verbs if verb != "alarm.paged"] == [
        "alarm.rang",
        "alarm.taken",
        "alarm.given_back",
        "alarm.settled",
    ]
