"""Seals the log in batches, each on the one before, so that a change anywhere shows.

Writers never wait for it: the worker seals what has long been written. Entries get their numbers
before they are committed, so a batch may end only where no lower number can still appear. Whoever
adds an entry holds a lock on its table from before it gets its number until the entry can be seen.
A round therefore notes the last number given, then who holds that lock; once none of those does,
every number up to there is an entry or will never be one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from mvai.audit.models import AuditEntry, AuditPosition, AuditSeal

EVERY = timedelta(minutes=1)
ENTRIES = 1000  # in a seal, at most
SEALS = 5  # in a round, at most
MARK = 8  # bytes
POSITION = "sealing"
FORM = 1  # which fields are sealed, and how they are written; a change needs another number
FIELDS = (
    "id", "at", "kind", "verb", "actor_id", "actor_roles", "target_type", "target_id",
    "label", "result", "address", "via", "facts", "legal_hold",
)  # fmt: skip


def seal_due(now: datetime) -> int:
    """A sweep, at work once a minute: how many entries it sealed."""
    last = AuditPosition.objects.filter(name=POSITION).values_list("at", flat=True).first()
    if last is not None and last <= now < last + EVERY:
        return 0
    return seal(now)


@transaction.atomic
def seal(now: datetime, *, seals: int = SEALS) -> int:
    """Seal what is settled, and note how far the next round may go; how many entries.

    After a full round it says nothing of the next, which then goes on at once. Returns 0 while
    another process is at it.
    """
    position = held_position(POSITION)
    if position is None:
        return 0
    if writers() & set(position.notes):
        position.at = now
        position.save(update_fields=["at"])
        return 0
    sealed = 0
    until = min(position.number, last_number())  # whatever somebody wrote into the position
    for _seal in range(seals):
        count = _seal_next(until, now)
        if not count:
            break
        sealed += count
    else:
        return sealed
    position.number = last_number()  # before the writers: see above
    position.notes = sorted(writers())
    position.at = now
    position.save(update_fields=["number", "notes", "at"])
    return sealed


def held_position(name: str) -> AuditPosition | None:
    """The position, locked for this transaction; None while another process has it."""
    AuditPosition.objects.bulk_create([AuditPosition(name=name)], ignore_conflicts=True)
    return AuditPosition.objects.select_for_update(skip_locked=True).filter(name=name).first()


def last_number() -> int:
    """The last number that any entry has been given, committed or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM audit_entry_id_seq")
        return cursor.fetchone()[0]


def writers() -> set[str]:
    """The transactions, other than this one, that may be adding an entry now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE relation = 'audit_entry'::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()"
        )
        return {name for (name,) in cursor.fetchall()}


def head() -> AuditSeal | None:
    """The last seal; its digest is what to keep elsewhere."""
    return AuditSeal.objects.defer("marks").order_by("-number").first()


def waiting_since() -> datetime | None:
    """When the oldest entry that is not sealed was written; None when all of them are."""
    last = head()
    waiting = AuditEntry.objects.filter(pk__gt=last.last_id if last else 0)
    return waiting.order_by("pk").values_list("at", flat=True).first()


def _seal_next(until: int, now: datetime) -> int:
    before = head()
    first = before.last_id + 1 if before else 1
    rows = list(rows_between(first, until)[:ENTRIES])
    if not rows:
        return 0
    ids = [row[0] for row in rows]
    one = AuditSeal(
        number=before.number + 1 if before else 1,
        form=FORM,
        previous=before.digest if before else "",
        first_id=first,
        last_id=ids[-1] if len(ids) == ENTRIES else until,
        count=len(ids),
        key_id=current_key_id(),
        sealed_at=now,
    )
    one.gaps = _gaps(ids, first, one.last_id)
    codes = codes_of(rows, keys()[one.key_id])
    one.marks = b"".join(code[:MARK] for code in codes)
    one.digest = digest_of(one, codes, keys()[one.key_id])
    one.save(force_insert=True)
    return one.count


def _gaps(ids: Sequence[int], first: int, last: int) -> list[list[int]]:
    edges = [first - 1, *ids, last + 1]
    return [[low + 1, high - 1] for low, high in pairwise(edges) if high > low + 1]


# What is sealed


def rows_between(first: int, last: int) -> Any:
    """Entries by number, each the values of FIELDS."""
    found = AuditEntry.objects.filter(pk__gte=first, pk__lte=last)
    return found.order_by("pk").values_list(*FIELDS)


def codes_of(rows: Iterable[Sequence[Any]], key: bytes) -> list[bytes]:
    """Each entry's own code, 32 bytes."""
    return [hmac.digest(key, b"entry\n" + _written(row), "sha256") for row in rows]


def digest_of(one: AuditSeal, codes: Sequence[bytes], key: bytes) -> str:
    covered = [
        one.form, one.number, one.previous, one.key_id, one.first_id, one.last_id, one.count,
        one.gaps, one.sealed_at, bytes(one.marks).hex(),
    ]  # fmt: skip
    return hmac.digest(key, b"seal\n" + _written(covered) + b"".join(codes), "sha256").hex()


def _written(values: Sequence[Any]) -> bytes:
    """The one way to write these values: JSON with its keys in order, moments in UTC."""
    return json.dumps(
        values, sort_keys=True, separators=(",", ":"), default=written_moment
    ).encode()


def written_moment(value: Any) -> str:
    """A moment as seals and lines have it; TypeError for what no entry holds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} can't be sealed.")


# Keys


def make_key() -> str:
    """A new key for AUDIT_KEYS."""
    return secrets.token_urlsafe(32)


def keys() -> dict[str, bytes]:
    """The keys of AUDIT_KEYS by what names them in a seal; the first is the current one."""
    return _keys(settings.AUDIT_KEYS)


@cache
def _keys(text: str) -> dict[str, bytes]:
    given = [part.strip().encode() for part in text.split(",") if part.strip()]
    return {hashlib.sha256(b"name of an audit key\n" + key).hexdigest()[:8]: key for key in given}


def current_key_id() -> str:
    return next(iter(keys()))
