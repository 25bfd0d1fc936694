"""A mailbox over IMAP for the demonstration and the tests: as much of IMAP4rev1 as we ask for.

It keeps mail in memory, and can be told to refuse, to hang up or to hang at a command, as real
servers do.
"""

import itertools
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

LONGEST_LINE = 64 * 1024  # bytes


@dataclass(slots=True)
class Kept:
    """One mail in the mailbox."""

    uid: int
    raw: bytes
    is_read: bool = False


@dataclass(slots=True)
class Manners:
    """How the server behaves now. Each names a command: "LOGIN", "SELECT", "FETCH", …"""

    refuses: str = ""  # answers NO
    hangs_at: str = ""  # answers nothing, and keeps the line open
    hangs_up_at: str = ""  # closes the line


@dataclass
class Mailbox:
    """One address's mail. Every thread may use it."""

    address: str
    password: str = "demonstration"  # noqa: S105 - on this machine only
    manners: Manners = field(default_factory=Manners)
    _uids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _mails: list[Kept] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self, raw: bytes, *, sender: str | None = None) -> int:
        """Put a mail in, as a server does: with the envelope's sender on top. Its UID."""
        if sender is not None:
            raw = b"Return-Path: <%s>\r\n" % sender.encode() + raw
        with self._lock:
            uid = next(self._uids)
            self._mails.append(Kept(uid, raw))
        return uid

    def unread(self) -> list[int]:
        with self._lock:
            return [one.uid for one in self._mails if not one.is_read]

    def count(self) -> int:
        with self._lock:
            return len(self._mails)

    def raw(self, uid: int) -> bytes | None:
        with self._lock:
            return next((one.raw for one in self._mails if one.uid == uid), None)

    def mark(self, uid: int, *, is_read: bool) -> bool:
        with self._lock:
            for one in self._mails:
                if one.uid == uid:
                    one.is_read = is_read
                    return True
        return False

    def forget(self) -> None:
        with self._lock:
            self._mails.clear()


class MailboxServer(socketserver.ThreadingTCPServer):
    """Serves one mailbox on this machine's own address only."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mailbox: Mailbox, port: int = 0) -> None:
        self.mailbox = mailbox
        self.ending = threading.Event()
        super().__init__(("127.0.0.1", port), _Session)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self) -> None:
        self.ending.set()
        self.shutdown()
        self.server_close()


class _HangUp(Exception):
    """The line is closed without a word."""


class _Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: MailboxServer
    wbufsize = -1  # an answer goes out whole
    _is_in = False
    _is_open = False

    def handle(self) -> None:
        try:
            self._say("* OK IMAP4rev1 sink")
            self.wfile.flush()
            while line := self.rfile.readline(LONGEST_LINE):
                if not self._answer(line.decode("utf-8", errors="replace").strip()):
                    return
        except (_HangUp, OSError):
            return

    def _answer(self, line: str) -> bool:
        """Answer one command; False after the last."""
        tag, _space, rest = line.partition(" ")
        name, _space, arguments = rest.partition(" ")
        name = name.upper()
        if name == "UID":
            name, _space, arguments = arguments.partition(" ")
            name = name.upper()
        self._behave(name)
        commands: dict[str, Callable[[str], str]] = {
            "CAPABILITY": self._capability,
            "NOOP": lambda _arguments: "OK done",
            "LOGIN": self._login,
            "SELECT": self._select,
            "SEARCH": self._search,
            "FETCH": self._fetch,
            "STORE": self._store,
            "LOGOUT": self._logout,
        }
        if self.server.mailbox.manners.refuses == name:
            status = "NO refused"
        elif name not in commands:
            status = "BAD unknown command"
        elif name in {"SELECT"} and not self._is_in:
            status = "NO log in first"
        elif name in {"SEARCH", "FETCH", "STORE"} and not self._is_open:
            status = "NO select a folder first"
        else:
            status = commands[name](arguments)
        self._say(f"{tag} {status}")
        self.wfile.flush()
        return name != "LOGOUT"

    def _behave(self, name: str) -> None:
        manners = self.server.mailbox.manners
        if manners.hangs_up_at == name:
            raise _HangUp
        if manners.hangs_at == name:
            self.server.ending.wait(120)
            raise _HangUp

    def _capability(self, _arguments: str) -> str:
        self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def _login(self, arguments: str) -> str:
        user, password = (*_words(arguments), "", "")[:2]
        mailbox = self.server.mailbox
        self._is_in = (user, password) == (mailbox.address, mailbox.password)
        return "OK done" if self._is_in else "NO wrong name or password"

    def _select(self, arguments: str) -> str:
        if [word.upper() for word in _words(arguments)] != ["INBOX"]:
            return "NO there is INBOX only"
        self._is_open = True
        self._say(f"* {self.server.mailbox.count()} EXISTS")
        self._say("* OK [UIDVALIDITY 1]")
        return "OK [READ-WRITE] done"

    def _search(self, arguments: str) -> str:
        if arguments.upper() != "UNSEEN":
            return "BAD only UNSEEN can be searched for"
        self._say(" ".join(["* SEARCH", *map(str, self.server.mailbox.unread())]))
        return "OK done"

    def _fetch(self, arguments: str) -> str:
        wanted = re.fullmatch(r"(\d+) \(?BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?\)?", arguments, re.I)
        if wanted is None:
            return "BAD only BODY.PEEK[] of one UID can be fetched"
        uid = int(wanted[1])
        raw = self.server.mailbox.raw(uid)
        if raw is not None:
            start, length = int(wanted[2] or 0), int(wanted[3] or len(raw))
            raw, origin = raw[start : start + length], f"<{start}>" if wanted[2] else ""
            self._say(f"* {uid} FETCH (UID {uid} BODY[]{origin} {{{len(raw)}}}")
            self.wfile.write(raw)
            self._say(")")
        return "OK done"

    def _store(self, arguments: str) -> str:
        asked = re.fullmatch(r"(\d+) ([+-])FLAGS(\.SILENT)? \(?\\Seen\)?", arguments, re.I)
        if asked is None:
            return "BAD only \\Seen can be set"
        uid, is_read = int(asked[1]), asked[2] == "+"
        if self.server.mailbox.mark(uid, is_read=is_read) and not asked[3]:
            flags = r"\Seen" if is_read else ""
            self._say(f"* {uid} FETCH (UID {uid} FLAGS ({flags}))")
        return "OK done"

    def _logout(self, _arguments: str) -> str:
        self._say("* BYE")
        return "OK done"

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


def _words(arguments: str) -> list[str]:
    """Words, quoted or not."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', arguments)
    return [bare or re.sub(r"\\(.)", r"\1", quoted) for quoted, bare in found]
