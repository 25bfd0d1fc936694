"""Files that are there whole or not at all."""

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from mvai.site.backups.frames import Source
from mvai.site.backups.refusing import BackupRefused

PRIVATE = 0o600


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, for its owner's eyes only, that has its name once it is on the disk.

    Until then it is called `.part`. On any error it is removed. Raises BackupRefused where the
    name is taken or another process writes the same file.
    """
    if path.exists() or path.is_symlink():
        raise BackupRefused(_("There is a file with this name already; nothing was written."))
    part = path.with_name(f"{path.name}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(part, flags, PRIVATE), "wb") as file:
        _claim(file, part)
        try:
            os.fchmod(file.fileno(), PRIVATE)
            file.truncate()  # one that a crash left behind
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)


def _claim(file: BinaryIO, part: Path) -> None:
    """Ours alone, and still the file of that name: another may just have finished with it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine = os.path.samestat(os.fstat(file.fileno()), part.lstat())
    except (BlockingIOError, FileNotFoundError):
        mine = False
    if not mine:
        raise BackupRefused(_("Another backup is being written to this file."))


def _sync_folder(folder: Path) -> None:
    """The name is on the disk as well."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def stored(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every stored file below a folder, with its name from there; links are not followed."""
    for place, _folders, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = Path(place) / name
            if stat.S_ISREG(path.lstat().st_mode):
                yield path.relative_to(folder).as_posix(), path


class Arriving:
    """Stored files on their way back: beside their folder first, in its place at the end.

    A context: when what happens inside fails, none of them is left.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staging = folder.with_name(f"{folder.name}.restoring")
        self._is_in_place = False

    def __enter__(self) -> "Arriving":
        if self._folder.is_dir() and any(self._folder.iterdir()):
            raise BackupRefused(_("There are stored files already: restore into an empty place."))
        return self

    def __exit__(self, kind: type | None, *_error: object) -> None:
        if kind is not None:
            shutil.rmtree(self._staging, ignore_errors=True)
            if self._is_in_place:
                shutil.rmtree(self._folder, ignore_errors=True)

    def begin(self) -> None:
        """Forget what a restore left that was killed; call it where no other can be under way."""
        shutil.rmtree(self._staging, ignore_errors=True)

    def take(self, name: object, source: Source) -> None:
        """Write one. Its name comes from the backup, and may not lead anywhere else."""
        parts = PurePosixPath(name).parts if isinstance(name, str) else ()
        if not parts or any(part in ("/", "..") or "\0" in part for part in parts):
            raise BackupRefused(_("A stored file in this backup has a name that leads elsewhere."))
        path = self._staging.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            while data := source.read(1 << 18):
                file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def put_in_place(self) -> None:
        if self._staging.is_dir():
            if self._folder.is_dir():
                self._folder.rmdir()  # it is empty
            self._staging.rename(self._folder)
            self._is_in_place = True
