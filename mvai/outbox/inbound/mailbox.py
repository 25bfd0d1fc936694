"""The program's mailbox over IMAP: what is new, and what has been read.

A server that hangs costs SECONDS for each step and no more. Nothing is marked but `\\Seen`, and
that only by `mark_read`: whoever reads marks after the commit.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from mvai.outbox.inbound.mail import LARGEST

SECONDS = 8.0  # for each step of the conversation


class MailboxFailed(Exception):
    """The mailbox can't be read now. Its message names an error, never a mail or a password."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the mailbox is: imaps://user:password@host:port/FOLDER."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    scheme: str

    @classmethod
    def from_url(cls, url: str) -> "Place":
        parts = urlsplit(url)
        if parts.scheme not in {"imaps", "imap+tls", "imap"}:
            raise ValueError("INBOX_URL must start with imaps://, imap+tls:// or imap://.")
        return cls(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (993 if parts.scheme == "imaps" else 143),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.lstrip("/")) or "INBOX",
            scheme=parts.scheme,
        )


class Mailbox:
    """An open mailbox; made by `opened`. Whatever fails in it is MailboxFailed."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    @classmethod
    @contextmanager
    def opened(cls, url: str, *, seconds: float = SECONDS) -> Iterator["Mailbox"]:
        """Log in and open the folder; hang up at the end."""
        place = Place.from_url(url)
        with _failures():
            server = _connect(place, seconds)
        try:
            with _failures():
                server.login(place.user, place.password)
                _expect_ok(server.select(_quoted(place.folder)))
            yield cls(server)
        finally:
            _hang_up(server)

    def unread(self) -> list[bytes]:
        """The UIDs of what nobody has read, oldest first."""
        with _failures():
            found = _expect_ok(self._server.uid("SEARCH", "UNSEEN"))
            listed = found[0] if found and isinstance(found[0], bytes) else b""
            return sorted(listed.split(), key=int)

    def fetch(self, uid: bytes) -> bytes:
        """The beginning of one mail, up to LARGEST; b"" when it has gone meanwhile."""
        wanted = f"(BODY.PEEK[]<0.{LARGEST}>)"
        with _failures():
            for part in _expect_ok(self._server.uid("FETCH", uid.decode(), wanted)):
                if isinstance(part, tuple) and b"BODY[]" in part[0].upper():
                    return part[1]
        return b""

    def mark_read(self, uid: bytes) -> None:
        with _failures():
            _expect_ok(self._server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)"))


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (imaplib.IMAP4.error, OSError, EOFError, ValueError) as error:
        # The class only: a server may quote what it was told.
        raise MailboxFailed(type(error).__name__) from None


def _connect(place: Place, seconds: float) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if place.scheme == "imaps":
        return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=seconds)
    server = imaplib.IMAP4(place.host, place.port, timeout=seconds)
    if place.scheme == "imap+tls":
        server.starttls(context)
    return server


def _hang_up(server: imaplib.IMAP4) -> None:
    """Say goodbye where that costs little: a server that hung once is not waited for again."""
    try:
        server.sock.settimeout(1)
        server.logout()
    except (imaplib.IMAP4.error, OSError):
        server.sock.close()


def _expect_ok(answer: tuple[str, list]) -> list:
    status, content = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return content


def _quoted(folder: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", folder) + '"'
