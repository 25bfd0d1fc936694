"""`manage.py backup` and `restore` of a portal with 20,000 requests.

Each on a PostgreSQL that waits for its disk.
"""

import time
from pathlib import Path

import psycopg2

from mvai.site.embedded import APPLICATION, DATABASE, OWNER
from tests.faults.harness import Portal, portal

WANTED = 20_000
FILL = "from tests.bench import filling; filling.main({})"


def test_backing_up_and_restoring(tmp_path: Path) -> None:
    with portal(tmp_path / "var", start=(), durable=True, MVAI_DEMO="1") as one:
        _execute(one, "CREATE DATABASE restored TEMPLATE " + DATABASE)
        key = one.manage("make_backup_key", str(tmp_path / "key")).strip()
        one.manage("shell", "-c", FILL.format(WANTED))
        file = tmp_path / "file"
        started = time.perf_counter()
        said = one.manage("backup", str(file), BACKUP_KEYS=key)
        making = time.perf_counter() - started
        size = one.scalar("SELECT pg_database_size(current_database())")
        started = time.perf_counter()
        one.manage(
            "restore",
            str(file),
            f"--identity={tmp_path / 'key'}",
            DATABASE_URL=one.postgres.url(role=APPLICATION, database="restored"),
            DATABASE_OWNER_URL=one.postgres.url(role=OWNER, database="restored"),
        )
        restoring = time.perf_counter() - started
    print(
        f"\n{said.split(': ')[-1].strip()}\n"
        f"a database of {size / 2**20:.0f} MB: backup {making:.1f} s,"
        f" {file.stat().st_size / 2**20:.1f} MB; restore {restoring:.1f} s"
    )


def _execute(one: Portal, statement: str) -> None:
    connection = psycopg2.connect(one.postgres.url(role=OWNER, database="postgres"))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
