from datetime import timedelta

import pytest
from django.db import transaction

from mvai.outbox import actions, purposes
from mvai.outbox.models import Message, Topic, Wish
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.outbox import MessageFactory, RoomFactory
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

    assert message.not_sent_reason == NotSent.CONTACT_POINT_STOPPED


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
    ("given", "why"),
    [
        ({"stopped_at": NOON}, NotSent.CONTACT_POINT_STOPPED),
        ({"normalized": ""}, NotSent.NO_CONTACT_POINT),
        ({"proven_at": None}, NotSent.CONTACT_POINT_UNPROVEN),
    ],
)
@pytest.mark.parametrize("at_hand", [True, False])
def test_a_contact_point_is_used_only_where_messages_can_go(given, why, at_hand):
    point = ContactPointFactory(**given)

    [message] = promise(point.person, points=[point] if at_hand else None)

    assert (message.state, message.not_sent_reason) == (MessageState.CANCELED, why)


def test_a_proven_number_is_used_before_one_that_is_preferred_and_not_proven():
    person = PersonFactory()
    ContactPointFactory(person=person, value="202-555-0101", proven_at=None)
    proven = ContactPointFactory(person=person, value="202-555-0102", sort=1)

    [message] = promise(person)

    assert message.contact_point == proven


def test_a_requester_need_not_have_proven_anything(register):
    register(audience="requester")

    [message] = promise(ContactPointFactory(proven_at=None).person)

    assert message.state == MessageState.PROMISED


def test_a_purpose_may_ask_requesters_for_proof_on_some_channels(register):
    register(audience="requester", to_unproven=frozenset({Channel.EMAIL}))
    person = PersonFactory()
    ContactPointFactory(person=person, proven_at=None)
    ContactPointFactory(
        person=person, channel=Channel.EMAIL, value="alex@agency.example", proven_at=None
    )

    assert {message.channel for message in promise(person)} == {Channel.EMAIL}


def test_what_is_urgent_is_called_through_when_nothing_else_reaches():
    [message] = promise(ContactPointFactory(channel=Channel.VOICE).person)

    assert message.channel == Channel.VOICE


@pytest.mark.parametrize("given", [{"urgent": False}, {"audience": "requester"}])
def test_what_is_not_or_goes_to_a_requester_calls_nobody_unasked(register, given):
    register(**given)

    [message] = promise(ContactPointFactory(channel=Channel.VOICE).person)

    assert message.state == MessageState.CANCELED


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


def test_a_purpose_names_the_channels_that_reach_a_person(register):
    with pytest.raises(ValueError, match="reached"):
        register(channels=(Channel.CHAT,))


def wish(person, channel, *, after=timedelta(0), is_on=True):
    Wish.objects.create(person=person, topic=Topic.WORK, channel=channel, after=after, is_on=is_on)


def by_channel(messages):
    return {message.channel: message.due_at - NOON for message in messages}


def test_a_channel_waits_as_the_purpose_says(register):
    register(after={Channel.EMAIL: timedelta(minutes=2)})

    assert by_channel(promise(reachable())) == {
        Channel.SMS: timedelta(0),
        Channel.EMAIL: timedelta(minutes=2),
    }


def test_without_the_first_channel_the_next_does_not_wait(register):
    register(after={Channel.EMAIL: timedelta(minutes=2)})
    person = PersonFactory()
    ContactPointFactory(person=person, channel=Channel.EMAIL, value="alex@agency.example")

    assert by_channel(promise(person)) == {Channel.EMAIL: timedelta(0)}


def test_a_person_may_wish_for_another_order():
    person = reachable()
    wish(person, Channel.EMAIL)
    wish(person, Channel.SMS, after=timedelta(minutes=5))

    assert by_channel(promise(person)) == {
        Channel.EMAIL: timedelta(0),
        Channel.SMS: timedelta(minutes=5),
    }


def test_a_person_may_wish_a_channel_off():
    person = reachable()
    wish(person, Channel.SMS, is_on=False)

    assert set(by_channel(promise(person))) == {Channel.EMAIL}


def test_a_wish_that_can_no_longer_be_kept_holds_nothing_urgent_back():
    person = reachable()
    for channel in (Channel.SMS, Channel.EMAIL):
        wish(person, channel, is_on=False)
    wish(person, Channel.VOICE)

    assert set(by_channel(promise(person))) == {Channel.SMS, Channel.EMAIL}


def test_what_can_be_texted_can_be_spoken_when_a_person_wishes_it():
    person = reachable()
    ContactPointFactory(person=person, channel=Channel.VOICE)
    wish(person, Channel.VOICE, after=timedelta(minutes=2))

    assert by_channel(promise(person))[Channel.VOICE] == timedelta(minutes=2)


def test_a_step_may_narrow_the_channels():
    assert set(by_channel(promise(reachable(), channels=[Channel.EMAIL]))) == {Channel.EMAIL}


def test_somebody_whom_the_narrowed_channels_do_not_reach_is_reached_by_the_others():
    assert promise(reachable(), channels=[Channel.VOICE])


def test_a_notice_in_the_portal_needs_no_address(register):
    register(channels=(Channel.SMS, Channel.PORTAL))

    [message] = promise(PersonFactory())

    assert (message.channel, message.contact_point) == (Channel.PORTAL, None)


def test_active_rooms_are_told_once_beside_the_people(register):
    register(rooms=True)
    room = RoomFactory()
    RoomFactory(name="Old room", is_active=False)
    person = reachable()

    promise(person)
    messages = promise(person)

    assert [message.room for message in messages if message.room] == [room]
    assert len(messages) == 3


def test_a_purpose_of_an_older_version_still_has_a_name():
    assert purposes.words("offer_made_before") == "Offer made before"
