"""Writes the log: one entry for each thing done or opened."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db.models import Model

from mvai.audit import where
from mvai.audit.adding import add
from mvai.audit.models import AuditEntry

WITHHELD = "withheld"
_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,79}")
_SHORT_NUMBER = re.compile(r"[+-]?\d{1,6}")

_gathered: ContextVar[list[AuditEntry] | None] = ContextVar("gathered", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Write what is recorded inside with one insert, at the end; nothing when it raises.

    It belongs in a transaction that stands or falls as a whole: an entry gathered here does
    not know of a savepoint that was rolled back in between.
    """
    if _gathered.get() is not None:
        yield  # the outer one writes for both
        return
    entries: list[AuditEntry] = []
    token = _gathered.set(entries)
    try:
        yield
        add(entries)
    finally:
        _gathered.reset(token)


def record(
    *,
    verb: str,
    target: Model | None = None,
    by: Any = None,
    at: datetime,
    label: str = "",
    result: str = "done",
    **facts: Any,
) -> AuditEntry:
    """Log one act. `by` is a user, or None for automation; `verb` is dotted ("request.filed").

    `facts` are codes, field names, counts and times. Anything that could be a person's words,
    name or number is stored as "withheld", so that a slip in a caller never leaks.
    """
    return _write(AuditEntry.Kind.WRITE, verb, target, by, at, label, result, facts)


def record_read(
    *,
    verb: str,
    target: Model | None,
    by: Any,
    at: datetime,
    label: str = "",
    result: str = "done",
    **facts: Any,
) -> AuditEntry:
    """Log that `by` opened a request, an export, a message's text, or was refused to.

    Not list rows, not polls. `facts` as for `record`.
    """
    return _write(AuditEntry.Kind.READ, verb, target, by, at, label, result, facts)


def _write(
    kind: str,
    verb: str,
    target: Model | None,
    by: Any,
    at: datetime,
    label: str,
    result: str,
    facts: Mapping[str, Any],
) -> AuditEntry:
    here = where.current()
    entry = AuditEntry(
        at=at,
        kind=kind,
        verb=verb,
        actor_id=None if by is None else by.pk,
        actor_roles="" if by is None else ",".join(sorted(getattr(by, "roles", None) or [])),
        target_type="" if target is None else target._meta.label_lower,
        target_id="" if target is None else str(target.pk),
        label=label,
        result=result,
        address=here.address,
        via=here.via,
        facts={name: _fact(value) for name, value in facts.items()},
    )
    gathered = _gathered.get()
    if gathered is None:
        add([entry])
    else:
        gathered.append(entry)
    return entry


def _fact(value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(_fact(key)): _fact(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [_fact(item) for item in value]
        return sorted(items, key=str) if isinstance(value, set | frozenset) else items
    text = str(value)
    if not text or _CODE.fullmatch(text) or _SHORT_NUMBER.fullmatch(text):
        return text
    return WITHHELD
