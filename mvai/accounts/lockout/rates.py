"""How often strangers may ask for something: by one address, and by all of them together.

Counted in PostgreSQL beside the tries to sign in, so that every process knows it and a restart
forgets nothing. Beyond it the answer is the calm page of lockout.middleware, with a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection, transaction

from mvai.accounts.lockout import counting
from mvai.accounts.lockout.counting import TooManyTries
from mvai.accounts.lockout.models import Try
from mvai.audit.middleware import address_of
from mvai.web.statements import Statement


class TooOften(TooManyTries):
    """Not now, whoever asks: it is nobody's account that waits."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many within so long. One address may stand for a whole agency behind one router."""

    name: str
    by_an_address: int
    in_all: int
    within: timedelta = timedelta(minutes=15)


def count(request, rate: Rate, *, at: datetime) -> None:
    """Count one more, or raise TooOften with the time from which it is taken again."""
    what = counting.hashed("rate", rate.name)
    address = counting.hashed(f"rate {rate.name}", counting.net(address_of(request)))
    with transaction.atomic():
        counting.one_at_a_time(what, address)
        recent = Try.objects.since(at - rate.within).filter(account=what)
        ends = (
            counting.end_of(recent.filter(address=address), rate.by_an_address, rate.within),
            counting.end_of(recent, rate.in_all, rate.within),
        )
        until = max((end for end in ends if end is not None), default=None)
        if until is None:
            Try.objects.create(account=what, address=address, at=at)
            return
    raise TooOften(until)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often `key` came under this name within so long, counted up to `most`."""

    name: str
    key: str
    most: int
    within: timedelta = timedelta(minutes=15)


def tally(tallies: Sequence[Tally], *, once: str, at: datetime) -> list[int]:
    """Count one more in each, and say how many others each had: nobody is refused for it.

    What comes again with the same `once` is counted once. One statement, without a lock: of
    those that come at the same moment some may not see each other, and nobody waits for anybody.
    A count may be lost in a crash, so on its own it does not wait for the disk.
    """
    values: list[Any] = [once, at]
    for one in tallies:
        values += [
            counting.hashed("rate", one.name),
            counting.hashed(f"rate {one.name}", one.key),
            at - one.within,
            one.most,
        ]
    statement = _tally(len(tallies), is_alone=not connection.in_atomic_block)
    with connection.cursor() as cursor:
        statement.run(cursor, values)
        return [found for _number, found, *_rest in sorted(cursor.fetchall())]


@cache
def _tally(count: int, *, is_alone: bool) -> Statement:
    rows = ", ".join(
        f"({number}, ${first}::varchar, ${first + 1}::varchar,"
        f" ${first + 2}::timestamptz, ${first + 3}::int)"
        for number, first in ((number, 3 + 4 * number) for number in range(count))
    )
    unhurried = ", set_config('synchronous_commit', 'off', true)" if is_alone else ""
    sql = f"""
        WITH one (number, account, address, since, most) AS (VALUES {rows}),
        added AS (
            INSERT INTO accounts_try (account, device, address, at)
            SELECT account, $1::varchar, address, $2::timestamptz FROM one
            WHERE NOT EXISTS (
                SELECT FROM accounts_try AS other
                WHERE other.address = one.address AND other.at > one.since
                    AND other.device = $1::varchar
            )
        )
        SELECT number, (
            SELECT count(*) FROM (
                SELECT FROM accounts_try AS other
                WHERE other.address = one.address AND other.at > one.since
                    AND other.device <> $1::varchar
                LIMIT one.most
            ) AS others
        ){unhurried} FROM one"""  # noqa: S608
    return Statement(sql, 2 + 4 * count)
