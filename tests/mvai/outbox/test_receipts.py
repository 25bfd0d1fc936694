"""What the gateway says later, and what is believed of it."""

from urllib.parse import urlencode, urlsplit

import pytest
from django.db import IntegrityError, transaction

from mvai.outbox import actions, delivery, failing, receipts, taking
from mvai.outbox.channels import gateway as shape
from mvai.outbox.models import Message, ProviderEvent
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from mvai.site import children
from tests.factories import NOON
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory

pytestmark = pytest.mark.django_db
S = MessageState


@pytest.fixture(autouse=True)
def _token(settings):
    settings.GATEWAY_TOKEN = "secret"
    settings.SITE_URL = "https://portal.example"


@pytest.fixture
def say(client):
    """Posts a receipt about a message as the gateway does; the answer's status."""

    def post(message, status, *, sid="SM1", signature=None, path=None, **more):
        path = path or urlsplit(receipts.address(message)).path
        form = {"MessageSid": sid, "MessageStatus": status, "To": "+12025550143", **more}
        form = {name: value for name, value in form.items() if value is not None}
        signed = shape.signature(f"https://portal.example{path}", form)
        answer = client.post(
            path,
            urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={shape.SIGNATURE_HEADER: signed if signature is None else signature},
        )
        return answer.status_code

    return post


def made(state=S.HANDED_OVER, **given) -> Message:
    """A message of the first claim; handed over under SM1 where it is."""
    if state in (S.HANDED_OVER, S.DELIVERED):
        given.setdefault("provider_reference", "SM1")
    return MessageFactory(state=state, generation=1, handing_over_at=NOON, **given)


def states_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


# What a receipt moves

TOLD = {
    "sent": {S.CLAIMED: S.HANDED_OVER, S.FAILED_FOR_NOW: S.HANDED_OVER, S.UNKNOWN: S.HANDED_OVER},
    "delivered": {
        S.CLAIMED: S.DELIVERED,
        S.FAILED_FOR_NOW: S.DELIVERED,
        S.UNKNOWN: S.DELIVERED,
        S.HANDED_OVER: S.DELIVERED,
    },
    "undelivered": {
        S.CLAIMED: S.FAILED,
        S.FAILED_FOR_NOW: S.FAILED,
        S.UNKNOWN: S.FAILED,
        S.HANDED_OVER: S.FAILED,
    },
    "sideways": {},
}


@pytest.mark.parametrize("state", sorted(set(S) - {S.PROMISED}))
@pytest.mark.parametrize("status", TOLD)
def test_each_receipt_moves_a_message_forward_or_not_at_all(say, state, status):
    message = made(state)

    assert say(message, status) == 204

    expected = TOLD[status].get(state, state)
    assert states_of(message) == expected
    assert message.events.get().moved_to == ("" if expected == state else expected)


@pytest.mark.parametrize(
    "status", ["accepted", "queued", "sending", "sent", "initiated", "ringing", "in-progress"]
)
def test_whatever_the_gateway_does_with_it_proves_that_it_was_taken(say, status):
    message = made(S.UNKNOWN)
    say(message, status)

    assert states_of(message) == S.HANDED_OVER
    assert (message.provider_reference, message.handed_over_at) == ("SM1", NOON)
    assert (message.not_sent_reason, message.ended_at) == ("", None)


def test_a_delivered_message_says_when(say):
    message = made()
    say(message, "delivered")

    assert states_of(message) == S.DELIVERED
    assert message.delivered_at == message.events.get().received_at


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        ("undelivered", None, NotSent.NOT_DELIVERED),
        ("undelivered", "30003", NotSent.OUT_OF_REACH),
        ("undelivered", "30005", NotSent.UNKNOWN_RECIPIENT),
        ("undelivered", "30007", NotSent.BLOCKED),
        ("failed", "99999", NotSent.NOT_DELIVERED),
        ("failed", "nonsense", NotSent.NOT_DELIVERED),
        ("busy", None, NotSent.LINE_BUSY),
        ("no-answer", None, NotSent.NOBODY_ANSWERED),
        ("canceled", None, NotSent.NOT_DELIVERED),
    ],
)
def test_a_failure_has_a_reason_of_the_closed_list(say, status, code, reason):
    message = made()
    say(message, status, ErrorCode=code)

    assert (states_of(message), message.not_sent_reason) == (S.FAILED, reason)
    assert message.ended_at is not None


def test_who_told_the_provider_to_stop_is_not_written_to_again(say):
    message = made()
    say(message, "undelivered", ErrorCode="21610")

    assert (states_of(message), message.not_sent_reason) == (
        S.FAILED,
        NotSent.CONTACT_POINT_STOPPED,
    )
    message.contact_point.refresh_from_db()
    assert message.contact_point.stopped_at is not None


def test_an_urgent_message_that_can_not_arrive_is_told_to_its_purpose(say, register):
    told = []
    register(unreached=lambda message, at: told.append((message.pk, message.state)))
    message = made()

    say(message, "undelivered")
    say(message, "undelivered")
    say(message, "failed")
    failing.follow_up(NOON)

    assert told == [(message.pk, S.FAILED)]


# Twice, out of order, replayed


def test_the_same_receipt_is_kept_once(say):
    message = made()

    assert [say(message, "sent"), say(message, "sent")] == [204, 204]
    assert message.events.count() == 1


def test_a_receipt_can_not_be_kept_twice():
    event = {"message": made(), "provider_reference": "SM1", "status": "sent", "received_at": NOON}
    ProviderEvent.objects.create(**event)

    with pytest.raises(IntegrityError, match="outbox_event_is_kept_once"), transaction.atomic():
        ProviderEvent.objects.create(**event)


def test_receipts_out_of_order_never_move_it_back(say):
    message = made(S.CLAIMED)

    for status in ("delivered", "sent", "queued"):
        say(message, status)
        assert states_of(message) == S.DELIVERED
    assert [event.status for event in message.events.all()] == ["delivered", "sent", "queued"]


def test_a_replayed_receipt_changes_nothing(say):
    message = made()
    say(message, "undelivered")
    before = Message.objects.values().get(pk=message.pk)

    say(message, "undelivered")

    assert Message.objects.values().get(pk=message.pk) == before


# Of an earlier claim


def test_a_failed_copy_does_not_fail_a_message_that_is_being_sent_again(say):
    message = made(S.CLAIMED)
    earlier = urlsplit(receipts.address(message)).path
    Message.objects.filter(pk=message.pk).update(generation=2)

    assert say(message, "undelivered", path=earlier) == 204

    assert states_of(message) == S.CLAIMED
    assert message.events.get().moved_to == ""


def test_a_failed_copy_does_not_fail_a_message_of_which_another_was_taken(say):
    message = made(provider_reference="SM2")
    say(message, "undelivered", sid="SM1")

    assert states_of(message) == S.HANDED_OVER
    assert message.may_be_repeated is False


def test_a_copy_that_was_asked_about_counts_whoever_claims_the_message_now(say):
    message = made()
    earlier = urlsplit(receipts.address(message)).path
    Message.objects.filter(pk=message.pk).update(generation=2)

    say(message, "undelivered", path=earlier)

    assert states_of(message) == S.FAILED


def test_an_earlier_copy_that_arrives_is_believed_and_its_double_counted(say):
    message = made(provider_reference="SM2")
    say(message, "delivered", sid="SM1")

    assert states_of(message) == S.DELIVERED
    assert (message.provider_reference, message.may_be_repeated) == ("SM2", True)


def test_a_receipt_for_an_earlier_claim_stops_the_next_from_sending(say, gateway):
    message = made(S.FAILED_FOR_NOW)
    earlier = urlsplit(receipts.address(message)).path
    found = taking.this_one(message.pk, NOON)
    gateway.behave(knows_references=False)

    say(message, "sent", path=earlier)

    assert delivery._keep(found.message, NOON) is False
    assert (states_of(message), gateway.taken) == (S.HANDED_OVER, [])


# Forged, unknown, nonsense


@pytest.mark.parametrize("signature", ["", "nonsense", "é", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
def test_a_forged_receipt_is_refused_and_nothing_is_written(say, signature):
    message = made()

    assert say(message, "delivered", signature=signature) == 403
    assert (states_of(message), message.events.count()) == (S.HANDED_OVER, 0)


def test_a_signature_is_for_one_address_only(say):
    one, other = made(), made(contact_point__value="(202) 555-0144")
    path = urlsplit(receipts.address(other)).path
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+12025550143"}
    theirs = shape.signature(f"https://portal.example{path}", form)

    assert say(one, "delivered", signature=theirs) == 403
    assert states_of(one) == S.HANDED_OVER


def test_a_signature_is_for_one_content_only(say):
    message = made()
    path = urlsplit(receipts.address(message)).path
    sent = {"MessageSid": "SM1", "MessageStatus": "sent", "To": "+12025550143"}

    signature = shape.signature(f"https://portal.example{path}", sent)
    assert say(message, "delivered", signature=signature) == 403


def test_an_address_that_is_not_ours_is_not_found(say):
    assert say(made(), "sent", path="/hooks/gateway/status/nonsense/") == 404


def test_a_message_that_is_gone_is_not_found(say):
    message = made()
    path = urlsplit(receipts.address(message)).path
    message.delete()

    assert say(message, "sent", path=path) == 404


def test_a_receipt_without_a_status_is_refused(say):
    message = made()

    assert say(message, None) == 400
    assert not message.events.exists()


def test_a_receipt_is_kept_without_numbers_and_text(say):
    message = made()
    say(message, "undelivered", Body="words", ErrorCode="30003\x00", From="+18005550100")

    raw = {"MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert message.events.get().raw == raw


def test_the_signature_is_the_one_that_the_field_defines(settings):
    """The example in the shape's own documentation."""
    settings.GATEWAY_TOKEN = "12345"
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    assert shape.signature(url, params) == "GvWf1cFY/Q7PnoempGyD5oXAezc="


# The real fake, over sockets


@pytest.fixture
def telling(gateway, live_server, settings):
    """The fake sends its receipts to a running site, which is done with them at the end."""
    settings.SITE_URL = live_server.url
    gateway.behave(tells=True)
    yield gateway
    assert children.wait_until(lambda: gateway.sink.telling.has_told_all, seconds=20)


def delivered(message: Message) -> Message:
    actions.deliver(message_id=message.pk, now=NOON)
    return message


def wait_for(message: Message, state: str) -> None:
    assert children.wait_until(lambda: states_of(message) == state, seconds=20), message.state


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
@pytest.mark.parametrize(
    "manner",
    [
        {},
        {"receipts_first": True},
        {"receipts_twice": True},
        {"receipts": "reversed"},
        {"receipts": "reversed", "receipts_twice": True, "receipts_first": True},
        {"receipts_first": True, "answer": "closed"},
        {"receipts_first": True, "status": 500, "takes": True},
    ],
)
def test_receipts_however_they_come_end_in_delivered(telling, channel, manner):
    telling.sink.behavior = type(telling.sink.behavior)({channel.value: manner})
    message = MessageFactory(contact_point=ContactPointFactory(channel=channel))

    delivered(message)

    wait_for(message, S.DELIVERED)
    assert len(telling.taken) == 1
    assert message.provider_reference == telling.taken[0]["id"]


def test_a_call_that_nobody_answers_has_failed(telling):
    telling.sink.behavior = type(telling.sink.behavior)({"voice": {"ends": "no-answer"}})
    message = MessageFactory(contact_point=ContactPointFactory(channel=Channel.VOICE))

    delivered(message)

    wait_for(message, S.FAILED)
    assert message.not_sent_reason == NotSent.NOBODY_ANSWERED


def test_a_number_without_a_signal_is_told_in_words(telling):
    telling.sink.behavior = type(telling.sink.behavior)(
        {"sms": {"ends": "undelivered", "error_code": 30003}}
    )
    message = delivered(MessageFactory())

    wait_for(message, S.FAILED)
    assert message.not_sent_reason == NotSent.OUT_OF_REACH
