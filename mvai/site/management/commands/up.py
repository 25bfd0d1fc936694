"""`manage.py up`: the whole portal on one machine, until Ctrl-C."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from mvai.env import running_portal_file
from mvai.site import children, ports
from mvai.site.embedded import APPLICATION, OWNER, Postgres, Redis, ServerFailed
from mvai.site.places import CannotPlace, lasting_place
from mvai.site.supervisor import PROCESSES, SINK, Supervisor
from mvai.web import catalogs

SHARED = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SITE_URL", "PORT", "MVAI_DEMO"),
    *("EMAIL_URL", "GATEWAY_URL", "GATEWAY_ACCOUNT", "GATEWAY_TOKEN", "SINK_URL", "INBOX_URL"),
)
READY_WITHIN = 90  # seconds


class Command(BaseCommand):
    help = "Start everything, keep it alive, and stop it cleanly on Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--exit-when-ready", action="store_true", help="for tests")

    def handle(self, *args: Any, **options: Any) -> None:
        self._stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        port = int(os.environ.get("PORT") or 8000)
        refusal = ports.refusal(port, os.environ.get("HOST", "127.0.0.1"))
        if refusal:
            self._say(refusal)
            sys.exit(1)
        try:
            with ExitStack() as stack:
                self._run(stack, port, exit_when_ready=options["exit_when_ready"])
        except (ServerFailed, CannotPlace) as error:
            raise CommandError(str(error)) from error

    def _run(self, stack: ExitStack, port: int, *, exit_when_ready: bool) -> None:
        self._only_one_here(stack)
        catalogs.compile_stale(settings.LOCALE_PATHS)
        env = dict(os.environ)
        env.setdefault("SITE_URL", f"http://localhost:{port}")
        env |= {"PORT": str(port), "MVAI_VAR": str(_var())}
        env |= self._servers(stack)
        if self._stopping:
            return
        self._say("Bringing the database up to date.")
        self._manage("prepare_database", "--verbosity=0", env=env)
        if settings.DEMO and "demo" in get_commands():
            self._say("Looking for the demonstration data.")
            try:
                self._manage("demo", "--if-empty", env=env)
            except CommandError as error:
                self._say(f"The site starts without the demonstration data: {error}")
        processes = list(PROCESSES)
        if "EMAIL_URL" not in env:
            processes.insert(0, SINK)
            env |= _sink_addresses()
        # What serves pages has no business owning tables.
        owner = {"DATABASE_OWNER_URL": env.pop("DATABASE_OWNER_URL", env["DATABASE_URL"])}
        supervisor = Supervisor(
            processes, env=env, root=settings.ROOT, logs=_var() / "log", say=self._say
        )
        if self._stopping:
            return
        self._say("Starting " + ", ".join(each.name for each in processes) + ".")
        stack.callback(supervisor.stop)
        supervisor.start()
        _tell_other_terminals(stack, env | owner)
        ready = self._wait_until_ready(supervisor, port)
        if ready:
            self._greet(env, port)
        while not self._stopping and not (exit_when_ready and ready):
            supervisor.look_after()
            time.sleep(0.2)
        self._say("Stopping.")

    def _servers(self, stack: ExitStack) -> dict[str, str]:
        """Addresses of PostgreSQL and Redis, after starting those that nobody named."""
        named = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        if all(named.values()):
            return {}
        place = lasting_place(_var())
        logs = _var() / "log"
        logs.mkdir(parents=True, exist_ok=True)
        if place.home.parent != _var():
            self._say(f"The database is in {place.home}: its account can't reach this folder.")
        found: dict[str, str] = {}
        if not named["DATABASE_URL"]:
            is_new = not (place.home / "postgres").exists()
            self._say("Making a PostgreSQL database." if is_new else "Starting PostgreSQL.")
            postgres = Postgres(place, log=logs / "postgres.log")
            stack.callback(postgres.stop)
            postgres.start()
            postgres.make_roles()
            postgres.make_database()
            found["DATABASE_URL"] = postgres.url(role=APPLICATION)
            found["DATABASE_OWNER_URL"] = postgres.url(role=OWNER)
        if not named["REDIS_URL"]:
            self._say("Starting Redis.")
            redis = Redis(place, log=logs / "redis.log")
            stack.callback(redis.stop)
            redis.start()
            found["REDIS_URL"] = redis.url
        return found

    def _manage(self, *arguments: str, env: dict[str, str]) -> None:
        """Run a command to its end; its lines are ours, unless it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=env,
            cwd=settings.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        if done.returncode:
            log = _var() / "log" / f"{arguments[0]}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(done.stdout)
            last = children.last_lines(log, 1)
            raise CommandError(f"manage.py {arguments[0]} failed: {last}\nMore: {log}")
        if done.stdout.strip():
            self._say(done.stdout.rstrip())

    def _wait_until_ready(self, supervisor: Supervisor, port: int) -> bool:
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end and not self._stopping:
            supervisor.look_after()
            if _is_ready(port):
                return True
            time.sleep(0.2)
        if not self._stopping:
            self._say(f"The site does not answer yet. Look at {supervisor.log('web')}.")
        return False

    def _greet(self, env: dict[str, str], port: int) -> None:
        self._say("")
        self._say(f"The portal is at {env['SITE_URL']}")
        if settings.DEMO and "demo" in get_commands():
            self._manage("demo", "--logins", env=env)
        elif settings.DEMO:
            self._say(f"Sign in as anyone of the demonstration: {env['SITE_URL']}/demo/")
        self._say("Stop with Ctrl-C.")

    def _only_one_here(self, stack: ExitStack) -> None:
        """Two portals may not share one folder of data; two checkouts do not."""
        _var().mkdir(parents=True, exist_ok=True)
        lock: IO[str] = stack.enter_context(open(_var() / "up.lock", "a+"))  # noqa: SIM115
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise CommandError(
                f"The portal already runs from this folder (process {lock.read().strip()}): "
                "stop that one, or use another checkout."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()

    def _ask_to_stop(self, *_signal: Any) -> None:
        self._stopping = True

    def _say(self, line: str) -> None:
        with suppress(OSError):  # the terminal may be gone; what runs is still stopped in order
            print(line, flush=True)


def _var() -> Path:
    return Path(settings.VAR).resolve()


def _sink_addresses() -> dict[str, str]:
    smtp, http, imap = ports.free_port(), ports.free_port(), ports.free_port()
    return {
        "SINK_SMTP_PORT": str(smtp),
        "SINK_HTTP_PORT": str(http),
        "SINK_IMAP_PORT": str(imap),
        "SINK_URL": f"http://127.0.0.1:{http}",
        "INBOX_URL": f"imap://portal%40mvai.example:demonstration@127.0.0.1:{imap}/INBOX",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
        "GATEWAY_URL": f"http://127.0.0.1:{http}",
        "GATEWAY_ACCOUNT": "demonstration",
        "GATEWAY_TOKEN": "demonstration",
    }


def _tell_other_terminals(stack: ExitStack, env: dict[str, str]) -> None:
    """While we run, a command beside us finds our servers; what the person set, wins."""
    file = running_portal_file(_var())
    found = {name: env[name] for name in SHARED if name in env}
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(found, stream, indent=2)
    stack.callback(file.unlink, missing_ok=True)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return json.load(answer)["status"] == "ready"
    except (OSError, ValueError, KeyError, urllib.error.URLError):
        return False
