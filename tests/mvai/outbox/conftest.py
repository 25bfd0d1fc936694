"""A purpose of the tests' own, and a gateway that answers as it is told."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mvai.outbox import purposes
from mvai.outbox.purposes import Purpose
from mvai.people.models import Channel


@pytest.fixture
def register(settings) -> Callable[..., Purpose]:
    """Registers the purpose "test_page" with what is given; its texts lie beside the tests."""
    here = Path(__file__).parent / "templates"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [here, *settings.TEMPLATES[0]["DIRS"]]}]

    def registered(**given) -> Purpose:
        purpose = Purpose(
            **{
                "code": "test_page",
                "urgent": True,
                "channels": (Channel.SMS, Channel.EMAIL),
                "is_relevant": lambda message, now: "",
                "context": lambda message: {
                    "reference": message.label,
                    "url": "https://portal.example/a/1",
                },
                "audience": "staff",
                "title": "Test page",
                **given,
            }
        )
        purposes.register(purpose)
        return purpose

    return registered


@pytest.fixture(autouse=True)
def _purpose(register) -> Iterator[None]:
    register()
    yield
    purposes._known.pop("test_page", None)


class Gateway:
    """Takes text messages; `answers` are given first, one a message, as (status, body)."""

    def __init__(self) -> None:
        self.taken: list[dict] = []
        self.answers: list[tuple[int, str]] = []
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self.knows_references = True
        self.keeps_when_it_stumbles = False


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    told = Gateway()

    class Side(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = told.answers.pop(0) if told.answers else (200, "")
            if status == 200 or told.keeps_when_it_stumbles:
                told.taken.append({**text, "token": self.headers["Authorization"]})
            if status == 0:
                self.close_connection = True
                return
            self._answer(status, body or json.dumps({"id": f"their-{len(told.taken)}"}))

        def do_GET(self) -> None:
            reference = self.path.rsplit("/", 1)[-1]
            told.asked.append(reference)
            if not told.knows_references:
                self._answer(200, "nonsense")
            elif any(text["reference"] == reference for text in told.taken):
                self._answer(200, json.dumps({"id": "their-1"}))
            else:
                self._answer(404, "{}")

        def _answer(self, status: int, body: str) -> None:
            self.send_response(status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Side)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/sms"
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


class Receiver:
    """A chat that takes what it gets; `status` and `headers` are what it answers."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.url = ""


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    told = Receiver()

    class Side(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
            if told.status == 0:
                self.close_connection = True
                return
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            told.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Side)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    inside = f"127.0.0.1:{server.server_port}"
    told.url = f"http://{inside}/hooks/desk"
    settings.WEBHOOKS_INSIDE = [inside]
    yield told
    server.shutdown()
    thread.join()
    server.server_close()
