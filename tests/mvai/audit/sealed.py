"""Entries and seals for the tests of the chain, and a hand that may do what the portal can't."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pgtrigger

from mvai.audit import chain, log
from mvai.audit.models import AuditEntry
from tests.factories import NOON


def entries(count: int) -> list[AuditEntry]:
    return [log.record(verb="request.changed", at=NOON, fields=["title"]) for _ in range(count)]


def seal(at: datetime = NOON) -> int:
    """Seal everything that is written: a first round notes how far the second may go."""
    return chain.seal(at) + chain.seal(at)


@contextmanager
def triggers_off() -> Iterator[None]:
    """As who owns the database might, past the triggers."""
    with pgtrigger.ignore("audit.AuditEntry:only_ever_added", "audit.AuditSeal:only_ever_added"):
        yield
