"""What is inside a backup, once it is open: frames, compressed.

A frame is a kind (one byte), a length (four bytes, the high one first) and so many bytes:

    H  header: JSON, always first       T  a table begins: JSON
    F  a stored file begins: JSON       D  some of its bytes
    E  it ends: JSON, with its rows     M  manifest: JSON, always last

The manifest's digest is over every byte before it.
"""

import gzip
import hashlib
import json
import zlib
from typing import Any, BinaryIO, Protocol

from django.utils.translation import gettext as _

from mvai.site.backups.refusing import BackupRefused

HEADER, TABLE, FILE, DATA, END, MANIFEST = b"H", b"T", b"F", b"D", b"E", b"M"
CHUNK = 256 * 1024
LONGEST = 64 * 1024 * 1024  # more in one frame is nothing that we wrote
LEVEL = 6  # of compression


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Writer:
    """Writes frames, and everything between two of them by way of `write`."""

    def __init__(self, to: BinaryIO) -> None:
        self._packed = gzip.GzipFile(fileobj=to, mode="wb", compresslevel=LEVEL, mtime=0)
        self._digest = hashlib.sha256()
        self._waiting = bytearray()

    def begin(self, kind: bytes, what: dict[str, Any]) -> None:
        self._frame(kind, _as_bytes(what))

    def write(self, data: bytes) -> int:
        """Take some bytes of what began last; COPY gives them row by row."""
        self._waiting += data
        if len(self._waiting) >= CHUNK:
            self._flush()
        return len(data)

    def copy(self, source: Source) -> None:
        while data := source.read(CHUNK):
            self.write(data)

    def end(self, **figures: Any) -> None:
        self._flush()
        self._frame(END, _as_bytes(figures))

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, with the digest of all that came before."""
        self._frame(MANIFEST, _as_bytes(manifest | {"digest": self._digest.hexdigest()}))
        self._packed.close()

    def _flush(self) -> None:
        if self._waiting:
            self._frame(DATA, bytes(self._waiting))
            self._waiting.clear()

    def _frame(self, kind: bytes, payload: bytes) -> None:
        # A row longer than a chunk makes a longer frame; one that is too long makes two.
        for start in range(0, len(payload) or 1, LONGEST):
            part = payload[start : start + LONGEST]
            for data in (kind, len(part).to_bytes(4, "big"), part):
                self._digest.update(data)
                self._packed.write(data)


class Reader:
    """Reads frames; `read` gives the bytes of what began last, and then nothing.

    Raises BackupRefused wherever something is missing or isn't what it must be, and keeps that
    in `problem`: COPY tells its caller only that reading failed.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._packed = gzip.GzipFile(fileobj=source, mode="rb")
        self._digest = hashlib.sha256()
        self._waiting = b""
        self._inside = False
        self.ended: dict[str, Any] = {}
        self.problem: BackupRefused | None = None

    def begin(self) -> tuple[bytes, dict[str, Any]]:
        """The next thing: its kind, and what is said of it."""
        before = self._digest.hexdigest()
        kind, payload = self._frame()
        if kind not in (HEADER, TABLE, FILE, MANIFEST):
            raise self._damaged()
        self._inside = kind in (TABLE, FILE)
        what = self._from_bytes(payload)
        if kind == MANIFEST and (what.get("digest") != before or self._exactly(1, or_end=True)):
            raise self._damaged()
        return kind, what

    def read(self, size: int = CHUNK, /) -> bytes:
        if not self._waiting and self._inside:
            kind, payload = self._frame()
            if kind == DATA:
                self._waiting = payload
            elif kind == END:
                self._inside, self.ended = False, self._from_bytes(payload)
            else:
                raise self._damaged()
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        return data

    def _frame(self) -> tuple[bytes, bytes]:
        head = self._exactly(5)
        length = int.from_bytes(head[1:], "big")
        if length > LONGEST:
            raise self._damaged()
        payload = self._exactly(length)
        self._digest.update(head)
        self._digest.update(payload)
        return head[:1], payload

    def _exactly(self, size: int, *, or_end: bool = False) -> bytes:
        try:
            data = self._packed.read(size)
        except (OSError, EOFError, zlib.error):
            raise self._damaged() from None
        if len(data) < size and not or_end:
            raise self._damaged()
        return data

    def _from_bytes(self, payload: bytes) -> dict[str, Any]:
        try:
            what = json.loads(payload)
        except (ValueError, RecursionError):
            raise self._damaged() from None
        if not isinstance(what, dict):
            raise self._damaged()
        return what

    def _damaged(self) -> BackupRefused:
        self.problem = BackupRefused(_("This is no backup, or it was damaged or cut off."))
        return self.problem


def _as_bytes(what: dict[str, Any]) -> bytes:
    return json.dumps(what, sort_keys=True).encode()
