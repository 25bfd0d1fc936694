"""What keeps the processes alive, on real processes that are quick to die."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from mvai.site import children, ports
from mvai.site.supervisor import Process, Supervisor

SLEEPER = Process("sleeper", ("-c", "import time; time.sleep(60)"), "waits")
QUITTER = Process("quitter", ("-c", "print('gone wrong'); raise SystemExit(3)"), "dies at once")


class Told(list[str]):
    """What the supervisor said."""


@pytest.fixture
def told() -> Told:
    return Told()


def supervisor(tmp_path: Path, told: Told, *processes: Process) -> Supervisor:
    return Supervisor(
        processes, env=dict(os.environ), root=tmp_path, logs=tmp_path, say=told.append
    )


def wait_for_death(one: Supervisor, name: str) -> None:
    running = one.children[name].running
    assert running is not None
    running.wait(timeout=20)


def test_a_process_that_was_killed_is_started_again(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, SLEEPER)
    one.start()
    try:
        first = one.pid("sleeper")
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_for_death(one, "sleeper")
        one.look_after()
        assert told == ["sleeper ended (signal SIGKILL); starting it again in 1 s."]
        one.look_after()
        assert one.pid("sleeper") is None, "started before its pause was over"
        time.sleep(1.1)
        one.look_after()
        assert one.pid("sleeper") not in (None, first)
    finally:
        one.stop()


def test_the_pause_grows_with_every_quick_death(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, QUITTER)
    one.start()
    for _death in range(3):
        wait_for_death(one, "quitter")
        one.look_after()
        one.children["quitter"].start_at = 0  # we don't wait for the pause, only read it
        one.look_after()
    pauses = [line for line in told if line.startswith("quitter ended (status 3)")]
    one.stop()
    assert [line.split()[-2] for line in pauses] == ["1", "2", "4"]
    assert "  gone wrong" in told


def test_a_long_life_makes_the_pause_short_again(tmp_path: Path, told: Told) -> None:
    one = supervisor(tmp_path, told, QUITTER)
    one.start()
    child = one.children["quitter"]
    child.deaths = 5
    child.started -= 61
    wait_for_death(one, "quitter")
    one.look_after()
    one.stop()
    assert "starting it again in 1 s." in told[0]


def test_stopping_leaves_no_process_behind(tmp_path: Path, told: Told) -> None:
    with_child = Process(
        "parent",
        (
            "-c",
            "import subprocess, sys, time;"
            "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
            "print(child.pid, flush=True); time.sleep(60)",
        ),
        "has a child",
    )
    one = supervisor(tmp_path, told, with_child)
    one.start()
    log = one.log("parent")
    assert children.wait_until(lambda: log.read_text().strip().isdecimal(), seconds=20)
    grandchild = int(log.read_text())
    one.stop()
    assert children.wait_until(lambda: not is_running(grandchild), seconds=5)


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "parent.log"
    script = (
        "import os, pathlib, sys, time; from mvai.site import children;"
        "child = children.spawn([sys.executable, '-c', 'import time; time.sleep(60)'],"
        " env=dict(os.environ), cwd=pathlib.Path('/'));"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = children.spawn(
        [sys.executable, "-c", script], env=dict(os.environ), cwd=Path.cwd(), log=log
    )
    try:
        assert children.wait_until(lambda: log.read_text().strip().isdecimal(), seconds=20)
        child = int(log.read_text())
        os.kill(parent.pid, signal.SIGKILL)
        assert children.wait_until(lambda: not is_running(child), seconds=5)
    finally:
        children.kill_group(parent)


def test_a_taken_port_is_refused_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = ports.refusal(port)
    assert said.startswith(f"Port {port} is taken. Try: PORT=")
    assert said.endswith(" make run")


def is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
