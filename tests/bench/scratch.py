"""A database of its own for a measurement, made and removed on the configured server."""

import os
import subprocess
import sys
import tempfile
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


# A child's peak begins at that of the process it was started from, which may be far larger than
# its own. So something small starts it, and writes the peak in kilobytes where it is told to.
MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
_pid, status, used = os.wait4(process.pid, 0)
with open(sys.argv[1], "w") as peak:
    peak.write(str(used.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def manage(address: str, *arguments: str) -> tuple[float, str]:
    """Run manage.py on the database; its peak memory in MB, and what it said."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    with tempfile.NamedTemporaryFile("r") as peak:
        done = subprocess.run(
            [sys.executable, "-S", "-c", MEASURED, peak.name, *command],
            env={**os.environ, "DATABASE_URL": address, "DATABASE_OWNER_URL": address},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed.")
        return int(peak.read()) / 1024, done.stdout


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
