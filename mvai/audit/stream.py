"""Sends sealed entries off as lines of JSON, so that a copy lies where the portal can't reach it.

Each once and in the order of their seals; after each batch comes its seal, whose digest is the
head to keep elsewhere. Only a crash between writing and remembering it repeats a batch, and an
entry's `id` shows that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TextIO

import structlog
from django.conf import settings
from django.db import transaction

from mvai.audit import chain
from mvai.audit.models import AuditPosition, AuditSeal

EVERY = timedelta(minutes=1)
SEALS = 5  # in a round
POSITION = "sending"


def send_due(now: datetime) -> int:
    """A sweep, at work once a minute: how many entries it sent."""
    if not settings.AUDIT_STREAM:
        return 0
    last = AuditPosition.objects.filter(name=POSITION).values_list("at", flat=True).first()
    if last is not None and last <= now < last + EVERY:
        return 0
    return send(now)


@transaction.atomic
def send(now: datetime, *, seals: int = SEALS) -> int:
    """Send what was sealed since the last round, in a bounded batch; OSError if it can't be."""
    position = chain.held_position(POSITION)
    if position is None:
        return 0
    ready = list(AuditSeal.objects.filter(number__gt=position.number).defer("marks")[:seals])
    sent = 0
    with _lines() as line:
        for one in ready:
            for row in chain.rows_between(one.first_id, one.last_id):
                entry = dict(zip(chain.FIELDS, row, strict=True))
                line.info(entry.pop("verb"), seal=one.number, **entry)
                sent += 1
            line.info(
                "audit.sealed", seal=one.number, first_id=one.first_id, last_id=one.last_id,
                count=one.count, digest=one.digest, key_id=one.key_id, at=one.sealed_at,
            )  # fmt: skip
            position.number = one.number
    position.at = None if len(ready) == seals else now  # there may be more: go on at once
    position.save(update_fields=["number", "at"])
    return sent


@contextmanager
def _lines() -> Iterator[Any]:
    """Where to write: each call of its `info` is one line, all of them out at the end."""
    with _opened() as out:
        renderer = structlog.processors.JSONRenderer(default=chain.written_moment, sort_keys=True)
        yield structlog.wrap_logger(structlog.WriteLogger(out), processors=[renderer])
        out.flush()


@contextmanager
def _opened() -> Iterator[TextIO]:
    if settings.AUDIT_STREAM == "stdout":
        # The process's own: a worker's sys.stdout writes to its log, with a time before each line.
        yield sys.__stdout__ or sys.stdout
        return
    with open(settings.AUDIT_STREAM, "a", encoding="utf-8") as out:
        yield out
