"""Asks clamd whether a file is clean, over its INSTREAM command."""

import socket
import struct
import time
from collections.abc import Iterable

from django.conf import settings

SECONDS = 10.0  # for each step
LONGEST = 60.0  # seconds for all of them
_LENGTH = struct.Struct(">I")
_ANSWER = 4096  # bytes


class NoAnswer(Exception):
    """The scanner is away, hangs or says nothing that we understand: nothing is known."""


def is_configured() -> bool:
    return bool(settings.CLAMD)


def is_clean(parts: Iterable[bytes]) -> bool:
    """What the scanner says of these bytes. Raises NoAnswer."""
    until = time.monotonic() + LONGEST
    try:
        with _connected(settings.CLAMD) as clamd:
            clamd.sendall(b"zINSTREAM\0")
            for piece in parts:
                _hurry(clamd, until)
                clamd.sendall(_LENGTH.pack(len(piece)) + piece)
            clamd.sendall(_LENGTH.pack(0))
            said = _answer(clamd, until)
    except OSError as error:
        raise NoAnswer(type(error).__name__) from None
    if said.endswith(": OK"):
        return True
    if said.endswith(" FOUND"):
        return False
    raise NoAnswer("no verdict")


def _connected(where: str) -> socket.socket:
    """`unix:/run/clamd.sock`, or `host:3310`."""
    if where.startswith("unix:"):
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(SECONDS)
        try:
            made.connect(where.removeprefix("unix:"))
        except OSError:
            made.close()
            raise
        return made
    host, _colon, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(clamd: socket.socket, until: float) -> str:
    said = b""
    while b"\0" not in said and len(said) < _ANSWER:
        _hurry(clamd, until)
        piece = clamd.recv(_ANSWER)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _hurry(clamd: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    clamd.settimeout(min(SECONDS, left))
