"""Which tables a backup holds, and how a table is named in a COPY."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

# Of the moment only, or made by the migrations themselves.
LEFT_OUT = ("django_session", "usersessions_usersession", "site_cache", "django_migrations")
# What a migration fills. A restore replaces their rows; every other table must be empty.
FILLED_BY_MIGRATIONS = (
    *("taxonomy_", "audit_retentionperiod"),
    *("django_content_type", "auth_permission"),
)

# How values are written as text; the same on the way out and on the way in.
PLAIN = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its columns, without those that the database works out."""

    name: str
    columns: tuple[str, ...]

    @property
    def quoted(self) -> str:
        return quote(self.name)

    @property
    def with_columns(self) -> str:
        return f"{self.quoted} ({', '.join(map(quote, self.columns))})"

    @property
    def is_filled_by_migrations(self) -> bool:
        return self.name.startswith(FILLED_BY_MIGRATIONS)


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def speak_plainly(cursor: Any) -> None:
    for statement in PLAIN:
        cursor.execute(statement)


def to_copy(cursor: Any) -> list[Table]:
    """Every table of ours, in the order of its name."""
    cursor.execute(
        """
        SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            AND NOT a.attisdropped AND a.attgenerated = ''
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
            AND c.relname <> ALL(%s)
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        GROUP BY c.relname ORDER BY c.relname
        """,
        [list(LEFT_OUT)],
    )
    return [Table(name, tuple(columns)) for name, columns in cursor.fetchall()]


def sequences(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
    )
    return [name for (name,) in cursor.fetchall()]


def migrations(cursor: Any) -> list[list[str]]:
    """What is applied: pairs of app and name, in order."""
    cursor.execute("SELECT DISTINCT app, name FROM django_migrations ORDER BY app, name")
    return [[app, name] for app, name in cursor.fetchall()]


def server_version() -> int:
    return connection.pg_version // 10000  # type: ignore[attr-defined]
