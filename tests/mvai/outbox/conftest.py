"""A purpose of the tests' own, and a gateway that answers as it is told."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mvai.outbox import purposes
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose
from mvai.people.models import Channel
from mvai.site.sink import Sink
from mvai.site.sink.behavior import Behavior
from mvai.site.sink.keeping import Received


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
    """The real fake gateway, in a thread; it sends no receipts unless `tells`.

    `answers` are given first, one a message, as (status, body): 0 closes the connection.
    """

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.behave()

    def behave(self, **told: object) -> None:
        """How it behaves from now on: answers, headers, tells, knows_references, and so on."""
        self.__dict__.update(
            {
                "answers": [],
                "headers": {},
                "tells": False,
                "knows_references": True,
                "keeps_when_it_stumbles": False,
            }
            | told
        )
        self._behave()

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        if name != "sink":
            self._behave()

    @property
    def asked(self) -> list[str]:
        return list(self.sink.questions)

    @property
    def taken(self) -> list[dict]:
        return self.sink.keeping.all()

    def take(self, message: Message) -> dict:
        """As if an earlier try had reached it."""
        return self.sink.keeping.take(
            Received(
                channel=message.channel,
                to=message.contact_point.normalized,
                sender="+18005550100",
                subject="",
                body="MVAI: MV-7K4Q needs you: https://portal.example/a/1",
                reference=str(message.reference),
            ),
            status="queued",
        )

    def _behave(self) -> None:
        receipts = {} if self.tells else {"receipts": "forgotten"}
        manners = [
            {
                "times": 1,
                "status": status,
                "body": body or None,
                "takes": self.keeps_when_it_stumbles,
                "drop": status == 0 and not self.keeps_when_it_stumbles,
                "answer": "proper" if status else "closed",
                "retry_after": self.headers.get("Retry-After"),
                **receipts,
            }
            for status, body in self.answers
        ]
        asking = {} if self.knows_references else {"asking": {"answer": "nonsense"}}
        every = [*manners, receipts]
        self.sink.behavior = Behavior({"sms": every, "voice": every, **asking})


@pytest.fixture
def gateway(settings, tmp_path) -> Iterator[Gateway]:
    settings.GATEWAY_ACCOUNT, settings.GATEWAY_TOKEN = "test", "secret"
    sink = Sink(
        keep_in=tmp_path / "sink.jsonl",
        smtp_port=0,
        http_port=0,
        account=settings.GATEWAY_ACCOUNT,
        token=settings.GATEWAY_TOKEN,
        portal=settings.SITE_URL,
    )
    with sink.in_a_thread():
        settings.GATEWAY_URL = f"http://127.0.0.1:{sink.http_port}"
        yield Gateway(sink)


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
