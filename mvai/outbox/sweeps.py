"""What falls due: functions that find due rows and deal with them, registered by the apps.

Run by Celery every few seconds, by the watchdog when Celery is silent, and by
`manage.py sweep`. Each claims its rows, so that two runs at once do the work once.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections, connection

log = logging.getLogger(__name__)

URGENT_MESSAGES, MESSAGES = "urgent messages", "messages"


@dataclass(frozen=True, slots=True)
class Sweep:
    """`function(now)` deals with what is due and returns how many rows it dealt with."""

    name: str
    function: Callable[[datetime], int]
    urgent: bool


_known: dict[str, Sweep] = {}


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
        return sweep.function(now)
    except Exception as error:
        # The class only: a message may quote a row, and rows hold names and numbers.
        log.error("sweep %s failed: %s", sweep.name, type(error).__name__)
        if not connection.in_atomic_block:
            close_old_connections()
        return None
