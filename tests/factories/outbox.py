from datetime import timedelta

from factory import LazyAttribute, LazyFunction, SubFactory
from factory.django import DjangoModelFactory

from mvai.outbox.models import Attempt, Message, Room
from mvai.outbox.states import NOT_SENT, SENT, MessageState, NotSent, Outcome
from mvai.web import sealing
from tests.factories import NOON
from tests.factories.people import ContactPointFactory


class MessageFactory(DjangoModelFactory):
    """A text message promised at NOON; another state brings what its constraints ask for."""

    class Meta:
        model = Message

    purpose = "test_page"
    subject_type = "people.person"
    subject_id = LazyAttribute(lambda made: made.contact_point.person_id)
    label = "MV-7K4Q"
    contact_point = SubFactory(ContactPointFactory)
    person = LazyAttribute(lambda made: made.contact_point.person)
    channel = LazyAttribute(lambda made: made.contact_point.channel)
    urgent = True
    state = MessageState.PROMISED
    promised_for = NOON
    due_at = NOON
    created_at = NOON
    lease_until = LazyAttribute(
        lambda made: NOON + timedelta(seconds=30) if made.state == MessageState.CLAIMED else None
    )
    delivered_at = LazyAttribute(
        lambda made: NOON if made.state == MessageState.DELIVERED else None
    )
    handed_over_at = LazyAttribute(lambda made: NOON if made.state in SENT else None)
    ended_at = LazyAttribute(lambda made: NOON if made.state in NOT_SENT else None)
    not_sent_reason = LazyAttribute(
        lambda made: NotSent.UNREACHABLE if made.state in NOT_SENT else ""
    )


class AttemptFactory(DjangoModelFactory):
    class Meta:
        model = Attempt

    message = SubFactory(MessageFactory)
    number = 1
    at = NOON
    outcome = Outcome.TRY_AGAIN


class RoomFactory(DjangoModelFactory):
    class Meta:
        model = Room

    name = "Duty desk"
    url = "https://chat.example/hooks/desk"
    secret = LazyFunction(lambda: sealing.seal("whsec_" + "A" * 44))
    created_at = NOON
