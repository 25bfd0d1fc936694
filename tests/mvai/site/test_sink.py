"""The sink stands in for a mail server and a gateway, as reliable or as bad as it is told."""

import smtplib
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

SMTP, HTTP = "SINK_SMTP_PORT", "SINK_HTTP_PORT"
AUTH = ("demonstration", "demonstration")
TO, FROM = "+15075550100", "+18005550100"


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
