"""A portal of real processes, to be harmed by tests.

Every portal has a PostgreSQL, a Redis and a sink of its own, so a test may stop any of them.
The servers are the embedded ones; MVAI_POSTGRES_BIN and MVAI_REDIS_SERVER name others.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import psycopg2.errors

from mvai.site import children, ports
from mvai.site.embedded import APPLICATION, DATABASE, OWNER, Postgres, Redis
from mvai.site.places import Place, passing_place
from mvai.site.supervisor import PROCESSES, SINK, Process, Supervisor
from tests import once
from tools.bootstrap import PYTHON, ROOT

KNOWN = {process.name: process for process in (*PROCESSES, SINK)}
# What a portal under test takes from the machine; all else would make runs differ.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "MVAI_CHROMIUM")
EMPTIED = ("requests_assistancerequest", "duty_alarm", "outbox_message", "outbox_silence")

# Tests file far more, and faster, than people do: nothing of it is to be marked.
NOTHING_IS_DOUBTED = {
    "FILING_FASTEST_SECONDS": "0",
    "FILINGS_PER_PAGE": "1000000",
    "FILINGS_PER_NUMBER": "1000000",
    "FILINGS_PER_ADDRESS": "1000000",
    "FILINGS_BUSY": "1000000",
}


def wait_until(
    condition: Callable[[], Any], *, seconds: float = 30, what: str | Callable[[], str] = "true"
) -> Any:
    """The first true answer of `condition`; fails the test when none comes in time."""
    end = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > end:
            said = what if isinstance(what, str) else what()
            raise AssertionError(f"After {seconds:.0f} s still not: {said}")
        time.sleep(0.1)


class Portal:
    """Web, worker, beat, watchdog and sink over servers of their own; made by `portal()`."""

    def __init__(
        self, place: Place, var: Path, extra: dict[str, str], *, durable: bool = False
    ) -> None:
        self.place, self.var, self.logs = place, var, var / "log"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.postgres = Postgres(place, log=self.logs / "postgres.log", durable=durable)
        self.redis = Redis(place, log=self.logs / "redis.log")
        self.port = ports.free_port()
        smtp, http, imap = ports.free_port(), ports.free_port(), ports.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.sink_url = f"http://127.0.0.1:{http}"
        self.env = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "MVAI_ENV": "development",
            "MVAI_DEMO": "",
            "MVAI_VAR": str(var),
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "DATABASE_URL": self.postgres.url(role=APPLICATION),
            "REDIS_URL": self.redis.url,
            "SINK_SMTP_PORT": str(smtp),
            "SINK_HTTP_PORT": str(http),
            "SINK_IMAP_PORT": str(imap),
            "INBOX_URL": f"imap://portal%40mvai.example:demonstration@127.0.0.1:{imap}/INBOX",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
            "GATEWAY_URL": self.sink_url,
            "GATEWAY_ACCOUNT": "test",
            "GATEWAY_TOKEN": "test",
            **extra,
        }
        self._supervisors: dict[str, Supervisor] = {}
        self.http = httpx.Client(base_url=self.url, timeout=30, follow_redirects=True)
        self._sink = httpx.Client(base_url=self.sink_url, timeout=10)

    # Processes

    def start(self, *names: str) -> None:
        """Start processes by name; a dead one may be started again."""
        for name in names:
            self._supervisors[name] = one = _alone(KNOWN[name], self.env, self.logs)
            one.start()

    def start_more(self, name: str, count: int) -> None:
        """Start `count` further ones of a kind, called worker-1, worker-2 …"""
        for number in range(1, count + 1):
            another = replace(KNOWN[name], name=f"{name}-{number}")
            self._supervisors[another.name] = one = _alone(another, self.env, self.logs)
            one.start()

    def stop(self, name: str) -> None:
        """End a process as an operator would, with SIGTERM."""
        self._supervisors.pop(name).stop()

    def kill(self, name: str) -> None:
        """End a process and its children as a crash would, with SIGKILL."""
        running = self._supervisors.pop(name).children[name].running
        assert running is not None
        children.kill_group(running)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Signal a whole process group: SIGSTOP freezes it, SIGCONT lets it go on."""
        os.killpg(self.pid(name), number)

    def pid(self, name: str) -> int:
        pid = self._supervisors[name].pid(name)
        assert pid is not None
        return pid

    def is_alive(self, name: str) -> bool:
        one = self._supervisors.get(name)
        running = one.children[name].running if one else None
        return running is not None and running.poll() is None

    def log(self, name: str) -> str:
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def manage(self, *arguments: str, seconds: float = 300, **env: str) -> str:
        """Run a management command to its end, as the application's role; its output."""
        done = subprocess.run(
            [PYTHON, "manage.py", *arguments],
            env=self.env | env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        assert done.returncode == 0, f"manage.py {arguments[0]}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def prepare_database(self) -> None:
        """What the owner does before the others start."""
        self.manage(
            "prepare_database", "--verbosity=0", DATABASE_OWNER_URL=self.postgres.url(role=OWNER)
        )

    # Servers

    def stop_redis(self) -> None:
        """Freeze Redis: its socket stays open, and nothing answers."""
        self.redis.freeze()

    def continue_redis(self) -> None:
        self.redis.thaw()

    def restart_postgres(self, *, crash: bool = False) -> None:
        """Stop PostgreSQL with every connection open, or crash it, and start it again."""
        if crash:
            self.postgres.kill()
        else:
            self.postgres.stop()
        self.postgres.start()

    # What happened

    def query(self, statement: str, values: Sequence[Any] = (), *, owner: bool = False) -> list:
        """Rows of a statement, as the application's role or the owner's."""
        role = OWNER if owner else APPLICATION
        connection = psycopg2.connect(
            host=str(self.place.sockets), user=role, dbname=DATABASE, connect_timeout=10
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)  # without values a % is a %
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def empty(self) -> None:
        """Forget every request, alarm and message, whatever the processes are doing with them.

        They lock the same tables in another order, so PostgreSQL may end our turn; then we wait
        for the next.
        """
        for left in reversed(range(5)):
            try:
                self.query(f"TRUNCATE {', '.join(EMPTIED)} CASCADE", owner=True)
            except psycopg2.errors.DeadlockDetected:
                if not left:
                    raise
            else:
                return

    def scalar(self, statement: str, values: Sequence[Any] = ()) -> Any:
        return self.query(statement, values)[0][0]

    def messages(self, **wanted: str) -> list[dict[str, Any]]:
        """What the sink took, oldest first; keywords filter: channel="sms", to="+1…"."""
        rows = self._sink.get("/messages").raise_for_status().json()
        return [row for row in rows if all(row[key] == value for key, value in wanted.items())]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many messages the sink took by each channel, and how many different ones."""
        return self._sink.get("/counts").raise_for_status().json()

    def forget_messages(self) -> None:
        self._sink.delete("/messages").raise_for_status()

    def providers(
        self,
        *,
        seconds: float = 0.0,
        silent: bool = False,
        sms_status: int = 0,
        smtp_status: int = 0,
        **channels: Any,
    ) -> None:
        """How the sink behaves; nothing: as it should.

        Every message takes so many `seconds`; `silent` takes it and gives no answer. Channels
        (sms=, voice=, email=, asking=) and seed= are given as mvai/site/sink/behavior.py says.
        """
        shared = {"seconds": seconds, "answer": "closed" if silent else "proper"}
        manners = {
            "sms": {**shared, "status": sms_status},
            "voice": shared,
            "email": {**shared, "status": smtp_status},
            **channels,
        }
        self._sink.put("/behavior", json=manners).raise_for_status()

    def is_ready(self) -> bool:
        try:
            return self.http.get("/readyz", timeout=3).status_code == 200
        except httpx.HTTPError:
            return False

    def why_not_ready(self) -> str:
        """For a failed test: the last words of the web process."""
        return f"/readyz answers 200\n{self.log('web')[-2000:]}"

    def close(self) -> None:
        self.http.close()
        self._sink.close()
        if self.redis.is_running:
            self.redis.thaw()  # a frozen one would not hear that it should stop
        for one in self._supervisors.values():
            one.stop()
        self.redis.stop()
        self.postgres.stop()


@contextmanager
def portal(
    var: Path,
    *,
    start: Sequence[str] = ("sink", "web", "worker", "routine", "beat", "watchdog"),
    durable: bool = False,
    **env: str,
) -> Iterator[Portal]:
    """A running, empty portal whose page answers; every trace of it is removed afterwards.

    Its PostgreSQL waits for the disk only when `durable`: for measurements.
    """
    place = passing_place()
    one = Portal(place, var, env, durable=durable)
    try:
        _copy_prepared_data(place)
        one.postgres.start()
        one.redis.start()
        one.start(*start)
        if "sink" in start:
            wait_until(lambda: _answers(one.sink_url + "/healthz"), what="the sink answers")
        if "web" in start:
            wait_until(one.is_ready, seconds=60, what=one.why_not_ready)
        yield one
    finally:
        one.close()
        shutil.rmtree(place.home, ignore_errors=True)


def _copy_prepared_data(place: Place) -> None:
    """Give a portal the data of an empty, migrated database, made once for the whole run."""
    prepared = once.a_run("prepared", _prepare_data)
    # cp keeps the owner, which shutil does not.
    subprocess.run(["cp", "-a", Path(prepared) / "postgres", place.home], check=True)


def _prepare_data() -> str:
    place = passing_place()
    one = Portal(place, place.home / "var", {})
    try:
        one.postgres.start()
        one.postgres.make_roles()
        one.postgres.make_database()
        one.prepare_database()
    finally:
        one.close()
    return str(place.home)


def forget_prepared_data() -> None:
    """Remove what the run prepared; for its end."""
    if prepared := once.forget("prepared"):
        shutil.rmtree(prepared, ignore_errors=True)


def _alone(process: Process, env: dict[str, str], logs: Path) -> Supervisor:
    """A supervisor of one process, which is never asked to look after it: deaths are ours."""
    return Supervisor([process], env=env, root=ROOT, logs=logs, say=lambda _line: None)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
