"""The sink stands in for a mail server and an SMS gateway."""

import os
import smtplib
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from mvai.site import children, ports
from tools.bootstrap import ROOT

SMTP, HTTP = "SINK_SMTP_PORT", "SINK_HTTP_PORT"


class RunningSink:
    """`manage.py sink` as a process."""

    def __init__(self, var: Path) -> None:
        self.env = os.environ | {
            "MVAI_VAR": str(var),
            SMTP: str(ports.free_port()),
            HTTP: str(ports.free_port()),
        }
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.env[HTTP]}", timeout=10)
        self.start()

    def start(self) -> None:
        self.process = children.spawn([sys.executable, "manage.py", "sink"], env=self.env, cwd=ROOT)
        assert children.wait_until(self.answers, seconds=30)

    def answers(self) -> bool:
        try:
            return self.http.get("/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    def mail(self, body: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "a@portal.example", "b@agency.example", "Hi"
        mail.set_content(body)
        with smtplib.SMTP("127.0.0.1", int(self.env[SMTP]), timeout=10) as server:
            server.send_message(mail)

    def text(self, body: str, **more: str) -> httpx.Response:
        fields = {"to": "+15075550100", "from": "+18005550100", "body": body, **more}
        return self.http.post("/sms", json=fields)

    def bodies(self) -> list[str]:
        return [row["body"].strip() for row in self.http.get("/messages").json()]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSink]:
    sink = RunningSink(tmp_path_factory.mktemp("sink"))
    yield sink
    sink.http.close()
    children.stop(sink.process)


@pytest.fixture
def sink(running: RunningSink) -> RunningSink:
    running.http.put("/behavior", json={})
    running.http.delete("/messages")
    return running


def test_mail_and_text_messages_are_kept_in_order(sink: RunningSink) -> None:
    sink.mail("first – with a dash")
    answer = sink.text("second", reference="MV-7K4Q")
    assert answer.json()["status"] == "queued"
    mail, text = sink.http.get("/messages").json()
    assert (mail["channel"], mail["to"], mail["subject"]) == ("email", "b@agency.example", "Hi")
    assert mail["body"].strip() == "first – with a dash"
    assert (text["channel"], text["to"], text["reference"]) == ("sms", "+15075550100", "MV-7K4Q")
    assert text["id"] == answer.json()["id"]


def test_a_text_message_may_come_as_a_form(sink: RunningSink) -> None:
    sink.http.post("/sms", data={"to": "+15075550100", "body": "as a form"}).raise_for_status()
    assert sink.bodies() == ["as a form"]


def test_a_restart_forgets_nothing(sink: RunningSink) -> None:
    sink.text("before")
    children.stop(sink.process)
    sink.start()
    sink.text("after")
    assert sink.bodies() == ["before", "after"]


def test_it_refuses_when_told_to(sink: RunningSink) -> None:
    sink.http.put("/behavior", json={"sms_status": 503, "smtp_status": 451}).raise_for_status()
    assert sink.text("refused").status_code == 503
    with pytest.raises(smtplib.SMTPDataError):
        sink.mail("refused")
    assert sink.bodies() == []


def test_it_keeps_a_message_and_gives_no_answer_when_told_to(sink: RunningSink) -> None:
    sink.http.put("/behavior", json={"silent": True}).raise_for_status()
    with pytest.raises(httpx.HTTPError):
        sink.text("was it taken?")
    assert sink.bodies() == ["was it taken?"]


@pytest.mark.parametrize("fields", [{"to": "+15075550100"}, {"body": "to nobody"}, {}])
def test_half_a_text_message_is_refused(sink: RunningSink, fields: dict[str, str]) -> None:
    assert sink.http.post("/sms", json=fields).status_code == 422
