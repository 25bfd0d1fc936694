from datetime import timedelta

import pytest
from django.db import transaction

from mvai.outbox import actions, purposes
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = pytest.mark.django_db


def reachable(**given):
    person = PersonFactory()
    ContactPointFactory(person=person)
    ContactPointFactory(person=person, channel=Channel.EMAIL, value="alex@agency.example")
    return person


def promise(person, **given):
    return actions.enqueue(
        **{"purpose": "test_page", "subject": person, "people": [person], "at": NOON, **given}
    )


def test_each_person_is_promised_one_message_on_each_channel_that_reaches_them():
    messages = promise(reachable())

    assert {message.channel for message in messages} == {Channel.SMS, Channel.EMAIL}
    assert {message.state for message in messages} == {MessageState.PROMISED}


def test_only_the_purposes_own_channels_are_used(register):
    register(channels=(Channel.EMAIL,))

    [message] = promise(reachable())

    assert message.channel == Channel.EMAIL


def test_the_preferred_contact_point_is_used():
    person = PersonFactory()
    ContactPointFactory(person=person, value="(202) 555-0101", sort=2)
    preferred = ContactPointFactory(person=person, value="(202) 555-0102", sort=1)

    [message] = promise(person)

    assert message.contact_point == preferred


def test_promising_the_same_twice_promises_it_once():
    person = reachable()

    first, second = promise(person), promise(person)

    assert {message.pk for message in first} == {message.pk for message in second}
    assert Message.objects.count() == 2


def test_another_occurrence_is_another_promise():
    person = reachable()

    promise(person, occurrence="1")
    promise(person, occurrence="2")

    assert Message.objects.count() == 4


def test_a_person_named_twice_gets_one_message():
    person = reachable()

    assert len(promise(person, people=[person, person])) == 2


def test_someone_who_cannot_be_reached_gets_a_row_that_says_so():
    [message] = promise(PersonFactory())

    assert message.state == MessageState.CANCELED
    assert message.not_sent_reason == NotSent.NO_CONTACT_POINT


def test_a_stopped_contact_point_is_not_used():
    point = ContactPointFactory(stopped_at=NOON)

    [message] = promise(point.person)

    assert message.not_sent_reason == NotSent.NO_CONTACT_POINT


def test_an_unknown_purpose_is_a_mistake_of_the_caller():
    person = reachable()

    with pytest.raises(KeyError):
        promise(person, purpose="never_registered")


def test_a_promise_for_later_waits_for_its_time():
    [message, _] = promise(reachable(), due_at=NOON + timedelta(hours=1))

    assert not Message.objects.due(NOON).filter(pk=message.pk).exists()
    assert Message.objects.due(NOON + timedelta(hours=1)).filter(pk=message.pk).exists()


def test_promising_costs_two_queries(django_assert_num_queries):
    person = reachable()

    with django_assert_num_queries(2):
        promise(person)


def test_with_the_contact_points_at_hand_it_costs_one(django_assert_num_queries):
    person = reachable()
    points = list(person.contact_points.all())

    with django_assert_num_queries(1):
        messages = promise(person, points=points)

    assert {message.contact_point for message in messages} == set(points)


@pytest.mark.parametrize(
    "given", [{"stopped_at": NOON}, {"normalized": ""}, {"channel": Channel.VOICE}]
)
def test_a_contact_point_at_hand_is_used_only_where_messages_can_go(given):
    point = ContactPointFactory(**given)

    [message] = promise(point.person, points=[point])

    assert message.not_sent_reason == NotSent.NO_CONTACT_POINT


def test_what_is_promised_beside_an_older_promise_is_told_with_it():
    point = ContactPointFactory()
    [text] = promise(point.person)
    ContactPointFactory(person=point.person, channel=Channel.EMAIL, value="alex@agency.example")

    messages = promise(point.person)

    assert text in messages
    assert {message.channel for message in messages} == {Channel.SMS, Channel.EMAIL}


@pytest.mark.django_db(transaction=True)
def test_a_promise_falls_with_its_cause():
    def fail_after_promising():
        with transaction.atomic():
            promise(reachable())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_promising()

    assert not Message.objects.exists()


def test_what_still_waits_can_be_taken_back():
    message = MessageFactory()

    assert actions.cancel(
        subject=message.person, purposes=["test_page"], at=NOON, reason=NotSent.ALREADY_TAKEN
    )

    message.refresh_from_db()
    assert message.state == MessageState.CANCELED
    assert message.not_sent_reason == NotSent.ALREADY_TAKEN


@pytest.mark.parametrize("state", [MessageState.CLAIMED, MessageState.HANDED_OVER])
def test_what_is_on_its_way_is_not_taken_back(state):
    message = MessageFactory(state=state)

    assert not actions.cancel(
        subject=message.person, purposes=["test_page"], at=NOON, reason=NotSent.ALREADY_TAKEN
    )


def test_taking_back_leaves_other_purposes_alone():
    message = MessageFactory()

    assert not actions.cancel(
        subject=message.person, purposes=["other"], at=NOON, reason=NotSent.ALREADY_TAKEN
    )


def test_a_purpose_goes_by_text_or_mail_only(register):
    with pytest.raises(ValueError, match="e-mail or text"):
        register(channels=(Channel.VOICE,))


def test_a_purpose_of_an_older_version_still_has_a_name():
    assert purposes.words("offer_made_before") == "Offer made before"
