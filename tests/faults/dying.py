"""What a process leaves that dies after its n-th commit, for every n.

Run inside a portal of a sink and no workers, through `manage.py shell`: each round begins the
same story, forks a process that files a request and sweeps, and ends it with SIGKILL at one
point. Points are commits and hand-overs: a death between two of them leaves what a death at the
first leaves. Then the leader tries again, leases end, and another process sweeps.
"""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock
from uuid import UUID

import httpx
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from mvai.outbox import delivery, sweeps
from mvai.outbox.claims import Claimable
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState
from requests.actions import filing
from tests.faults import story

ATTEMPT = UUID("00000000-0000-4000-8000-000000000001")


def every_point(sink_url: str, *, each: int = 1) -> None:
    """Print a line of JSON for a life without a death, and one for each `each`-th death."""
    people = story.cast()
    point: int | None = None
    while True:
        survived, left = _round(people, sink_url, point)
        print(json.dumps({"point": point, **left}))
        if point is not None and survived:
            return
        point = (point or 0) + each


def _round(people: story.Cast, sink_url: str, point: int | None) -> tuple[bool, dict]:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE requests_assistancerequest, duty_alarm, outbox_message CASCADE")
    httpx.delete(f"{sink_url}/messages").raise_for_status()
    now = timezone.now()
    story.begin(people, now - story.SILENCE)
    connection.close()

    child = os.fork()
    if not child:
        with _dying_at(point):
            _file_and_sweep(now)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)

    for rows in Claimable.__subclasses__():
        rows._base_manager.exclude(lease_until=None).update(lease_until=now)
    _file_and_sweep(timezone.now())
    for _each in range(10):  # a provider on a busy machine may not answer in time at first
        if not Message.objects.filter(state=MessageState.FAILED_FOR_NOW).update(due_at=now):
            break
        time.sleep(0.5)
        sweeps.run_all(timezone.now())
    left = story.left(sink_url)
    left["messages"] = _shown_or_sent(left["messages"])
    return status == 0, left


def _shown_or_sent(messages: dict[str, int]) -> dict[str, int]:
    """A routine mail whose hand-over was cut off is shown to the staff and not sent again."""
    counts: Counter[str] = Counter()
    for what, count in messages.items():
        counts[what.replace("email unknown", "email sent")] += count
    return dict(sorted(counts.items()))


def _file_and_sweep(now: datetime) -> None:
    filing.file_request(
        attempt=ATTEMPT, call_name="Chief Alex Moreno", call_number="(202) 555-0188", at=now
    )
    for _each in range(2):  # what the first sweep promises, the second sends
        # By the clock: a sweep told an older time than the last finds no place in a channel's pace.
        sweeps.run_all(timezone.now() + timedelta(seconds=1))


@contextmanager
def _dying_at(point: int | None) -> Iterator[None]:
    """The process ends with its `point`-th commit or hand-over."""
    passed = 0

    def step() -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def stepping(function: Callable) -> Callable:
        def first_a_step(*args, **kwargs):
            step()
            return function(*args, **kwargs)

        return first_a_step

    def commit(self: BaseDatabaseWrapper) -> None:
        committed(self)
        step()

    def execute(self: CursorWrapper, sql: str, params=None):
        answer = executed(self, sql, params)
        if not self.db.in_atomic_block and not str(sql).startswith("SELECT"):
            step()
        return answer

    committed, executed = BaseDatabaseWrapper._commit, CursorWrapper.execute
    with (
        mock.patch.object(BaseDatabaseWrapper, "_commit", commit),
        mock.patch.object(CursorWrapper, "execute", execute),
        mock.patch.object(delivery, "_sent", stepping(delivery._sent)),
    ):
        yield


__all__ = ["every_point"]
