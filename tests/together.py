"""Several at the same moment, in threads of their own with real connections."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

from django.db import connection, transaction


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each job returned or raised, all started at the same moment."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the first look
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def until_the_other_waits_or(done: Event) -> None:
    for _ in range(200):
        if done.is_set() or somebody_waits():
            return
        time.sleep(0.02)


def one_begins_and_the_other_comes_between(begin, go_on, other):
    """`begin` has its first locks when `other` starts; `go_on` follows in its transaction."""
    holds, done = Event(), Event()

    def first():
        with transaction.atomic():
            begin()
            holds.set()
            until_the_other_waits_or(done)
            return go_on()

    def second():
        holds.wait(10)
        try:
            return other()
        finally:
            done.set()

    return at_once(first, second)
