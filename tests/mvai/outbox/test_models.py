"""Each constraint, broken."""

import ast
from pathlib import Path

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from mvai import outbox
from mvai.outbox.models import Heartbeat, Message, Silence
from mvai.outbox.moves import move
from mvai.outbox.states import NEXT, UNSENT, MessageState, NotSent, sources_of
from tests.factories import NOON
from tests.factories.outbox import AttemptFactory, MessageFactory

pytestmark = pytest.mark.django_db


def changed(message: Message, **fields) -> None:
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**fields)


def needs(state: MessageState) -> dict:
    """What the constraints ask of a message in this state."""
    made = MessageFactory.build(state=state, contact_point=None, person=None, channel="sms",
                                subject_id=1)  # fmt: skip
    return {
        name: getattr(made, name)
        for name in (
            "lease_until",
            "handed_over_at",
            "delivered_at",
            "ended_at",
            "not_sent_reason",
        )
    }


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("outbox_message_channel_is_known", {"channel": "pigeon"}),
        ("outbox_message_lease_iff_claimed", {"lease_until": NOON}),
        ("outbox_message_reason_iff_not_sent", {"not_sent_reason": NotSent.REFUSED}),
        ("outbox_message_reason_iff_not_sent", {"ended_at": NOON}),
        ("outbox_message_goes_somewhere", {"contact_point": None}),
    ],
)
def test_a_waiting_message_can_not_be(name, fields):
    with pytest.raises(IntegrityError, match=name):
        changed(MessageFactory(), **fields)


def test_a_claimed_message_has_a_lease():
    with pytest.raises(IntegrityError, match="outbox_message_lease_iff_claimed"):
        MessageFactory(state=MessageState.CLAIMED, lease_until=None)


def test_a_sent_message_has_a_time():
    with pytest.raises(IntegrityError, match="outbox_message_sent_has_a_time"):
        MessageFactory(state=MessageState.HANDED_OVER, handed_over_at=None)


def test_a_message_not_sent_has_a_known_reason():
    with pytest.raises(IntegrityError, match="outbox_message_reason_iff_not_sent"):
        MessageFactory(state=MessageState.FAILED, not_sent_reason="because")


def test_a_state_is_known():
    with pytest.raises(IntegrityError, match="outbox_message_state_is_known"):
        MessageFactory(state="lost")


def test_a_message_is_promised_once():
    message = MessageFactory()

    with pytest.raises(IntegrityError, match="outbox_message_is_promised_once"):
        MessageFactory(contact_point=message.contact_point)


def test_an_attempt_is_numbered_once():
    attempt = AttemptFactory()

    with pytest.raises(IntegrityError, match="outbox_attempt_is_numbered_once"):
        AttemptFactory(message=attempt.message)


def test_an_attempt_ends_in_a_known_way():
    with pytest.raises(IntegrityError, match="outbox_attempt_outcome_is_known"):
        AttemptFactory(outcome="perhaps")


def test_only_one_silence_is_open():
    Silence.objects.create(what="worker", since=NOON, noticed_at=NOON)

    with pytest.raises(IntegrityError, match="outbox_silence_is_open_once"):
        Silence.objects.create(what="worker", since=NOON, noticed_at=NOON)


@pytest.mark.parametrize("source", MessageState)
@pytest.mark.parametrize("target", MessageState)
def test_a_state_moves_only_as_the_table_says(source, target):
    """The function and, behind it, the database itself."""
    message = MessageFactory(state=source)
    allowed = target in NEXT[source]

    moved = move(Message.objects.filter(pk=message.pk), to=target, **needs(target))
    assert bool(moved) is allowed
    if not allowed and source != target:
        with pytest.raises(InternalError, match="Invalid transition"):
            changed(message, state=target, **needs(target))


def test_what_ended_stays_ended():
    ended = {state for state, targets in NEXT.items() if not targets}

    assert ended == {
        MessageState.DELIVERED,
        MessageState.FAILED,
        MessageState.CANCELED,
        MessageState.EXPIRED,
    }


def test_every_state_but_the_first_can_be_reached():
    assert all(sources_of(state) for state in MessageState if state != MessageState.PROMISED)


def test_a_heartbeat_is_one_row_with_the_last_time():
    Heartbeat.objects.beat("worker", NOON)
    Heartbeat.objects.beat("worker", NOON.replace(hour=18))

    assert Heartbeat.objects.last("worker").hour == 18
    assert Heartbeat.objects.last("beat") is None


def test_unsent_are_those_that_failed_and_were_not_sent_again():
    failed = [MessageFactory(state=state) for state in UNSENT]
    MessageFactory(again_of=failed[0])

    assert list(Message.objects.unsent()) == failed[1:]


def test_only_one_function_writes_a_state():
    writers = set()
    for path in Path(outbox.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign):
                targets = [target for target in node.targets if isinstance(target, ast.Attribute)]
                writes = any(target.attr == "state" for target in targets)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update":
                writes = any(keyword.arg == "state" for keyword in node.keywords)
            else:
                continue
            if writes:
                writers.add(path.name)

    assert writers == {"moves.py"}
