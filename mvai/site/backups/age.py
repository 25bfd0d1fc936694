"""Seals a stream to public keys, and opens it again with a private one (age).

The library pulls what it reads and pushes what it writes; so do the database's COPY and our
frames. Two that push meet in a pipe, with the library in a thread of its own. Whichever side
fails closes its end, which ends the other: nobody waits for a side that is gone.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pyrage
from django.utils.translation import gettext as _

from mvai.site.backups.refusing import BackupRefused


def public_keys(texts: list[str]) -> list[pyrage.x25519.Recipient]:
    """The keys of BACKUP_KEYS. Raises BackupRefused when there is none, or one is no key."""
    if not texts:
        raise BackupRefused(_("BACKUP_KEYS is not set: a backup is sealed to its public keys."))
    keys = []
    for text in texts:
        try:
            keys.append(pyrage.x25519.Recipient.from_str(text))
        except pyrage.RecipientError:
            raise BackupRefused(
                _("BACKUP_KEYS has “{start}…”, which is no public key.").format(start=text[:12])
            ) from None
    return keys


def private_keys(file: Path) -> list[pyrage.x25519.Identity]:
    """The private keys in a file, one a line, as age-keygen writes it."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        raise BackupRefused(_("The key file can't be read.")) from None
    keys = []
    for line in map(str.strip, lines):
        if line and not line.startswith("#"):
            try:
                keys.append(pyrage.x25519.Identity.from_str(line))
            except pyrage.IdentityError:
                raise BackupRefused(_("The key file has a line that is no private key.")) from None
    if not keys:
        raise BackupRefused(_("There is no private key in the key file."))
    return keys


def make_key() -> tuple[str, str]:
    """A new private key, and the public key that belongs to it."""
    key = pyrage.x25519.Identity.generate()
    return str(key), str(key.to_public())


class _Remembering:
    """A file to write to that keeps its error: the library hands on only the error's words."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        """The file is flushed once, by whoever opened it."""


@contextmanager
def sealed(to: BinaryIO, keys: list[pyrage.x25519.Recipient]) -> Iterator[BinaryIO]:
    """A stream to write to; what is written arrives in `to`, sealed to every key.

    Raises what went wrong with `to`, in place of the broken pipe that the writer met.
    """
    reading, writing = os.pipe()
    target = _Remembering(to)

    def work() -> None:
        with os.fdopen(reading, "rb") as source:
            pyrage.encrypt_io(source, target, keys)

    stream = os.fdopen(writing, "wb")

    def explain(error: BaseException) -> BaseException:
        return target.error or BackupRefused(_("The backup can't be sealed."))

    with _beside(work, stream, explain):
        yield stream


@contextmanager
def opened(source: BinaryIO, keys: list[pyrage.x25519.Identity]) -> Iterator[BinaryIO]:
    """The stream inside a sealed file. Raises BackupRefused at its end if it wasn't all genuine.

    What is read before the end is genuine, but it may be cut: believe it once this has ended.
    """
    reading, writing = os.pipe()
    stream = os.fdopen(reading, "rb")

    def work() -> None:
        with os.fdopen(writing, "wb") as out:
            target = _Remembering(out)
            try:
                pyrage.decrypt_io(source, target, keys)
                out.flush()
            except BaseException:
                with suppress(BrokenPipeError):
                    out.close()  # what is left in it has nobody to read it
                if isinstance(target.error, BrokenPipeError):
                    return  # the reader had enough, and says why
                raise

    with _beside(work, stream, _why_unreadable):
        yield stream


def _why_unreadable(error: BaseException) -> BaseException:
    if isinstance(error, pyrage.DecryptError) and "matching" in str(error):
        return BackupRefused(_("This key does not open the backup."))
    if isinstance(error, OSError) and error.errno:
        return BackupRefused(_("The backup can't be read: {error}.").format(error=error.strerror))
    return BackupRefused(_("This is no backup, or it was damaged or cut off."))


@contextmanager
def _beside(
    work: Callable[[], None],
    stream: BinaryIO,
    explain: Callable[[BaseException], BaseException],
) -> Iterator[None]:
    """Do `work` in a thread, which ends when our end of its pipe is closed.

    Where both sides fail the thread's error is the cause, and ours what it led to.
    """
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=guarded, name="sealing", daemon=True)
    thread.start()
    problem: BaseException | None = None
    try:
        try:
            yield
        finally:
            stream.close()
    except BaseException as error:
        problem = error
    thread.join()
    if failed:
        raise explain(failed[0]) from problem
    if problem is not None:
        raise problem
