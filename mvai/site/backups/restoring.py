"""Brings a backup back into an empty, migrated database: all of it, or nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.utils import OperationalError
from django.utils.translation import gettext as _

from mvai.audit import log, verifying
from mvai.site.backups import age, frames, tables
from mvai.site.backups.files import Arriving
from mvai.site.backups.making import FORMAT, Content
from mvai.site.backups.refusing import BackupRefused
from mvai.site.backups.tables import Table

LOCK = 0x4D564142  # one restore at a time, whoever starts it
# Asked when everything is in place, before it stays: each says in sentences what is not right.
CHECKS: list[Callable[[], Iterable[object]]] = [verifying.findings]


def restore(*, path: Path, identity: Path, media: Path, at: datetime) -> Content:
    """Fill the database, and the folder of stored files, from a backup. Needs the owner's role.

    Raises BackupRefused, OSError or DatabaseError; then the database is as empty as before.
    """
    keys = age.private_keys(identity)
    with path.open("rb") as file, Arriving(media) as arriving, transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            own = _prepare(cursor)
            arriving.begin()
            with age.opened(file, keys) as stream:
                header, manifest = _fill(cursor, frames.Reader(stream), own, arriving)
            _finish(cursor, own, manifest)
        content = Content(header["made_at"], header["version"], manifest["rows"], manifest["files"])
        log.record(verb="backup.restored", by=None, at=at, rows=content.total)
        arriving.put_in_place()
    return content


def _prepare(cursor: Any) -> list[Table]:
    """Take the database for ourselves; refuse one that isn't ours, or isn't empty."""
    tables.speak_plainly(cursor)
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
    if not cursor.fetchone()[0]:
        raise BackupRefused(_("Another restore is under way."))
    own = tables.to_copy(cursor)
    if not own:
        raise BackupRefused(_("The database is not migrated: run prepare_database first."))
    cursor.execute(
        "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    if not cursor.fetchone()[0]:
        raise BackupRefused(_("A restore needs the owner's role: set DATABASE_OWNER_URL."))
    try:
        cursor.execute(f"LOCK TABLE {', '.join(table.quoted for table in own)}")
    except OperationalError:
        raise BackupRefused(
            _("Somebody is using this database: stop the portal's processes first.")
        ) from None
    for table in own:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table.quoted})")
        if cursor.fetchone()[0] and not table.is_filled_by_migrations:
            raise BackupRefused(
                _("The database is not empty: there are rows in {table}.").format(table=table.name)
            )
    for table in own:
        cursor.execute(f"ALTER TABLE {table.quoted} DISABLE TRIGGER USER")
    for table in own:
        if table.is_filled_by_migrations:
            cursor.execute(f"DELETE FROM {table.quoted}")
    return own


def _fill(
    cursor: Any, reader: frames.Reader, own: list[Table], arriving: Arriving
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the backup to its end; its header and its manifest."""
    kind, header = reader.begin()
    if kind != frames.HEADER or header.get("format") != FORMAT:
        raise BackupRefused(_("This is no backup that this version can read."))
    _compare(header, cursor)
    missing = {table.name: table for table in own}
    while True:
        kind, what = reader.begin()
        if kind == frames.TABLE:
            table = missing.pop(str(what.get("table")), None)
            if table is None or list(table.columns) != what.get("columns"):
                raise BackupRefused(_("The backup's tables are not those of this database."))
            _copy(cursor, reader, table)
        elif kind == frames.FILE:
            arriving.take(what.get("name"), reader)
        elif kind == frames.MANIFEST:
            break
        else:
            raise BackupRefused(_("This is no backup that this version can read."))
    if missing:
        raise BackupRefused(_("The backup's tables are not those of this database."))
    return header, what


def _compare(header: dict[str, Any], cursor: Any) -> None:
    """The same migrations, or a sentence about the first that only one of them has."""
    theirs = {tuple(pair) for pair in header["migrations"]}
    ours = {tuple(pair) for pair in tables.migrations(cursor)}
    for name in sorted(theirs - ours):
        raise BackupRefused(
            _(
                "The backup is of version {version}, with the migration {name}, which is not here."
            ).format(version=header["version"], name=".".join(name))
        )
    for name in sorted(ours - theirs):
        raise BackupRefused(
            _(
                "The backup is older: it has no {name}. Restore it with version {version},"
                " then upgrade."
            ).format(version=header["version"], name=".".join(name))
        )


def _copy(cursor: Any, reader: frames.Reader, table: Table) -> None:
    try:
        with connection.wrap_database_errors:
            cursor.copy_expert(f"COPY {table.with_columns} FROM STDIN", reader)
    except DatabaseError:
        if reader.problem:
            raise reader.problem from None
        raise
    if cursor.rowcount != reader.ended.get("rows"):
        raise BackupRefused(_("Not every row of {table} came back.").format(table=table.name))


def _finish(cursor: Any, own: list[Table], manifest: dict[str, Any]) -> None:
    """References, triggers, sequences and counts: as they were, and checked."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # every reference leads somewhere
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for table in own:
        cursor.execute(f"ALTER TABLE {table.quoted} ENABLE TRIGGER USER")
    known = set(tables.sequences(cursor))
    for name, (value, is_called) in manifest["sequences"].items():
        if name in known:
            quoted = tables.quote(name)
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [quoted, value, is_called])
    for table in own:
        cursor.execute(f"SELECT count(*) FROM {table.quoted}")
        if cursor.fetchone()[0] != manifest["rows"].get(table.name):
            raise BackupRefused(_("Not every row of {table} came back.").format(table=table.name))
        cursor.execute(f"ANALYZE {table.quoted}")
    for check in CHECKS:
        for finding in check():
            raise BackupRefused(
                _("The restored records do not agree: {finding}").format(finding=finding)
            )
