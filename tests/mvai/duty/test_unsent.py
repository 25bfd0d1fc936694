"""An urgent message that reached nobody rings the desk, and never about itself."""

import pytest
from django.urls import reverse

from mvai.duty import actions, kinds, unsent
from mvai.duty.models import Alarm, AlarmState
from mvai.outbox import failing
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.duty import AlarmFactory
from tests.factories.outbox import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def message():
    return MessageFactory(state=MessageState.FAILED, label="MV-7K4Q")


@pytest.fixture
def dana():
    return UserFactory(duty_officer=True)


def alarm_of(message) -> Alarm:
    return Alarm.objects.get(kind="message_unsent", subject_id=message.pk)


def test_it_is_what_the_outbox_does_where_an_app_says_nothing_else():
    assert failing._default == [unsent.ring_the_desk]


def test_it_rings_once_and_leads_to_the_message(message):
    unsent.ring_the_desk(message, NOON)
    unsent.ring_the_desk(message, NOON)

    assert alarm_of(message).label == "MV-7K4Q"
    assert kinds.path_of(alarm_of(message)) == reverse("outbox:message", args=[message.pk])
    assert kinds.get("message_unsent").plan == kinds.STANDARD


def test_a_page_that_failed_rings_nothing():
    alarm = AlarmFactory()
    page = MessageFactory(state=MessageState.FAILED, subject_type="duty.alarm", subject_id=alarm.pk)
    unsent.ring_the_desk(page, NOON)

    assert Alarm.objects.get() == alarm


def test_what_is_sent_again_settles_it(message):
    unsent.ring_the_desk(message, NOON)
    assert unsent.settle_sent(NOON) == 0
    MessageFactory(again_of=message)

    assert unsent.settle_sent(NOON) == 1
    assert alarm_of(message).state == AlarmState.SETTLED
    assert unsent.settle_sent(NOON) == 0


def test_what_arrived_after_all_settles_it():
    message = MessageFactory(state=MessageState.UNKNOWN)
    unsent.ring_the_desk(message, NOON)
    Message.objects.update(
        state=MessageState.DELIVERED, handed_over_at=NOON, delivered_at=NOON,
        not_sent_reason="", ended_at=None,
    )  # fmt: skip

    assert unsent.settle_sent(NOON) == 1


def test_who_took_it_says_that_it_is_in_order(client, message, dana):
    unsent.ring_the_desk(message, NOON)
    alarm = actions.take(alarm=alarm_of(message), by=dana, at=NOON)
    assert "It is in order" in sign_in(client, dana).get(reverse("duty:now")).content.decode()

    client.post(reverse("duty:settle", args=[alarm.pk]))

    assert alarm_of(message).state == AlarmState.SETTLED


def test_nobody_else_says_so(message, dana):
    unsent.ring_the_desk(message, NOON)
    alarm = actions.take(alarm=alarm_of(message), by=dana, at=NOON)

    with pytest.raises(actions.AlarmTaken):
        actions.settle_by_hand(alarm=alarm, by=UserFactory(duty_officer=True), at=NOON)


def test_what_still_rings_is_not_settled_by_hand(message, dana):
    unsent.ring_the_desk(message, NOON)

    with pytest.raises(actions.AlarmSettled):
        actions.settle_by_hand(alarm=alarm_of(message), by=dana, at=NOON)


def test_other_kinds_are_settled_by_what_happens_only(doorbell, dana):
    alarm = AlarmFactory(state=AlarmState.TAKEN, taken_by=dana, taken_at=NOON)

    with pytest.raises(actions.AlarmSettled):
        actions.settle_by_hand(alarm=alarm, by=dana, at=NOON)
