"""Settled messages of long ago are moved out of the way, whole."""

from datetime import timedelta

import pytest

from mvai.outbox import archiving
from mvai.outbox.models import ArchivedMessage, Heartbeat, Message
from mvai.outbox.states import MessageState
from tests.factories import NOON
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = pytest.mark.django_db

LATER = NOON + archiving.AFTER + timedelta(seconds=1)


def test_a_settled_message_keeps_everything_in_the_archive():
    message = MessageFactory(state=MessageState.DELIVERED)
    AttemptFactory(message=message, outcome="handed_over", detail="HTTP 200")

    assert archiving.archive(LATER) == 1

    kept = ArchivedMessage.objects.get()
    assert (kept.message_id, kept.label, kept.state) == (message.pk, "MV-7K4Q", "delivered")
    assert kept.record["reference"] == str(message.reference)
    assert [one["detail"] for one in kept.record["tries"]] == ["HTTP 200"]
    assert not Message.objects.exists()


@pytest.mark.parametrize("state", ["promised", "claimed", "failed_for_now"])
def test_what_is_under_way_stays(state):
    MessageFactory(state=state)

    assert archiving.archive(LATER) == 0


def test_what_is_recent_stays():
    MessageFactory(state=MessageState.DELIVERED)

    assert archiving.archive(NOON + archiving.AFTER) == 0


def test_what_is_under_a_legal_hold_stays():
    MessageFactory(state=MessageState.DELIVERED, legal_hold=True)

    assert archiving.archive(LATER) == 0


def test_one_that_was_sent_again_goes_after_the_one_that_followed_it():
    first = MessageFactory(state=MessageState.FAILED)
    MessageFactory(
        state=MessageState.DELIVERED, contact_point=first.contact_point, occurrence="2",
        again_of=first,
    )  # fmt: skip

    assert archiving.archive_batch(LATER) == 1
    assert archiving.archive_batch(LATER) == 1


def test_it_works_once_an_hour_until_nothing_is_left():
    MessageFactory(state=MessageState.DELIVERED)
    archiving.archive(LATER)
    MessageFactory(state=MessageState.DELIVERED)

    assert archiving.archive(LATER + timedelta(minutes=59)) == 0
    assert archiving.archive(LATER + timedelta(minutes=61)) == 1


def test_a_clock_that_ran_fast_does_not_stop_it():
    Heartbeat.objects.beat(archiving.HEARD_AS, LATER + timedelta(days=400))
    MessageFactory(state=MessageState.DELIVERED)

    assert archiving.archive(LATER) == 1
