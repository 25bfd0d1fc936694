"""A test message goes the whole way every few minutes, and its absence is noticed."""

from datetime import timedelta

import pytest
from django.core import mail

from mvai.outbox import actions, cycle, health, watchdog
from mvai.outbox.models import Cycle, Heartbeat, Message
from tests.factories import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _address(settings):
    settings.CYCLE_ADDRESS, settings.CYCLE_COMES_BACK = "cycle@mvai.example", True


def heard_codes(now):
    for lane in (watchdog.PIPELINE, watchdog.ROUTINE):
        Heartbeat.objects.beat(lane, now)
    return [warning.code for warning in health.state(now)]


def test_a_round_begins_every_three_minutes():
    assert cycle.turn(NOON) == 1
    cycle.received(Message.objects.get().reference, NOON)

    assert cycle.turn(NOON + 2 * MINUTE) == 0
    assert cycle.turn(NOON + 3 * MINUTE) == 1


def test_the_next_waits_while_one_is_under_way():
    cycle.turn(NOON)

    assert cycle.turn(NOON + 4 * MINUTE) == 0


def test_it_goes_the_true_way_and_comes_back():
    cycle.turn(NOON)
    actions.deliver_due(NOON)
    [letter] = mail.outbox
    assert letter.to == ["cycle@mvai.example"]

    reference = letter.extra_headers["Message-ID"].strip("<>").split("@")[0]
    assert cycle.received(reference, NOON + MINUTE)

    came = Cycle.objects.get()
    assert (came.received_at, came.ended_at) == (NOON + MINUTE, NOON + MINUTE)
    assert Heartbeat.objects.last("cycle") == NOON + MINUTE


def test_coming_back_twice_counts_once():
    cycle.turn(NOON)
    reference = Message.objects.get().reference
    cycle.received(reference, NOON + MINUTE)

    assert cycle.received(reference, NOON + 5 * MINUTE)
    assert Cycle.objects.get().received_at == NOON + MINUTE


def test_mail_of_others_is_no_round():
    assert not cycle.received("1e05c915-85f1-48e0-8446-7b172d4553bc", NOON)


def test_a_round_that_does_not_come_back_is_given_up_and_another_begins():
    cycle.turn(NOON)

    cycle.turn(NOON + 16 * MINUTE)

    given_up = Cycle.objects.order_by("pk").first()
    assert (given_up.received_at, given_up.ended_at) == (None, NOON + 16 * MINUTE)
    assert Cycle.objects.underway().count() == 1


def test_when_none_comes_back_for_ten_minutes_every_staff_page_says_so():
    cycle.turn(NOON)

    assert heard_codes(NOON + 10 * MINUTE) == ["late"]  # the message itself was never sent
    assert "cycle" in heard_codes(NOON + 11 * MINUTE)


def test_a_round_that_comes_back_ends_the_line():
    cycle.turn(NOON)
    actions.deliver_due(NOON)
    assert "cycle" in heard_codes(NOON + 11 * MINUTE)

    cycle.received(Message.objects.get().reference, NOON + 12 * MINUTE)

    assert heard_codes(NOON + 12 * MINUTE) == []


def test_without_a_polled_mailbox_a_round_ends_with_its_hand_over(settings):
    settings.CYCLE_COMES_BACK = False
    cycle.turn(NOON)
    actions.deliver_due(NOON)

    cycle.turn(NOON + MINUTE)

    came = Cycle.objects.get()
    assert came.received_at == came.handed_over_at == Message.objects.get().handed_over_at


def test_without_an_address_there_are_no_rounds(settings):
    settings.CYCLE_ADDRESS = ""

    assert cycle.turn(NOON) == 0


def test_a_clock_that_ran_fast_does_not_stop_the_rounds():
    cycle.turn(NOON + timedelta(days=1))
    cycle.received(Message.objects.get().reference, NOON + timedelta(days=1))

    assert cycle.turn(NOON) == 1
