"""A mail server and an SMS gateway for the demonstration and the tests: all stays here.

It keeps what it takes in memory and in a file, shows it at GET /messages, and can be told
with PUT /behavior to refuse or to dawdle, as real providers do.
"""

import contextlib
import itertools
import json
import signal
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiosmtpd.controller import Controller

from mvai.site.sink_mailbox import Mailbox, MailboxServer

KEPT = 2_000  # messages
LARGEST_BODY = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it arrived; `at` is UTC."""

    channel: str
    to: str
    sender: str
    subject: str
    body: str
    reference: str
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())


@dataclass(slots=True)
class Behavior:
    """How the two providers answer now. A status of 0 means: as they should."""

    sms_status: int = 0
    smtp_status: int = 0
    seconds: float = 0.0  # how long each message takes before it is accepted
    silent: bool = False  # accept, keep, then close without an answer


class Sink:
    """Both providers in one process, on this machine's own address only."""

    def __init__(
        self,
        *,
        keep_in: Path,
        smtp_port: int,
        http_port: int,
        imap_port: int = 0,
        mailbox: str = "portal@mvai.example",
    ) -> None:
        self.behavior = Behavior()
        self._file = keep_in
        self._messages: deque[dict[str, Any]] = deque(self._remembered(), maxlen=KEPT)
        self._numbers = itertools.count(int(time.time() * 1000))
        self._lock = threading.Lock()
        self.mailbox = Mailbox(mailbox)
        self._imap = MailboxServer(self.mailbox, imap_port)
        self._smtp = Controller(_Mail(self), hostname="127.0.0.1", port=smtp_port)
        self._http = ThreadingHTTPServer(("127.0.0.1", http_port), _http_side(self))
        self._http.daemon_threads = True

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        self._smtp.start()
        self._imap.start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            self._http.serve_forever(poll_interval=0.2)
        finally:
            self._smtp.stop()
            self._imap.stop()
            self._http.server_close()

    def take(self, message: Received) -> str:
        """Keep one message; return the provider's identifier for it."""
        row = asdict(message)
        with self._lock:
            row["id"] = f"sink-{next(self._numbers)}"
            self._messages.append(row)
            with open(self._file, "a", encoding="utf-8") as stream:
                stream.write(json.dumps(row) + "\n")
        return row["id"]

    def messages(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._messages)

    def forget(self) -> None:
        with self._lock:
            self._messages.clear()
            self._file.unlink(missing_ok=True)

    def _remembered(self) -> list[dict[str, Any]]:
        """What an earlier start took, shortened to what is kept."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        if not self._file.exists():
            return []
        rows = []
        for line in self._file.read_text(encoding="utf-8").splitlines()[-KEPT:]:
            with contextlib.suppress(ValueError):  # a line cut off by a crash
                rows.append(json.loads(line))
        self._file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return rows

    def _stop(self, *_signal: Any) -> None:
        threading.Thread(target=self._http.shutdown, daemon=True).start()


class _Mail:
    """aiosmtpd's side."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        import asyncio

        behavior = self._sink.behavior
        if behavior.seconds:
            await asyncio.sleep(behavior.seconds)
        if behavior.smtp_status:
            return f"{behavior.smtp_status} Refused by the sink"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        part = mail.get_body(preferencelist=("plain", "html"))
        for recipient in envelope.rcpt_tos:
            if recipient.lower() == self._sink.mailbox.address:
                self._sink.mailbox.deliver(envelope.content, sender=envelope.mail_from or "")
            self._sink.take(
                Received(
                    channel="email",
                    to=recipient,
                    sender=envelope.mail_from or "",
                    subject=str(mail.get("Subject", "")),
                    body=part.get_content() if part else "",
                    reference=str(mail.get("X-Reference", "") or mail.get("Message-ID", "")),
                )
            )
        if behavior.silent:
            session.loop.call_soon(_server.transport.abort)
        return "250 OK"


def _http_side(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Side(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self._path() == "/messages":
                self._answer(200, sink.messages())
            elif self._path() == "/healthz":
                self._answer(200, {"status": "ok"})
            elif self._path().startswith("/sms/"):
                self._tell_about(self._path().removeprefix("/sms/"))
            else:
                self._answer(404, {"error": "There is GET /messages and POST /sms."})

        def do_DELETE(self) -> None:
            if self._path() != "/messages":
                self._answer(404, {"error": "Only /messages can be emptied."})
                return
            sink.forget()
            self._answer(200, {"status": "empty"})

        def do_PUT(self) -> None:
            fields = self._fields()
            if self._path() != "/behavior" or fields is None:
                self._answer(404, {"error": "Only /behavior can be set, as JSON."})
                return
            try:
                sink.behavior = Behavior(**fields)
            except TypeError:
                self._answer(422, {"error": "Known: sms_status, smtp_status, seconds, silent."})
                return
            self._answer(200, asdict(sink.behavior))

        def do_POST(self) -> None:
            fields = self._fields()
            if self._path() != "/sms" or fields is None:
                self._answer(404, {"error": "Text messages go to /sms, as JSON or a form."})
                return
            if not fields.get("to") or not fields.get("body"):
                self._answer(422, {"error": "A text message needs 'to' and 'body'."})
                return
            behavior = sink.behavior
            time.sleep(behavior.seconds)
            if behavior.sms_status:
                self._answer(behavior.sms_status, {"error": "Refused by the sink."})
                return
            identifier = sink.take(
                Received(
                    channel="sms",
                    to=str(fields["to"]),
                    sender=str(fields.get("from", "")),
                    subject="",
                    body=str(fields["body"]),
                    reference=str(fields.get("reference", "")),
                )
            )
            if behavior.silent:
                self.close_connection = True
                return
            self._answer(200, {"id": identifier, "status": "queued"})

        def _tell_about(self, reference: str) -> None:
            """Whether a text message with the sender's own reference has been taken."""
            for row in reversed(sink.messages()):
                if row["channel"] == "sms" and row["reference"] == reference:
                    self._answer(200, {"id": row["id"], "status": "queued"})
                    return
            self._answer(404, {"error": "No text message with this reference was taken."})

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the messages are the log."""

        def _path(self) -> str:
            return urlsplit(self.path).path.rstrip("/")

        def _fields(self) -> dict[str, Any] | None:
            """The body's fields; None when it can't be read."""
            length = int(self.headers.get("Content-Length") or 0)
            if length > LARGEST_BODY:
                self.close_connection = True
                return None
            body = self.rfile.read(length).decode("utf-8", errors="replace")
            if "json" in self.headers.get("Content-Type", "json"):
                try:
                    fields = json.loads(body or "{}")
                except ValueError:
                    return None
                return fields if isinstance(fields, dict) else None
            return dict(parse_qsl(body))

        def _answer(self, status: int, content: Any) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Side
