"""The portal's processes, in one table, and what keeps them alive.

docker-compose.yml starts the same commands; a test compares the two.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from mvai.site import children

PAUSES = (1, 2, 4, 8, 15, 30)  # seconds before the first, second … start after a death
STEADY_AFTER = 60  # seconds alive after which the pauses begin anew
GRACE = 15  # seconds to finish what it does after being asked to stop


@dataclass(frozen=True, slots=True)
class Process:
    """One long-running program: what Python is asked to run, and why it exists."""

    name: str
    arguments: tuple[str, ...]
    purpose: str

    def command(self) -> list[str]:
        return [sys.executable, *self.arguments]


WEB = Process(
    "web",
    ("-m", "gunicorn", "mvai.wsgi", "--config", "python:mvai.site.gunicorn"),
    "answers pages",
)


def _lane(queue: str) -> tuple[str, ...]:
    """A worker of one lane. Its work is waiting for providers, so threads do."""
    return (
        *("-m", "celery", "-A", "mvai", "worker", f"--queues={queue}", f"--hostname={queue}@%h"),
        *("--pool=threads", "--concurrency=8", "--loglevel=INFO"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )


WORKER = Process("worker", _lane("urgent"), "delivers what is urgent")
ROUTINE = Process("routine", _lane("routine"), "delivers what can wait a little")
BEAT = Process(
    "beat",
    ("-m", "celery", "-A", "mvai", "beat", "--loglevel=WARNING", "--pidfile="),
    "asks every few seconds what has fallen due",
)
WATCHDOG = Process(
    "watchdog",
    ("manage.py", "watchdog"),
    "sends urgent messages itself when the others are silent",
)
SINK = Process("sink", ("manage.py", "sink"), "takes the demonstration's mail, texts and calls")

PROCESSES = (WEB, WORKER, ROUTINE, BEAT, WATCHDOG)


@dataclass(slots=True)
class Child:
    """A process under care: running, or waiting for its next start."""

    process: Process
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    start_at: float = 0.0


@dataclass
class Supervisor:
    """Starts processes, starts them again when they die, and stops them together.

    Use it from the main thread. `say` gets a short sentence for the person at the terminal.
    """

    processes: Iterable[Process]
    env: Mapping[str, str]
    root: Path
    logs: Path
    say: Callable[[str], None]
    children: dict[str, Child] = field(init=False)

    def __post_init__(self) -> None:
        self.children = {process.name: Child(process) for process in self.processes}

    def start(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        for child in self.children.values():
            self._start(child)

    def look_after(self) -> None:
        """One round: notice deaths, and start again what has waited long enough."""
        now = time.monotonic()
        for child in self.children.values():
            if child.running is not None and child.running.poll() is not None:
                self._note_death(child, now)
            elif child.running is None and now >= child.start_at:
                self._start(child)

    def stop(self) -> None:
        """Ask all to stop at once, give them time together, then end what is left."""
        running = [child.running for child in self.children.values() if child.running]
        for process in running:
            children.send(process, signal.SIGTERM)
        end = time.monotonic() + GRACE
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, end - time.monotonic()))
            children.kill_group(process)
        for child in self.children.values():
            child.running = None

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def pid(self, name: str) -> int | None:
        running = self.children[name].running
        return running.pid if running is not None else None

    def _start(self, child: Child) -> None:
        process = child.process
        child.started = time.monotonic()
        child.running = children.spawn(
            process.command(),
            env={**self.env, "MVAI_PROCESS": process.name, "PYTHONUNBUFFERED": "1"},
            cwd=self.root,
            log=self.log(process.name),
        )

    def _note_death(self, child: Child, now: float) -> None:
        assert child.running is not None
        status = child.running.returncode
        children.kill_group(child.running)  # what it started dies with it
        child.running = None
        if now - child.started >= STEADY_AFTER:
            child.deaths = 0
        pause = PAUSES[min(child.deaths, len(PAUSES) - 1)]
        child.deaths += 1
        child.start_at = now + pause
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        self.say(f"{child.process.name} ended ({how}); starting it again in {pause} s.")
        if status > 0:
            last = children.last_lines(self.log(child.process.name), 1)
            self.say(f"  {last[:200]}")
            self.say(f"  More: {self.log(child.process.name)}")
