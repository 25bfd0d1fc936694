"""When a message can't arrive: the person's next channel, else the desk."""

from datetime import timedelta

import pytest

from mvai.outbox import actions, failing
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def unreached(register):
    """What the purpose was told; it is promised by text now and by mail two minutes later."""
    told: list = []
    register(
        after={Channel.EMAIL: 2 * MINUTE}, unreached=lambda message, at: told.append(message.pk)
    )
    return told


@pytest.fixture
def alex():
    person = PersonFactory()
    ContactPointFactory(person=person)
    ContactPointFactory(person=person, channel=Channel.EMAIL, value="alex@agency.example")
    return person


def promise(person) -> dict[str, Message]:
    messages = actions.enqueue(purpose="test_page", subject=person, people=[person], at=NOON)
    return {message.channel: message for message in messages}


def refuse(gateway) -> None:
    gateway.answers = [(400, "")]


def deliver(message: Message, now=NOON) -> Message:
    """Deliver it, and draw the consequences as the sweep does when nobody did it before."""
    actions.deliver(message_id=message.pk, now=now)
    failing.follow_up(now)
    return Message.objects.get(pk=message.pk)


def test_what_is_to_follow_by_another_channel_follows_at_once(unreached, alex, gateway):
    promised = promise(alex)
    refuse(gateway)

    assert deliver(promised["sms"]).state == MessageState.FAILED

    assert Message.objects.get(pk=promised["email"].pk).due_at == NOON
    assert not unreached


def test_a_message_that_is_already_being_tried_keeps_its_pause(unreached, alex, gateway):
    promised = promise(alex)
    later = NOON + MINUTE
    Message.objects.filter(pk=promised["email"].pk).update(attempts=1, due_at=later)
    refuse(gateway)

    deliver(promised["sms"])

    assert Message.objects.get(pk=promised["email"].pk).due_at == later


def test_when_another_channel_has_reached_the_person_nothing_follows(unreached, alex, gateway):
    promised = promise(alex)
    deliver(promised["email"], NOON + 2 * MINUTE)
    refuse(gateway)

    deliver(promised["sms"])

    assert Message.objects.count() == 2
    assert not unreached


def test_the_next_channel_that_could_be_used_is_promised(unreached, alex, gateway):
    ContactPointFactory(person=alex, channel=Channel.VOICE)
    promised = promise(alex)
    Message.objects.filter(pk=promised["email"].pk).update(
        state="claimed", lease_until=NOON + MINUTE
    )
    Message.objects.filter(pk=promised["email"].pk).update(
        state="failed", lease_until=None, not_sent_reason="refused", ended_at=NOON
    )
    refuse(gateway)

    deliver(promised["sms"])

    call = Message.objects.get(channel=Channel.VOICE)
    assert (call.state, call.due_at, call.urgent) == (MessageState.PROMISED, NOON, True)
    assert not unreached


def test_when_none_is_left_the_purpose_is_told(unreached, gateway):
    person = ContactPointFactory().person
    promised = promise(person)
    refuse(gateway)

    deliver(promised["sms"])

    assert unreached == [promised["sms"].pk]


def test_an_urgent_message_without_an_answer_of_its_own_goes_to_the_desk(
    register, gateway, monkeypatch
):
    told: list = []
    monkeypatch.setattr(failing, "_default", [lambda message, at: told.append(message.pk)])
    message = promise(ContactPointFactory().person)["sms"]
    refuse(gateway)

    deliver(message)

    assert told == [message.pk]


def test_a_routine_message_without_one_is_only_shown(register, gateway, monkeypatch):
    register(urgent=False)
    told: list = []
    monkeypatch.setattr(failing, "_default", [lambda message, at: told.append(message.pk)])
    message = promise(ContactPointFactory().person)["sms"]
    refuse(gateway)

    assert deliver(message).state == MessageState.FAILED
    assert not told


def test_a_contact_point_that_was_stopped_meanwhile_is_as_good_as_a_failure(unreached, gateway):
    point = ContactPointFactory()
    promised = promise(point.person)
    point.stopped_at = NOON
    point.save()

    deliver(promised["sms"])

    assert unreached == [promised["sms"].pk]


def test_a_notice_in_the_portal_does_not_count_as_having_reached_anybody(
    register, unreached, gateway
):
    told: list = []
    register(
        channels=(Channel.SMS, Channel.PORTAL),
        unreached=lambda message, at: told.append(message.pk),
    )
    promised = promise(ContactPointFactory().person)
    Message.objects.filter(channel=Channel.PORTAL).update(state="claimed", lease_until=NOON)
    Message.objects.filter(channel=Channel.PORTAL).update(
        state="handed_over", lease_until=None, handed_over_at=NOON
    )
    refuse(gateway)

    deliver(promised["sms"])

    assert told == [promised["sms"].pk]


def test_consequences_are_drawn_once(unreached, gateway):
    message = promise(ContactPointFactory().person)["sms"]
    refuse(gateway)
    deliver(message)

    assert failing.follow_up(NOON + MINUTE) == 0
    assert unreached == [message.pk]


@pytest.mark.django_db(transaction=True)
def test_they_are_drawn_right_after_the_commit(unreached, gateway):
    message = promise(ContactPointFactory().person)["sms"]
    refuse(gateway)

    actions.deliver(message_id=message.pk, now=NOON)

    assert unreached == [message.pk]


def test_a_purpose_that_can_not_be_told_now_is_told_later(register, gateway):
    tries: list = []

    def told(message, at):
        tries.append(at)
        if len(tries) == 1:
            raise ValueError

    register(unreached=told)
    message = promise(ContactPointFactory().person)["sms"]
    refuse(gateway)
    deliver(message)

    assert failing.follow_up(NOON) == 0
    assert failing.follow_up(NOON + MINUTE) == 1


def test_a_message_that_may_have_arrived_is_not_followed_by_another(unreached, alex, gateway):
    promised = promise(alex)
    Message.objects.filter(pk=promised["email"].pk).update(
        state="claimed", lease_until=NOON + MINUTE
    )
    Message.objects.filter(pk=promised["email"].pk).update(
        state="unknown", lease_until=None, not_sent_reason="no_answer", ended_at=NOON
    )
    refuse(gateway)

    deliver(promised["sms"])

    assert not unreached
