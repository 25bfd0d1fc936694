"""The sink as a process, and what it tells a portal."""

import os
import smtplib
import sys
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from mvai.outbox.channels.gateway import signature
from mvai.site import children, ports
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
