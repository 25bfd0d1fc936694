"""The sink stands in for a mail server and a gateway, as reliable or as bad as it is told."""

import os
import smtplib
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from mvai.outbox.channels.gateway import signature
from mvai.site import children, ports
from mvai.site.sink.behavior import Behavior, Manner, NotUnderstood
from tools.bootstrap import ROOT

SMTP, HTTP = "SINK_SMTP_PORT", "SINK_HTTP_PORT"
AUTH = ("demonstration", "demonstration")
TO, FROM = "+15075550100", "+18005550100"


class RunningSink:
    """`manage.py sink` as a process."""

    def __init__(self, var: Path, portal: str) -> None:
        self.env = os.environ | {
            "MVAI_VAR": str(var),
            "SITE_URL": portal,
            SMTP: str(ports.free_port()),
            HTTP: str(ports.free_port()),
            "SINK_IMAP_PORT": str(ports.free_port()),
        }
        self.url = f"http://127.0.0.1:{self.env[HTTP]}"
        self.http = httpx.Client(base_url=self.url, timeout=10, auth=AUTH)
        self.start()

    def start(self) -> None:
        self.process = children.spawn([sys.executable, "manage.py", "sink"], env=self.env, cwd=ROOT)
        assert children.wait_until(self.answers, seconds=60)

    def answers(self) -> bool:
        try:
            return self.http.get("/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    def behave(self, **manners: Any) -> None:
        self.http.put("/behavior", json=manners).raise_for_status()

    def mail(self, body: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "a@portal.example", "b@agency.example", "Hi"
        mail.set_content(body)
        with smtplib.SMTP("127.0.0.1", int(self.env[SMTP]), timeout=10) as server:
            server.send_message(mail)

    def text(self, body: str, **more: str) -> httpx.Response:
        fields = {"To": TO, "From": FROM, "Body": body, **more}
        return self.http.post("/Accounts/demonstration/Messages.json", data=fields)

    def call(self, said: str, **more: str) -> httpx.Response:
        script = f"<Response><Say>{said}</Say><Pause/><Say>{said}</Say></Response>"
        fields = {"To": TO, "From": FROM, "Twiml": script, **more}
        return self.http.post("/Accounts/demonstration/Calls.json", data=fields)

    def bodies(self) -> list[str]:
        return [row["body"].strip() for row in self.http.get("/messages").json()]

    def list(self, kind: str = "Messages", **query: str) -> list[dict[str, Any]]:
        answer = self.http.get(f"/Accounts/demonstration/{kind}.json", params=query)
        return answer.raise_for_status().json()[kind.lower()]


class Portal:
    """What the sink tells: each form, its path, and whether its signature is right."""

    def __init__(self) -> None:
        self.heard: list[dict[str, str]] = []
        portal = self

        class Side(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = dict(parse_qsl(body, keep_blank_values=True))
                signed = self.headers["X-Twilio-Signature"]
                good = signed == signature(f"{portal.url}{self.path}", form)
                portal.heard.append({**form, "path": self.path, "genuine": str(good)})
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Side)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def statuses(self, count: int) -> list[str]:
        """The receipts, once there are so many."""
        assert children.wait_until(lambda: len(self.heard) >= count, seconds=20), self.heard
        assert {form["genuine"] for form in self.heard} == {"True"}
        return [form.get("MessageStatus") or form["CallStatus"] for form in self.heard]


@pytest.fixture(scope="module")
def site() -> Iterator[Portal]:
    one = Portal()
    thread = threading.Thread(target=one.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield one
    one.server.shutdown()
    thread.join()
    one.server.server_close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, site: Portal) -> Iterator[RunningSink]:
    sink = RunningSink(tmp_path_factory.mktemp("sink"), site.url)
    yield sink
    sink.http.close()
    children.stop(sink.process)


@pytest.fixture
def sink(running: RunningSink) -> RunningSink:
    running.behave()
    running.http.delete("/messages")
    return running


@pytest.fixture
def portal(site: Portal) -> Portal:
    site.heard.clear()
    return site


# Taking and showing


def test_mail_texts_and_calls_are_kept_in_order(sink):
    sink.mail("first – with a dash")
    text = sink.text("second & last", Reference="MV-7K4Q").json()
    call = sink.call("third &amp; said").json()

    assert (text["status"], text["reference"], call["status"]) == ("queued", "MV-7K4Q", "queued")
    rows = sink.http.get("/messages").json()
    assert [row["channel"] for row in rows] == ["email", "sms", "voice"]
    assert [row["to"] for row in rows] == ["b@agency.example", TO, TO]
    assert [row["id"] for row in rows[1:]] == [text["sid"], call["sid"]]
    assert sink.bodies() == ["first – with a dash", "second & last", "third & said"]


def test_messages_can_be_asked_for_by_channel(sink):
    sink.mail("a mail")
    sink.text("a text", Reference="1")
    sink.text("again", Reference="1")

    assert len(sink.http.get("/messages", params={"channel": "sms"}).json()) == 2
    counts = sink.http.get("/counts").json()
    assert counts["sms"] == {"taken": 2, "different": 1}


def test_a_killed_one_forgets_nothing(sink):
    sid = sink.text("before", Reference="ours").json()["sid"]
    sink.process.kill()
    sink.process.wait()
    sink.start()
    sink.text("after")

    assert sink.bodies() == ["before", "after"]
    assert [row["sid"] for row in sink.list(Reference="ours")] == [sid]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"From": FROM, "Body": "to nobody"}, 21604),
        ({"To": TO, "Body": "from nobody"}, 21603),
        ({"To": TO, "From": FROM}, 21602),
        ({"To": "call me", "From": FROM, "Body": "x"}, 21211),
        ({}, 21604),
    ],
)
def test_half_a_text_is_refused(sink, fields, code):
    answer = sink.http.post("/Accounts/demonstration/Messages.json", data=fields)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("script", ["", "<Response>", "<Response/>"])
def test_a_call_without_words_is_refused(sink, script):
    fields = {"To": TO, "From": FROM, "Twiml": script}

    assert sink.http.post("/Accounts/demonstration/Calls.json", data=fields).status_code == 400


@pytest.mark.parametrize(
    ("account", "auth"),
    [("demonstration", ("demonstration", "x")), ("another", AUTH), ("demonstration", None)],
)
def test_who_is_not_the_account_is_refused(sink, account, auth):
    answer = httpx.get(f"{sink.url}/Accounts/{account}/Messages.json", auth=auth)

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_lists_show_the_newest_first_and_filter(sink):
    sink.text("one", Reference="1")
    sink.text("two", Reference="2", To="+15075550101")
    sink.call("three", Reference="3")

    assert [row["body"] for row in sink.list()] == ["two", "one"]
    assert [row["body"] for row in sink.list(To=TO)] == ["one"]
    assert [row["body"] for row in sink.list(Reference="2")] == ["two"]
    assert sink.list(Reference="2", To=TO) == sink.list(**{"DateSent>": "2999-01-01"}) == []
    assert [row["reference"] for row in sink.list("Calls")] == ["3"]
    first = sink.http.get("/Accounts/demonstration/Messages.json", params={"PageSize": "1"}).json()
    assert len(first["messages"]) == 1
    assert first["next_page_uri"]


def test_one_message_can_be_read(sink):
    sid = sink.text("one").json()["sid"]

    assert sink.http.get(f"/Accounts/demonstration/Messages/{sid}.json").json()["body"] == "one"
    assert sink.http.get("/Accounts/demonstration/Messages/SM0.json").status_code == 404


def test_without_an_echo_references_are_not_known(sink):
    sink.behave(echoes=False)

    assert "reference" not in sink.text("one", Reference="1").json()
    assert len(sink.list(Reference="another")) == 1


# Behaving badly


def test_it_refuses_as_told(sink):
    sink.behave(sms={"status": 429, "code": 20429, "retry_after": 9}, email={"status": 451})

    answer = sink.text("refused")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "9")
    assert answer.json()["code"] == 20429
    with pytest.raises(smtplib.SMTPDataError):
        sink.mail("refused")
    assert sink.bodies() == []


@pytest.mark.parametrize("answer", ["closed", "half"])
def test_it_takes_a_message_and_gives_no_proper_answer(sink, answer):
    sink.behave(sms={"answer": answer}, email={"answer": answer})

    with pytest.raises(httpx.RemoteProtocolError):
        sink.text("taken?")
    with pytest.raises(smtplib.SMTPException):
        sink.mail("taken?")
    assert sink.bodies() == ["taken?", "taken?"]


def test_it_takes_a_message_and_never_answers(sink):
    sink.behave(sms={"answer": "hang"})

    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{sink.url}/Accounts/demonstration/Messages.json",
            data={"To": TO, "From": FROM, "Body": "taken?"}, auth=AUTH, timeout=0.3,
        )  # fmt: skip
    assert sink.bodies() == ["taken?"]


def test_it_drops_a_message(sink):
    sink.behave(sms={"drop": True}, email={"drop": True})

    with pytest.raises(httpx.TransportError):
        sink.text("dropped")
    with pytest.raises((smtplib.SMTPException, OSError)):
        sink.mail("dropped")
    assert sink.bodies() == []


def test_it_answers_with_nonsense_or_an_error_and_has_taken_it(sink):
    sink.behave(sms=[{"times": 1, "answer": "nonsense"}, {"times": 1, "answer": "error"}])

    first, second, third = (sink.text(str(number)) for number in range(3))

    assert (first.status_code, first.headers["Content-Type"]) == (200, "text/plain")
    assert (second.status_code, second.json()["status"]) == (200, 500)
    assert third.status_code == 201
    assert sink.bodies() == ["0", "1", "2"]


def test_it_may_stumble_after_taking_a_message(sink):
    sink.behave(sms={"status": 500, "takes": True})

    assert sink.text("taken").status_code == 500
    assert sink.bodies() == ["taken"]


def test_questions_can_go_wrong_by_themselves(sink):
    sink.behave(asking={"times": 1, "status": 503})
    sink.text("one")

    assert sink.http.get("/Accounts/demonstration/Messages.json").status_code == 503
    assert len(sink.list()) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"pigeon": {}},
        {"sms": {"speed": 1}},
        {"sms": {"answer": "shrug"}},
        {"sms": {"receipts": "never"}},
        {"sms": 7},
        {"sms": [7]},
        {"seed": {}},
    ],
)
def test_what_it_does_not_know_it_refuses_by_name(sink, asked):
    answer = sink.http.put("/behavior", json=asked)

    assert answer.status_code == 422
    assert answer.json()["error"]


def test_a_behavior_that_is_no_json_is_refused(sink):
    answer = sink.http.put("/behavior", content="{", headers={"Content-Type": "application/json"})

    assert answer.status_code == 422


# Behavior by itself


def treated(asked: dict[str, Any], count: int) -> Counter[int]:
    behavior = Behavior(asked)
    return Counter(behavior.next("sms").status for _each in range(count))


def test_a_manner_may_apply_so_often():
    assert treated({"sms": {"times": 3, "status": 500}}, 10) == {500: 3, 0: 7}


def test_manners_come_one_after_the_other():
    behavior = Behavior({"sms": [{"times": 1, "status": 500}, {"times": 1, "status": 429}]})

    assert [behavior.next("sms").status for _each in range(3)] == [500, 429, 0]


def test_chances_add_up_and_are_the_same_with_the_same_seed():
    asked = {"sms": [{"chance": 0.2, "status": 500}, {"chance": 0.3, "status": 429}], "seed": 7}
    found = treated(asked, 5_000)

    assert found == treated(asked, 5_000)
    assert found != treated({**asked, "seed": 8}, 5_000)
    assert abs(found[500] - 1_000) < 120
    assert abs(found[429] - 1_500) < 120


def test_a_manner_may_be_for_one_number_only():
    behavior = Behavior({"sms": [{"to": "+12025550143", "times": 1, "status": 500}]})

    fared = [behavior.next("sms", to).status for to in ("+14025550177", "+12025550143") * 2]

    assert fared == [0, 500, 0, 0]


def test_channels_behave_apart():
    behavior = Behavior({"voice": {"drop": True}})

    assert behavior.next("sms") == Manner()
    assert behavior.next("voice").drop


def test_an_unknown_channel_is_not_understood():
    with pytest.raises(NotUnderstood, match="pigeon"):
        Behavior({"pigeon": {}})


# Receipts


def test_a_text_is_told_about_in_order_and_signed(sink, portal):
    sid = sink.text("x", StatusCallback=f"{portal.url}/status/1/").json()["sid"]

    assert portal.statuses(3) == ["queued", "sent", "delivered"]
    assert {(form["MessageSid"], form["path"]) for form in portal.heard} == {(sid, "/status/1/")}
    assert sink.list()[0]["status"] == "delivered"


def test_a_call_is_told_about(sink, portal):
    sink.call("x", StatusCallback=f"{portal.url}/status/1/")

    assert portal.statuses(3) == ["initiated", "ringing", "completed"]


@pytest.mark.parametrize(
    ("manner", "statuses"),
    [
        ({"receipts": "reversed"}, ["delivered", "sent", "queued"]),
        ({"receipts_twice": True}, ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
        ({"ends": "undelivered", "error_code": 30003}, ["queued", "sent", "undelivered"]),
    ],
)
def test_receipts_come_as_told(sink, portal, manner, statuses):
    sink.behave(sms=manner)
    sink.text("x", StatusCallback=f"{portal.url}/status/1/")

    assert portal.statuses(len(statuses)) == statuses
    codes = {form.get("ErrorCode") for form in portal.heard if form["MessageStatus"] != "sent"}
    assert ("30003" in codes) == ("error_code" in manner)


def test_receipts_may_come_before_the_answer(sink, portal):
    sink.behave(sms={"receipts_first": True})
    sink.text("x", StatusCallback=f"{portal.url}/status/1/")

    assert len(portal.heard) == 3


def test_receipts_may_be_forgotten(sink, portal):
    sink.behave(sms=[{"times": 1, "receipts": "forgotten"}, {"receipts_first": True}])
    sink.text("x", StatusCallback=f"{portal.url}/status/1/")
    sink.text("y", StatusCallback=f"{portal.url}/status/2/")

    assert {form["path"] for form in portal.heard} == {"/status/2/"}


# What people send to the program


def test_a_text_to_the_program_is_passed_on_signed(sink, portal):
    told = sink.http.post("/inbound", json={"from": TO, "to": FROM, "body": "STOP"}).json()

    assert told["status"] == 204
    [form] = portal.heard
    assert (form["path"], form["genuine"]) == ("/hooks/gateway/message/", "True")
    assert (form["From"], form["To"], form["Body"]) == (TO, FROM, "STOP")
    assert form["MessageSid"].startswith("SM")


def test_a_voicemail_is_passed_on(sink, portal):
    sink.http.post("/inbound", json={"from": TO, "voicemail": "Please call.", "seconds": 31})

    [form] = portal.heard
    assert form["CallSid"].startswith("CA")
    assert (form["RecordingDuration"], form["TranscriptionText"]) == ("31", "Please call.")


def test_the_same_may_be_passed_on_again_or_forged(sink, portal):
    sink.http.post("/inbound", json={"body": "x", "sid": "SM1", "times": 2})
    sink.http.post("/inbound", json={"body": "x", "forged": True})

    assert [form["genuine"] for form in portal.heard] == ["True", "True", "False"]
    assert [form["MessageSid"] for form in portal.heard[:2]] == ["SM1", "SM1"]


def test_a_portal_that_is_away_is_told_to_whoever_asked(sink):
    answer = sink.http.post("/inbound", json={"body": "x", "portal": "http://127.0.0.1:9"})

    assert answer.status_code == 502


# Odd requests, and many


def test_what_is_not_there_is_not_found(sink):
    assert sink.http.get("/nothing").status_code == 404
    assert sink.http.patch("/Accounts/demonstration/Messages.json").status_code == 405


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"POST /messages HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"\r\n" * 70_000,
    ],
)
def test_what_is_no_request_ends_the_conversation_and_nothing_else(sink, sent):
    import socket

    with socket.create_connection(("127.0.0.1", int(sink.env[HTTP])), timeout=10) as conversation:
        conversation.sendall(sent)
        conversation.shutdown(socket.SHUT_WR)
        while conversation.recv(65536):
            pass
    assert sink.answers()


def test_many_at_once_are_all_taken(sink):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: sink.text("x", Reference=str(number)), range(500)))

    assert {answer.status_code for answer in answers} == {201}
    assert sink.http.get("/counts").json()["sms"] == {"taken": 500, "different": 500}
