"""What falls due: functions that find due rows and deal with them, registered by the apps.

Run by Celery every few seconds, by the watchdog when Celery is silent, and by
`manage.py sweep`. Each claims its rows, so that two runs at once do the work once.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection

from mvai.outbox.models import Heartbeat

log = logging.getLogger(__name__)

URGENT_MESSAGES, MESSAGES = "urgent messages", "messages"


@dataclass(frozen=True, slots=True)
class Sweep:
    """`function(now)` deals with what is due and returns how many rows it dealt with."""

    name: str
    function: Callable[[datetime], int]
    urgent: bool


SHOWN_AFTER = 3  # failures in a row, in one process
FAILS = "fails:"  # before the sweep's name, in the heartbeat of its last failure

_known: dict[str, Sweep] = {}
_failures: Counter[str] = Counter()


def register(name: str, function: Callable[[datetime], int], urgent: bool = False) -> None:
    """Make a sweep known; registering the same name again replaces it."""
    _known[name] = Sweep(name, function, urgent)


def registered() -> list[Sweep]:
    """Urgent ones first, otherwise in the order of registration."""
    return sorted(_known.values(), key=lambda sweep: not sweep.urgent)


def run(now: datetime, *, urgent: bool) -> dict[str, int | None]:
    """Run one lane's sweeps once; None stands for one that failed. One failure stops no other."""
    return _run_each([sweep for sweep in registered() if sweep.urgent is urgent], now)


def run_all(now: datetime, *, urgent_only: bool = False) -> dict[str, int | None]:
    """Run each sweep once, the urgent ones first."""
    return _run_each([sweep for sweep in registered() if sweep.urgent or not urgent_only], now)


def _run_each(some: list[Sweep], now: datetime) -> dict[str, int | None]:
    """Each is told when it begins itself, `now` being when the first did: with an older time it
    would find its channel's next place too far ahead, and take leases that are too short."""
    started = time.monotonic()
    done = {}
    for sweep in some:
        passed = timedelta(seconds=time.monotonic() - started)
        done[sweep.name] = _run(sweep, now + passed)
    return done


def _run(sweep: Sweep, now: datetime) -> int | None:
    try:
        done = sweep.function(now)
    except Exception as error:
        # The class only: a message may quote a row, and rows hold names and numbers.
        log.error("sweep %s failed: %s", sweep.name, type(error).__name__)
        if not connection.in_atomic_block:
            close_old_connections()
        _note_failure(sweep.name, now)
        return None
    _failures.pop(sweep.name, None)
    return done


def _note_failure(name: str, now: datetime) -> None:
    """Show the staff that a part of the portal stands still, once it failed often in a row."""
    _failures[name] += 1
    if _failures[name] < SHOWN_AFTER:
        return
    try:
        Heartbeat.objects.beat(f"{FAILS}{name}"[:40], now)
    except DatabaseError as error:  # it is away, or the caller's transaction is broken
        log.error("failures of a sweep can't be shown: %s", type(error).__name__)
