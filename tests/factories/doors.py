"""What comes to the desk and is no request: questions, and texts and mail without a number."""

from datetime import timedelta

from factory import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from mvai.people.models import Channel
from requests.models import (
    Inbound,
    InboundReason,
    InboundState,
    Inquiry,
    InquiryState,
    InquiryStep,
)
from tests.factories import NOON
from tests.factories.people import PersonFactory


class InboundFactory(DjangoModelFactory):
    """A text without a number to call back, which waits for the desk."""

    class Meta:
        model = Inbound

    channel = Channel.SMS
    reference = Sequence(lambda number: f"sms:SM{number}")
    text = "Please call me"
    received_at = NOON
    dealt_at = NOON
    state = InboundState.WAITING
    reason = LazyAttribute(
        lambda made: InboundReason.NO_SENDER if made.state == InboundState.WAITING else ""
    )
    settled_at = LazyAttribute(lambda made: None if made.state == InboundState.WAITING else NOON)


class InquiryFactory(DjangoModelFactory):
    """A new question about getting ready; given a state, one that has come that far."""

    class Meta:
        model = Inquiry

    person = SubFactory(PersonFactory, full_name="Chief Rosa Lindqvist", title="")
    reach = "rosa@agency.example"
    submitted_at = NOON
    answer_by = NOON + timedelta(days=2)
    state = InquiryState.NEW
    next_step = LazyAttribute(
        lambda made: "" if made.state == InquiryState.CLOSED else InquiryStep.ANSWER
    )
    next_step_due_at = LazyAttribute(
        lambda made: None if made.state == InquiryState.CLOSED else NOON + timedelta(days=2)
    )
    outcome = LazyAttribute(lambda made: "Sent two cards." if made.closed_at else "")
    closed_at = LazyAttribute(lambda made: NOON if made.state == InquiryState.CLOSED else None)
