"""How people wish to be told, topic by topic."""

from datetime import timedelta

import pytest

from mvai.audit.models import AuditEntry
from mvai.outbox import actions, wishes
from mvai.outbox.models import Message, Topic, Wish
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = pytest.mark.django_db

NOW, LATER = timedelta(0), timedelta(minutes=5)
SMS, VOICE, EMAIL = Channel.SMS, Channel.VOICE, Channel.EMAIL


@pytest.fixture
def usual(monkeypatch, register):
    """The purpose of the tests is the one of its topic."""

    def only(**given):
        purpose = register(topic="alarms", **given)
        monkeypatch.setattr(wishes.purposes, "registered", lambda: [purpose])

    return only


@pytest.fixture
def person():
    person = PersonFactory()
    ContactPointFactory(person=person)
    ContactPointFactory(person=person, channel=EMAIL, value="alex@agency.example")
    return person


def keep(person, topic=Topic.ALARMS, **ways):
    wishes.set_wishes(person=person, topic=topic, ways=ways, at=NOON, by=None)


def ways_of(person, topic=Topic.ALARMS):
    return wishes.ways_of(person, [topic])[topic]


def test_unless_somebody_wishes_otherwise_it_is_as_the_purposes_say(usual, person):
    usual(channels=(SMS, EMAIL), after={EMAIL: timedelta(minutes=2)})

    assert ways_of(person) == {SMS: NOW, VOICE: None, EMAIL: timedelta(minutes=2)}


def test_the_portal_is_offered_where_a_purpose_shows_there(usual, person):
    usual(channels=(SMS, Channel.PORTAL))

    assert ways_of(person)[Channel.PORTAL] == NOW


def test_what_somebody_wishes_is_kept_and_followed(usual, person):
    usual()
    keep(person, sms=LATER, email=NOW, voice=None)

    assert ways_of(person) == {SMS: LATER, VOICE: None, EMAIL: NOW}
    messages = actions.enqueue(purpose="test_page", subject=person, people=[person], at=NOON)
    assert {one.channel: one.due_at - NOON for one in messages} == {EMAIL: NOW, SMS: LATER}


def test_only_what_differs_from_the_usual_is_kept(usual, person):
    usual()
    keep(person, sms=NOW, email=NOW, voice=None)
    assert not Wish.objects.exists()

    keep(person, sms=NOW, email=None, voice=None)
    assert [(one.channel, one.is_on) for one in Wish.objects.all()] == [(EMAIL, False)]

    keep(person, sms=NOW, email=NOW, voice=None)
    assert not Wish.objects.exists()


def test_a_wish_is_one_topics_own(usual, person):
    usual()
    keep(person, sms=LATER, email=NOW)

    assert not Wish.objects.exclude(topic=Topic.ALARMS).exists()


@pytest.mark.parametrize("topic", sorted(wishes.NEVER_SILENT))
@pytest.mark.parametrize(
    "ways",
    [
        {"sms": None, "voice": None, "email": None},
        {"sms": None, "voice": NOW, "email": None},  # for calls no number is proven
    ],
)
def test_of_alarms_and_offers_one_way_that_reaches_stays_on(person, topic, ways):
    with pytest.raises(wishes.WishRefused):
        keep(person, topic, **ways)
    assert not Wish.objects.exists()


def test_other_topics_may_be_silent(person):
    keep(person, Topic.WORK, sms=None, voice=None, email=None, portal=None)

    assert set(ways_of(person, Topic.WORK).values()) == {None}


def test_who_has_proven_nothing_yet_may_wish_all_the_same():
    person = ContactPointFactory(proven_at=None).person

    keep(person, sms=None, voice=NOW, email=None)

    assert ways_of(person)[VOICE] == NOW


def test_the_log_holds_codes_and_only_when_something_changed(usual, person):
    usual()
    for _ in range(2):
        keep(person, sms=LATER, email=NOW)

    entry = AuditEntry.objects.get(verb="wishes.set")
    assert entry.facts == {"topic": "alarms", "on": ["email", "sms"]}


def test_going_out_in_quiet_hours_is_logged():
    message = MessageFactory()

    wishes.note_override(message, at=NOON)

    entry = AuditEntry.objects.get(verb="message.overrode_quiet_hours")
    assert entry.facts == {"purpose": "test_page", "channel": "sms"}
    assert entry.label == message.label
    assert Message.objects.count() == 1
