"""Statements that PostgreSQL parses and plans once on a connection, and runs many times.

Parsing and planning a page's queries takes it as long as running them. The driver has no
prepared statements of its own, so they are made in SQL: `PREPARE` on a connection's first use,
`EXECUTE` from then on. PostgreSQL plans anew by itself when tables or their statistics change.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper

_numbers = count(1)
# Which statements each of the driver's connections knows; what it knew ends with it.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Statement:
    """SQL with `$1`, `$2` … for its values; a literal % in it stands alone."""

    def __init__(self, sql: str, values: int) -> None:
        self.sql = sql
        self.name = f"mvai_{next(_numbers)}"
        places = f"({', '.join(['%s'] * values)})" if values else ""
        self._execute = f"EXECUTE {self.name}{places}"

    def run(self, cursor: CursorWrapper, values: Sequence[Any]) -> None:
        """Run it on a cursor of the default connection, which then has the rows."""
        raw = connection.connection
        known = _known.get(raw)
        if known is None:
            known = _known[raw] = set()
        if self.name not in known:
            # Past Django's cursor, which would count it among a page's queries.
            with connection.wrap_database_errors, raw.cursor() as beside:
                beside.execute(f"PREPARE {self.name} AS {self.sql}")
            known.add(self.name)
        cursor.execute(self._execute, values or None)
