"""A zip that somebody handed in: looked at before anything is unpacked, and read within limits.

What is wrong with the whole is refused by `opened`; what is wrong with one entry by `read`, so that
the others can still be read.
"""

import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from mvai.web.refusals import Refused

MB = 1024 * 1024
_TAIL = struct.Struct("<4s4H2LH")  # the end of the list of contents
_AN_ENTRY = 512  # bytes in the list of contents, generously
_FREE = 64 * 1024  # bytes that may be packed as tightly as they like
_TIGHTEST = 100  # times smaller than unpacked
_CHUNK = 256 * 1024
_NOISE = ("__MACOSX/", ".DS_Store", "Thumbs.db")  # what computers add by themselves


@dataclass(frozen=True, slots=True)
class Limits:
    packed: int  # bytes of the zip
    unpacked: int  # bytes of all entries together
    entries: int


class Archive:
    """The zip, once it was looked at. `names` are its entries in order, without folders."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        entries = [info for info in opened.infolist() if not _is_noise(info)]
        self.names = sorted({info.orig_filename for info in entries})
        self._entries = {info.orig_filename: info for info in entries}
        self._twice = {
            name
            for name, count in Counter(info.orig_filename.casefold() for info in entries).items()
            if count > 1
        }

    def why_not(self, name: str) -> str:
        """Why this entry is left alone, before its bytes are read; empty where it isn't."""
        if why := why_not_read(self._entries[name]):
            return why
        return _("Two files in the zip have this name.") if name.casefold() in self._twice else ""

    def read(self, name: str, *, most: int) -> bytes:
        """The entry's bytes. Refused with a sentence where it isn't what it should be."""
        info = self._entries[name]
        if why := self.why_not(name):
            raise Refused(why)
        if info.file_size > most:
            raise Refused(_("It is larger than %(most)s.") % {"most": in_words(most)})
        if info.file_size > _FREE and info.file_size > _TIGHTEST * max(info.compress_size, 1):
            raise Refused(_("It is packed so tightly that it may be a trap."))
        return self._bytes_of(info, most)

    def _bytes_of(self, info: zipfile.ZipInfo, most: int) -> bytes:
        found = bytearray()
        try:
            with self._zip.open(info) as entry:
                while piece := entry.read(_CHUNK):
                    found += piece
                    if len(found) > most:  # whatever the list of contents says
                        raise Refused(_("It is larger than it says."))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as reason:
            raise Refused(_("It is damaged.")) from reason
        return bytes(found)


@contextmanager
def opened(file: BinaryIO, limits: Limits) -> Iterator[Archive]:
    """Look at a zip. Refused with a sentence where it is none, or larger than the limits."""
    size = file.seek(0, 2)
    if size > limits.packed:
        raise Refused(_("The zip is larger than %(most)s.") % {"most": in_words(limits.packed)})
    _look_at_the_end(file, size, limits)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, UnicodeDecodeError) as reason:
        raise Refused(_("This is no zip file, or it is damaged.")) from reason
    with archive:
        entries = archive.infolist()
        if len(entries) > limits.entries:
            raise _too_many(limits)
        if sum(info.file_size for info in entries) > limits.unpacked:
            most = {"most": in_words(limits.unpacked)}
            raise Refused(_("Unpacked, the zip would be larger than %(most)s.") % most)
        yield Archive(archive)


def why_not_read(info: zipfile.ZipInfo) -> str:
    """Why this entry is left alone, by its line in the list of contents; empty where it isn't."""
    name, mode = info.orig_filename, info.external_attr >> 16
    if info.flag_bits & 0x1:
        return _("It is locked with a password.")
    if not name.isascii() and not info.flag_bits & 0x800:
        return _("Its name is not in UTF-8.")
    if not name.isprintable() or len(name) > 200:
        return _("Its name is too long, or has letters that can’t be shown.")
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        return _("Its name leads out of the zip.")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return _("It is a link to another file, not a file.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return _("It is packed in a way that we don’t read.")
    return ""


def in_words(size: int) -> str:
    return f"{size // MB:,} MB" if size >= MB else f"{max(size // 1024, 1):,} kB"


def _look_at_the_end(file: BinaryIO, size: int, limits: Limits) -> None:
    """The list of contents is read whole into memory: it must not be longer than it may be."""
    length = min(size, _TAIL.size + 0xFFFF)
    file.seek(size - length)
    tail = file.read(length)
    place = len(tail) - _TAIL.size
    if place < 0 or tail[place : place + 4] != b"PK\x05\x06" or tail[-2:] != b"\0\0":
        place = tail.rfind(b"PK\x05\x06")
    file.seek(0)
    if place < 0 or len(tail) - place < _TAIL.size:
        raise Refused(_("This is no zip file, or it is damaged."))
    _mark, disk, _first, _here, count, listed, _from, _note = _TAIL.unpack_from(tail, place)
    if disk or count == 0xFFFF or listed == 0xFFFFFFFF:
        raise Refused(_("The zip is in several parts, or of a kind that we don’t read."))
    if count > limits.entries or listed > limits.entries * _AN_ENTRY:
        raise _too_many(limits)


def _too_many(limits: Limits) -> Refused:
    return Refused(_("The zip holds more than %(most)s files.") % {"most": f"{limits.entries:,}"})


def _is_noise(info: zipfile.ZipInfo) -> bool:
    name = info.orig_filename
    return info.is_dir() or name.startswith(_NOISE) or name.rpartition("/")[2] in _NOISE
