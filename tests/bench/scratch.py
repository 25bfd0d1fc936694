"""A database of its own for a measurement, made and removed on the configured server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def database(name: str) -> Iterator[str]:
    """The address of an empty, migrated database on DATABASE_URL's server."""
    server = os.environ["DATABASE_URL"]
    address = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    try:
        manage(address, "migrate", "-v0")
        yield address
    finally:
        _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def manage(address: str, *arguments: str) -> tuple[float, str]:
    """Run manage.py on the database; its peak memory in MB, and what it said."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    with subprocess.Popen(
        command,
        env={**os.environ, "DATABASE_URL": address, "DATABASE_OWNER_URL": address},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        said = process.stdout.read() if process.stdout else ""
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed.")
    return used.ru_maxrss / 1024, said


def execute(address: str, statement: str) -> None:
    _run(address, statement)


def _run(address: str, *statements: str) -> None:
    connection = psycopg2.connect(address)
    connection.autocommit = True  # databases aren't made inside a transaction
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()
