"""Makes a backup: every table as of one moment, and the stored files."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction

from mvai.site.backups import age, frames, tables
from mvai.site.backups.files import new_file, stored

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Content:
    """What a backup holds: rows by table, and stored files."""

    made_at: str
    version: str
    rows: dict[str, int]
    files: int

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def make(*, path: Path, keys: list[str], media: Path, at: datetime) -> Content:
    """Write a backup to `path`, sealed to the public `keys`.

    All tables are as they were at one moment, however long it takes. Raises BackupRefused,
    OSError or DatabaseError; then there is no file at `path`, whole or in part.
    """
    recipients = age.public_keys(keys)
    with new_file(path) as file, age.sealed(file, recipients) as stream:
        return _write(stream, media, at)


def _write(stream: BinaryIO, media: Path, at: datetime) -> Content:
    writer = frames.Writer(stream)
    rows: dict[str, int] = {}
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables.speak_plainly(cursor)
        writer.begin(
            frames.HEADER,
            {
                "format": FORMAT,
                "version": settings.VERSION,
                "postgresql": tables.server_version(),
                "made_at": at.isoformat(),
                "migrations": tables.migrations(cursor),
            },
        )
        for table in tables.to_copy(cursor):
            writer.begin(frames.TABLE, {"table": table.name, "columns": table.columns})
            with connection.wrap_database_errors:
                cursor.copy_expert(f"COPY {table.with_columns} TO STDOUT", writer)
            rows[table.name] = cursor.rowcount
            writer.end(rows=cursor.rowcount)
        # After the rows: a sequence isn't part of the moment, and may only be ahead of them.
        positions = {name: _position(cursor, name) for name in tables.sequences(cursor)}
    count = 0
    for name, path in stored(media):
        writer.begin(frames.FILE, {"name": name})
        with path.open("rb") as source:
            writer.copy(source)
        writer.end()
        count += 1
    writer.finish({"rows": rows, "sequences": positions, "files": count})
    return Content(at.isoformat(), settings.VERSION, rows, count)


def _position(cursor: Any, sequence: str) -> list[Any]:
    cursor.execute(f"SELECT last_value, is_called FROM {tables.quote(sequence)}")
    return list(cursor.fetchone())
