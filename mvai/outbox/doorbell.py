"""Rings for the worker after a commit. Nothing depends on its being heard.

A web process rings when its answer is on the way, so that nobody waits for a ring. It goes over a
connection of its own with short time-outs, in case Redis is away or frozen; after a failure
nobody rings for a while. The worker's own connections keep the patient settings of
CELERY_BROKER_TRANSPORT_OPTIONS: a blocking read must outlast them.
"""

import logging
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.db import connection, transaction
from kombu import Connection

log = logging.getLogger(__name__)

URGENT, ROUTINE = "urgent", "routine"
QUIET_FOR = 5.0  # seconds without a ring after a failure
HELP_LASTS = 5  # seconds
_STALE_SHOWS_WITHIN = 0.1  # seconds; a connection that Redis closed fails at once
_IMPATIENT = {
    "socket_connect_timeout": 0.2,
    "socket_timeout": 0.3,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}

_own = threading.local()  # one connection a thread: kombu's channels are not shared safely
_answer = threading.local()  # `waiting`: the rings of the request that this thread answers
_quiet_until = 0.0


def ring(message_ids: Sequence[int], *, urgent: bool) -> bool:
    """Ask a worker to deliver these messages now; False when it could not be asked.

    Never raises. Costs at most about half a second once, then nothing for QUIET_FOR seconds.
    """
    global _quiet_until
    if not message_ids or time.monotonic() < _quiet_until:
        return False
    if _send(
        "outbox.deliver",
        {"message_ids": list(message_ids), "urgent": urgent},
        queue=URGENT if urgent else ROUTINE,
    ):
        return True
    _quiet_until = time.monotonic() + QUIET_FOR
    return False


def ring_after_commit(message_ids: Sequence[int], *, urgent: bool) -> None:
    """Ring once for all that one transaction promises; not for what is rolled back."""
    # A hook that is still listed will run, unless its savepoint is rolled back (None is an
    # atomic block without one): then it must not take ids from outside that savepoint along.
    here = {savepoint for savepoint in connection.savepoint_ids if savepoint}
    listed: list[Any] = connection.run_on_commit
    for savepoints, hook, _robust in listed:
        if isinstance(hook, _Ring) and hook.urgent == urgent and savepoints - {None} == here:
            hook.message_ids.extend(message_ids)
            return
    transaction.on_commit(_Ring(list(message_ids), urgent))


@dataclass(slots=True)
class _Ring:
    message_ids: list[int]
    urgent: bool

    def __call__(self) -> None:
        waiting: list[_Ring] | None = getattr(_answer, "waiting", None)
        if waiting is None:
            ring(self.message_ids, urgent=self.urgent)
        else:
            waiting.append(self)


def hold_until_answered(**_signal: object) -> None:
    """A request begins: what this thread has to ring waits for the end of it."""
    ring_what_was_held()  # of a request that never ended
    _answer.waiting = []


def ring_what_was_held(**_signal: object) -> None:
    """The answer has been handed to the server: now ring, once for each lane."""
    waiting: list[_Ring] = getattr(_answer, "waiting", None) or []
    _answer.waiting = None
    for urgent in (True, False):
        found = [pk for one in waiting if one.urgent == urgent for pk in one.message_ids]
        ring(found, urgent=urgent)


def ask_for_help(*, urgent: bool) -> bool:
    """Ask one more worker of the lane to send what is due; False when none could be asked."""
    lane = URGENT if urgent else ROUTINE
    # Whoever comes late finds nothing to do: a request for help is soon worth nothing.
    return time.monotonic() >= _quiet_until and _send(
        "outbox.drain", {"urgent": urgent}, queue=lane, expires=HELP_LASTS
    )


def ask(task: str) -> bool:
    """Ask a worker to go on with what is due of one kind; False when none could be asked."""
    return time.monotonic() >= _quiet_until and _send(task, {}, queue=ROUTINE, expires=HELP_LASTS)


def prepare() -> None:
    """Load what the first ring needs, so that it is not the first request that waits for it."""
    current_app.finalize()
    current_app.amqp.Producer(_connection(), auto_declare=False)  # loads; connects to nothing
    _disconnect()


def forget() -> None:
    """Drop this thread's connection and ring again at once; for tests and forks."""
    global _quiet_until
    _quiet_until = 0.0
    _disconnect()


def _send(task: str, values: dict[str, object], **options: Any) -> bool:
    while True:
        was_open = getattr(_own, "connection", None) is not None
        started = time.monotonic()
        try:
            current_app.send_task(
                task,
                kwargs=values,
                argsrepr="",  # Celery would write both in words, for monitors that we don't run
                kwargsrepr="",
                connection=_connection(),
                retry=False,
                ignore_result=True,
                **options,
            )
        except Exception as error:  # the promise is kept without us
            _disconnect()
            if was_open and time.monotonic() - started < _STALE_SHOWS_WITHIN:
                continue  # Redis was started anew since the last ring
            log.warning("doorbell not heard: %s", type(error).__name__)
            return False
        return True


def _connection() -> Connection:
    if getattr(_own, "connection", None) is None:
        _own.connection = current_app.connection_for_write(transport_options=_IMPATIENT)
    return _own.connection


def _disconnect() -> None:
    connection = getattr(_own, "connection", None)
    _own.connection = None
    if connection is not None:
        try:
            connection.collapse()
        except Exception as error:  # it is gone either way
            log.debug("doorbell closed: %s", type(error).__name__)


def _forget_after_fork() -> None:
    # The parent's socket must not be used, nor closed, by two processes.
    global _own, _quiet_until
    _own = threading.local()
    _quiet_until = 0.0


os.register_at_fork(after_in_child=_forget_after_fork)
