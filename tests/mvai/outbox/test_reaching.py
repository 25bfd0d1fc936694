"""Who can't be reached, why and since when; and the test that shows it."""

from datetime import timedelta

import pytest

from mvai.outbox import purposes, reaching
from mvai.outbox.models import Message
from mvai.outbox.reaching import Missing
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


def troubles(person, now=LATER):
    found = reaching.troubles([person.pk], now=now).get(person.pk, [])
    return [(one.missing, one.channel, one.since) for one in found]


def test_who_has_proven_a_number_is_reached():
    person = ContactPointFactory().person

    assert troubles(person) == []
    assert not reaching.is_cut_off(person)


def test_who_gave_nothing_cannot_be_reached():
    person = PersonFactory()

    assert troubles(person) == [(Missing.NO_WAY, "", None)]
    assert reaching.is_cut_off(person)


@pytest.mark.parametrize("given", [{"normalized": ""}, {"removed_at": NOON, "stopped_at": NOON}])
def test_what_cannot_be_read_or_was_removed_is_no_way(given):
    person = ContactPointFactory(proven_at=None, **given).person

    assert troubles(person) == [(Missing.NO_WAY, "", None)]


def test_who_has_proven_nothing_cannot_be_reached():
    person = ContactPointFactory(proven_at=None).person

    assert troubles(person) == [(Missing.NOTHING_PROVEN, "", None)]
    assert reaching.is_cut_off(person)


def test_a_stopped_number_is_told_though_another_way_is_left():
    person = ContactPointFactory(stopped_at=NOON).person
    ContactPointFactory(person=person, channel=Channel.EMAIL, value="alex@agency.example")

    assert troubles(person) == [(Missing.STOPPED, Channel.SMS, NOON)]
    assert not reaching.is_cut_off(person)


def test_who_stopped_the_only_way_is_cut_off_since_then():
    person = ContactPointFactory(stopped_at=NOON).person

    assert troubles(person) == [
        (Missing.NO_WAY, "", NOON),
        (Missing.STOPPED, Channel.SMS, NOON),
    ]


def failed(point, *, after=timedelta(0), reason=NotSent.REFUSED, **given):
    return MessageFactory(
        contact_point=point,
        subject_id=after.seconds + 1,
        state=MessageState.FAILED,
        not_sent_reason=reason,
        ended_at=NOON + after,
        **given,
    )


def sent(point, *, after=timedelta(0)):
    return MessageFactory(
        contact_point=point,
        subject_id=after.seconds + 1,
        occurrence="sent",
        state=MessageState.HANDED_OVER,
        handed_over_at=NOON + after,
    )


def test_a_message_that_failed_is_told_since_the_first():
    point = ContactPointFactory()
    failed(point, after=timedelta(minutes=5))
    failed(point)

    assert troubles(point.person) == [(Missing.FAILED, Channel.SMS, NOON)]


def test_what_got_through_since_settles_it():
    point = ContactPointFactory()
    failed(point)
    sent(point, after=timedelta(minutes=5))

    assert troubles(point.person) == []


def test_what_got_through_before_does_not():
    point = ContactPointFactory()
    sent(point)
    failed(point, after=timedelta(minutes=5))

    assert [one for one, *_ in troubles(point.person)] == [Missing.FAILED]


@pytest.mark.parametrize("reason", [NotSent.UNREACHABLE, NotSent.NOT_WRITTEN])
def test_what_failed_on_our_side_says_nothing_of_the_number(reason):
    point = ContactPointFactory()
    failed(point, reason=reason)

    assert troubles(point.person) == []


def test_a_number_that_is_used_no_more_is_no_trouble():
    person = ContactPointFactory().person
    gone = ContactPointFactory(
        person=person, value="2025550199", proven_at=None, stopped_at=NOON, removed_at=NOON
    )
    failed(gone)

    assert troubles(person) == []


def test_a_failure_of_long_ago_is_forgotten():
    point = ContactPointFactory()
    failed(point)

    assert troubles(point.person, now=NOON + timedelta(days=31)) == []


def test_everybody_is_asked_for_at_once(django_assert_max_num_queries):
    people = [failed(ContactPointFactory()).person for _ in range(5)]

    with django_assert_max_num_queries(3):
        assert len(reaching.troubles([one.pk for one in people], now=LATER)) == 5


# The test


def try_it(person, at=NOON):
    return reaching.send_test(person=person, at=at, by=None)


def everything():
    person = PersonFactory()
    ContactPointFactory(person=person)
    ContactPointFactory(person=person, channel=Channel.VOICE)
    ContactPointFactory(person=person, channel=Channel.EMAIL, value="alex@agency.example")
    return person


def test_a_test_goes_by_each_way_at_once():
    messages = try_it(everything())

    assert {one.channel for one in messages} == {Channel.SMS, Channel.VOICE, Channel.EMAIL}
    assert {one.due_at for one in messages} == {NOON}


def test_a_test_goes_to_the_number_that_is_used_and_not_to_one_unproven():
    person = everything()
    ContactPointFactory(person=person, value="2025550199", proven_at=None)

    assert len(try_it(person)) == 3
    assert all(one.contact_point.is_proven for one in try_it(person, NOON + timedelta(minutes=2)))


def test_without_a_proven_way_there_is_nothing_to_test():
    with pytest.raises(reaching.NoTestNow, match="Prove"):
        try_it(ContactPointFactory(proven_at=None).person)


def test_a_test_is_not_sent_again_within_the_minute():
    person = everything()
    try_it(person)

    with pytest.raises(reaching.NoTestNow):
        try_it(person, NOON + timedelta(seconds=30))
    assert Message.objects.count() == 3


def test_no_more_than_six_tests_an_hour():
    person = everything()
    for turn in range(6):
        try_it(person, NOON + timedelta(minutes=2 * turn))

    with pytest.raises(reaching.NoTestNow, match="hour"):
        try_it(person, NOON + timedelta(minutes=20))


def test_the_latest_test_is_shown_for_an_hour():
    person = everything()
    try_it(person)
    latest = try_it(person, NOON + timedelta(minutes=5))

    assert set(reaching.latest_test(person, LATER)) == set(latest)
    assert reaching.latest_test(person, NOON + timedelta(hours=2)) == []


@pytest.mark.parametrize(
    ("state", "after", "is_underway"),
    [
        (MessageState.PROMISED, 1, True),
        (MessageState.CLAIMED, 1, True),
        (MessageState.HANDED_OVER, 1, True),
        (MessageState.DELIVERED, 1, False),
        (MessageState.FAILED, 1, False),
        (MessageState.PROMISED, 10, False),
    ],
)
def test_a_page_looks_on_while_something_may_be_heard(state, after, is_underway):
    message = MessageFactory(state=state)

    assert reaching.is_underway([message], NOON + timedelta(minutes=after)) is is_underway


def test_of_a_mail_nothing_is_heard_after_it_left():
    mail = ContactPointFactory(channel=Channel.EMAIL, value="alex@agency.example")

    assert not reaching.is_underway(
        [MessageFactory(contact_point=mail, state=MessageState.HANDED_OVER)], NOON
    )


def test_a_test_that_is_late_is_not_sent():
    try_it(everything())
    message = Message.objects.first()

    assert purposes.get(reaching.TEST).is_relevant(message, NOON) == ""
    assert purposes.get(reaching.TEST).is_relevant(message, LATER) == NotSent.TOO_LATE
