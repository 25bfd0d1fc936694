"""What is posted to the gateway, and what each of its answers means."""

import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest

from mvai.outbox import actions
from mvai.outbox.channels import gateway as shape
from mvai.outbox.channels import sms, voice
from mvai.outbox.channels.letters import Letter, NoAnswer, Rejected, TryAgain
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from mvai.site.sink.behavior import Behavior
from tests.factories import NOON
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory

LETTER = Letter(
    to="+12025550143",
    text="MVAI: MV-7K4Q needs you & <you>: https://portal.example/a/1",
    reference="0d4b0f3e",
    language="en",
    receipts_to="https://portal.example/hooks/gateway/status/x/",
)


def nothing() -> None:
    pass


@contextmanager
def listening(answer: bytes, *, half: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """An address that answers every request with these bytes, and what it was sent."""
    server = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                conversation, _address = server.accept()
            except OSError:
                return
            with conversation:
                heard.append(_request(conversation))
                conversation.sendall(answer)
                if half:
                    conversation.shutdown(socket.SHUT_WR)
                    conversation.recv(1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def _request(conversation: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += conversation.recv(65536)
    head, _gap, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += conversation.recv(65536)
    return head + b"\r\n\r\n" + body


def http(status: str, body: str, *headers: str) -> bytes:
    length = len(body.encode())
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {length}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


# The shape


def test_a_text_is_a_form_with_basic_auth(settings):
    settings.GATEWAY_ACCOUNT, settings.GATEWAY_TOKEN = "AC1/2", "secret"
    with listening(http("201 Created", '{"sid": "SM7"}')) as (url, heard):
        settings.GATEWAY_URL = f"{url}/2010-04-01/"
        assert sms.send(LETTER, about_to=nothing) == "SM7"

    head, _gap, body = heard[0].decode().partition("\r\n\r\n")
    assert head.startswith("POST /2010-04-01/Accounts/AC1%2F2/Messages.json HTTP/1.1")
    [auth] = [line for line in head.split("\r\n") if line.startswith("Authorization: Basic ")]
    assert b64decode(auth.split()[-1]) == b"AC1/2:secret"
    assert dict(httpx.QueryParams(body)) == {
        "To": LETTER.to,
        "From": "+18005550100",
        "Body": LETTER.text,
        "Reference": LETTER.reference,
        "StatusCallback": LETTER.receipts_to,
    }


def test_a_call_is_a_form_with_a_script(gateway, settings):
    settings.VOICE_FROM = "+18005550199"

    sid = voice.send(LETTER, about_to=nothing)

    [call] = gateway.taken
    assert (call["id"], call["channel"], call["to"]) == (sid, "voice", LETTER.to)
    assert (call["sender"], call["reference"]) == ("+18005550199", LETTER.reference)
    assert "M V A I" in call["body"]


def test_a_message_tells_the_gateway_where_to_say_how_it_fared(db, settings):
    settings.SITE_URL = "https://portal.example"
    with listening(http("201 Created", '{"sid": "SM7"}')) as (url, heard):
        settings.GATEWAY_URL = url
        actions.deliver(message_id=MessageFactory().pk, now=NOON)

    form = httpx.QueryParams(heard[0].decode().partition("\r\n\r\n")[2])
    assert form["StatusCallback"].startswith("https://portal.example/hooks/gateway/status/")


# What a call says


def test_a_script_is_escaped_and_says_everything_twice():
    script = voice.script(LETTER)

    once = (
        '<Say language="en-US">M V A I: M V, 7, K as in Kilo, 4, Q as in Quebec, needs you &amp;'
        " &lt;you&gt;: see your messages, or sign in to the portal.</Say>"
    )
    assert script == (f'<Response><Pause length="1"/>{once}<Pause length="2"/>{once}</Response>')


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("MVAI MV-7K4Q: a peer will call you.",
         ["M V A I, M V, 7, K as in Kilo, 4, Q as in Quebec: a peer will call you."]),
        ("MVAI: your code is 482913. It is good for ten minutes, once.",
         ["M V A I: your code is 4, 8, 2, 9, 1, 3.", "It is good for ten minutes, once."]),
        ("We will call by 2:12 p.m. CT. https://portal.example/s/x Reply STOP to end.",
         ["We will call by 2:12 p.m. CT.", "see your messages, or sign in to the portal."]),
        ("You need do nothing.", ["You need do nothing."]),
    ],
)  # fmt: skip
def test_what_is_read_aloud_can_be_understood(text, sentences):
    assert voice.spoken(text, "en") == sentences


def test_a_call_speaks_the_persons_language():
    spanish = Letter(to="+12025550143", text="Hola.", reference="r", language="es")

    assert '<Say language="es-MX">Hola.</Say>' in voice.script(spanish)


# What an answer means


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", '{"code": 20500, "message": "Something went wrong", "status": 500}'),
        http("200 OK", '{"sid": "SM7", "code": 20500}'),
        http("200 OK", '{"sid": null}'),
        http("200 OK", '{"sid": 7}'),
        http("200 OK", "<html>It works</html>"),
        http("200 OK", "[" * 100_000),
        http("200 OK", '"SM7"'),
        http("204 No Content", ""),
        http("302 Found", "", "Location: /"),
        http("500 Internal Server Error", '{"sid": "SM7"}'),
        http("502 Bad Gateway", ""),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"SSH-2.0-nonsense\r\n",
        b"",
    ],
)
@pytest.mark.parametrize("half", [True, False])
def test_what_may_have_been_taken_is_left_open(settings, answer, half):
    with listening(answer, half=half) as (url, _heard):
        settings.GATEWAY_URL = url
        with pytest.raises(NoAnswer):
            sms.send(LETTER, about_to=nothing)


def test_an_answer_that_does_not_come_is_left_open(settings, monkeypatch):
    monkeypatch.setattr(shape, "SECONDS", 0.2)
    shape._client.cache_clear()
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.GATEWAY_URL = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(NoAnswer, match="ReadTimeout"):
            sms.send(LETTER, about_to=nothing)
    shape._client().close()
    shape._client.cache_clear()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "gopher://127.0.0.1", "nonsense"])
def test_a_connection_that_was_not_made_is_tried_again(settings, url):
    settings.GATEWAY_URL = url
    with pytest.raises(TryAgain):
        sms.send(LETTER, about_to=nothing)


@pytest.mark.parametrize(
    ("status", "headers", "wish"),
    [
        ("429 Too Many Requests", ["Retry-After: 7"], timedelta(seconds=7)),
        ("503 Service Unavailable", ["Retry-After: 7"], timedelta(seconds=7)),
        ("429 Too Many Requests", ["Retry-After: 999999999999"], timedelta(hours=1)),
        ("429 Too Many Requests", ["Retry-After: soon"], None),
        ("429 Too Many Requests", ["Retry-After: -3"], None),
        ("429 Too Many Requests", ["Retry-After: Wed, 21 Oct 2026 07:28:00 GMT"], None),
        ("429 Too Many Requests", ["Date: Wed, 21 Oct 2026 07:27:00 GMT",
                                   "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT"],
         timedelta(minutes=1)),
        ("401 Unauthorized", [], None),
        ("403 Forbidden", [], None),
    ],
)  # fmt: skip
def test_a_gateway_that_wants_patience_gets_it(settings, status, headers, wish):
    with listening(http(status, '{"code": 20429}', *headers)) as (url, _heard):
        settings.GATEWAY_URL = url
        with pytest.raises(TryAgain) as caught:
            sms.send(LETTER, about_to=nothing)

    assert caught.value.after == wish


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"code": 21211, "message": "…", "status": 400}', NotSent.UNKNOWN_RECIPIENT),
        ('{"code": 21614}', NotSent.UNKNOWN_RECIPIENT),
        ('{"code": "21217"}', NotSent.UNKNOWN_RECIPIENT),
        ('{"code": 21612}', NotSent.OUT_OF_REACH),
        ('{"code": 21610}', NotSent.CONTACT_POINT_STOPPED),
        ('{"code": 21603}', NotSent.REFUSED),
        ('{"code": {}}', NotSent.REFUSED),
        ("nonsense", NotSent.REFUSED),
    ],
)
def test_a_refusal_has_a_reason_of_the_closed_list(settings, body, reason):
    with listening(http("400 Bad Request", body)) as (url, _heard):
        settings.GATEWAY_URL = url
        with pytest.raises(Rejected) as caught:
            sms.send(LETTER, about_to=nothing)

    assert caught.value.reason == reason
    assert "message" not in caught.value.detail


def test_a_script_that_can_not_be_read_would_be_refused(gateway):
    with pytest.raises(Rejected, match="12100"):
        shape.hand_over(
            "Calls", {"To": LETTER.to, "From": "1", "Twiml": "<Response>"}, about_to=nothing
        )


def test_who_told_the_gateway_to_stop_is_not_written_to_again(db, gateway):
    gateway.sink.behavior = Behavior({"sms": {"status": 400, "code": 21610}})
    message = MessageFactory()

    actions.deliver(message_id=message.pk, now=NOON)

    message = Message.objects.select_related("contact_point").get(pk=message.pk)
    assert (message.state, message.not_sent_reason) == (
        MessageState.FAILED,
        NotSent.CONTACT_POINT_STOPPED,
    )
    assert message.contact_point.stopped_at == NOON


def test_a_call_is_handed_over_like_a_text(db, gateway):
    message = MessageFactory(contact_point=ContactPointFactory(channel=Channel.VOICE))

    actions.deliver(message_id=message.pk, now=NOON)

    message.refresh_from_db()
    assert message.state == MessageState.HANDED_OVER
    assert message.provider_reference == gateway.taken[0]["id"]


def test_an_hour_in_spanish_ends_no_sentence():
    text = "Le llamaremos a las 3:17 p.\xa0m., hora del centro, o a las 9:00 a. m. de hoy. Gracias."

    assert voice.spoken(text, "es") == [text.removesuffix(" Gracias."), "Gracias."]
