"""A channel's pause, its rest after failures, and its pace."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mvai.outbox import actions, gates
from mvai.outbox.limits import Limit
from mvai.outbox.models import ChannelGate, Message
from mvai.outbox.states import MessageState
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def limits(settings):
    settings.CHANNEL_LIMITS = {
        "sms": Limit(per_second=10, burst=4, at_once=4, kept=2),
        "email": Limit(per_second=100, burst=100, at_once=100),
    }


def leave(count, *, urgent=True, now=NOON) -> int:
    """How many of so many texts are let through."""
    admitted = 0
    for _ in range(count):
        try:
            gates.admit(Channel.SMS, urgent=urgent, now=now)
        except gates.NotNow:
            continue
        admitted += 1
    return admitted


def fail(times, *, now=NOON):
    for _ in range(times):
        gates.note(Channel.SMS, well=False, now=now)


@pytest.fixture
def dana():
    return UserFactory(duty_officer=True)


def test_a_burst_leaves_at_once_and_the_rest_at_the_steady_pace():
    assert leave(10) == 4
    assert leave(10, now=NOON + SECOND / 10) == 1
    assert leave(10, now=NOON + 10 * SECOND) == 4


def test_a_part_of_the_burst_is_kept_for_what_is_urgent():
    assert leave(10, urgent=False) == 2
    assert leave(10, urgent=True) == 2


def test_so_many_are_under_way_at_once_and_some_places_are_kept():
    for _ in range(2):
        MessageFactory(state=MessageState.CLAIMED)

    assert leave(1, urgent=False) == 0
    assert leave(1, urgent=True) == 1


def test_a_claim_that_has_lapsed_takes_no_place():
    for _ in range(4):
        MessageFactory(state=MessageState.CLAIMED, lease_until=NOON)

    assert leave(1) == 1


def test_failures_in_a_row_make_a_channel_rest():
    leave(1)
    fail(gates.RESTS_AFTER)

    assert leave(1, now=NOON + 14 * SECOND) == 0
    assert gates.closed(NOON + 14 * SECOND) == [Channel.SMS]


def test_after_the_rest_one_message_tries_it():
    leave(1)
    fail(gates.RESTS_AFTER)

    assert leave(5, now=NOON + 16 * SECOND) == 1


def test_a_trial_that_fails_begins_a_longer_rest():
    leave(1)
    fail(gates.RESTS_AFTER)
    leave(1, now=NOON + 16 * SECOND)
    fail(1, now=NOON + 17 * SECOND)

    assert leave(1, now=NOON + 40 * SECOND) == 0
    assert leave(1, now=NOON + 48 * SECOND) == 1


def test_a_trial_whose_process_died_is_followed_by_another():
    leave(1)
    fail(gates.RESTS_AFTER)
    leave(1, now=NOON + 16 * SECOND)

    assert leave(1, now=NOON + 47 * SECOND) == 1


def test_one_success_ends_the_rest():
    leave(1)
    fail(gates.RESTS_AFTER)
    gates.note(Channel.SMS, well=True, now=NOON)

    assert leave(1) == 1


def test_failures_of_what_was_under_way_do_not_lengthen_the_rest():
    leave(1)
    fail(gates.RESTS_AFTER + 3)

    assert ChannelGate.objects.get().rests_until == NOON + gates.RESTS[0]


def test_a_clock_that_ran_fast_closes_no_channel_for_hours():
    leave(1, now=NOON + timedelta(hours=5))
    fail(gates.RESTS_AFTER, now=NOON + timedelta(hours=5))

    assert gates.closed(NOON) == []
    assert leave(1) == 1


def test_a_paused_channel_lets_nothing_out_and_loses_nothing(dana, gateway):
    gates.pause(channel=Channel.SMS, reason="The gateway is being moved", by=dana, at=NOON)
    message = MessageFactory()

    assert actions.deliver_due(NOON) == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.PROMISED, 0)

    gates.resume(channel=Channel.SMS, by=dana, at=NOON)
    assert actions.deliver_due(NOON) == 1


def test_a_paused_channel_holds_up_no_other(dana):
    gates.pause(channel=Channel.SMS, reason="The gateway is being moved", by=dana, at=NOON)
    MessageFactory.create_batch(actions.BATCH + 1)
    point = ContactPointFactory(channel=Channel.EMAIL, value="alex@agency.example")
    mail = MessageFactory(contact_point=point, urgent=False)

    actions.deliver_due(NOON)

    assert Message.objects.get(pk=mail.pk).state == MessageState.HANDED_OVER


def test_a_message_that_its_channel_does_not_admit_is_not_tried(gateway):
    leave(4)
    message = MessageFactory()

    actions.deliver(message_id=message.pk, now=NOON)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.generation) == ("promised", 0, 0)


def test_a_pause_says_why(dana):
    with pytest.raises(gates.CannotPause, match="Say why"):
        gates.pause(channel=Channel.SMS, reason=" ", by=dana, at=NOON)


def test_it_is_paused_once(dana):
    gates.pause(channel=Channel.SMS, reason="Moved", by=dana, at=NOON)

    with pytest.raises(gates.CannotPause, match="already"):
        gates.pause(channel=Channel.SMS, reason="Moved", by=dana, at=NOON)


def test_only_the_desk_pauses():
    with pytest.raises(PermissionDenied):
        gates.pause(channel=Channel.SMS, reason="Moved", by=UserFactory(), at=NOON)


def test_what_was_not_paused_cannot_be_resumed(dana):
    with pytest.raises(gates.CannotPause):
        gates.resume(channel=Channel.SMS, by=dana, at=NOON)
