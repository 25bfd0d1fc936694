"""Bytes in the database: kept in parts, read part by part, gone when nothing refers to them."""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from resources.models import StoredFile, StoredPart

PART = 1024 * 1024


@transaction.atomic
def keep(file: BinaryIO, *, at: datetime) -> StoredFile:
    """Write the file's bytes down; it may not be empty."""
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while piece := file.read(PART):
        size += len(piece)
        digest.update(piece)
    stored = StoredFile.objects.create(size=size, sha256=digest.hexdigest(), created_at=at)
    file.seek(0)
    number = 0
    while piece := file.read(PART):
        StoredPart.objects.create(file=stored, number=number, data=piece)
        number += 1
    return stored


def parts(stored: StoredFile) -> Iterator[bytes]:
    for number in range(-(-stored.size // PART)):
        yield _part(stored.pk, number)


def whole(stored: StoredFile) -> bytes:
    return b"".join(parts(stored))


def opened(stored: StoredFile) -> BinaryIO:
    """The bytes as a file that can be sought in; a part at a time is in memory."""
    return io.BufferedReader(_Reader(stored), PART)  # type: ignore[return-value]


def forget(stored: StoredFile | None) -> None:
    """Remove the bytes, unless something else refers to them."""
    if stored is None or stored.attachments.exists() or stored.imports.exists():
        return
    StoredPart.objects.filter(file=stored).delete()
    stored.delete()


def _part(pk: int, number: int) -> bytes:
    return bytes(StoredPart.objects.values_list("data", flat=True).get(file=pk, number=number))


class _Reader(io.RawIOBase):
    def __init__(self, stored: StoredFile) -> None:
        self._pk, self._size = stored.pk, stored.size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(begin + offset, 0)
        return self._at

    def readinto(self, room) -> int:  # type: ignore[no-untyped-def]
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, PART)
        piece = _part(self._pk, number)[offset : offset + len(room)]
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
