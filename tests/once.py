"""What is dear to make is made once a run, by the first of its processes that asks."""

import fcntl
import os
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path


def name_the_run() -> None:
    """Give the run a name, which the processes that it starts inherit."""
    os.environ.setdefault("MVAI_TEST_RUN", uuid.uuid4().hex)


def a_run(thing: str, make: Callable[[], str]) -> str:
    """What `make` said in the process that came first; the others wait for it."""
    note = note_of(thing)
    with open(note.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text(make())
    return note.read_text()


def note_of(thing: str) -> Path:
    """The file that says where the thing is."""
    return Path(tempfile.gettempdir()) / f"mvai-{thing}-{os.environ['MVAI_TEST_RUN']}"


def forget(thing: str) -> str | None:
    """What the note said, if there was one; for the end of the run, which removes the thing."""
    note = note_of(thing)
    said = note.read_text() if note.exists() else None
    for file in (note, note.with_suffix(".lock")):
        file.unlink(missing_ok=True)
    return said
