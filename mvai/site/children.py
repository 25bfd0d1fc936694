"""Starts other programs so that they never outlive this one."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged system account that a server runs as when we are root."""

    name: str
    uid: int
    gid: int


def spawn(
    arguments: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: Path | None = None,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program as the leader of its own process group.

    The terminal's Ctrl-C reaches only us, so that we stop things in order. On Linux the
    program gets `stop_signal` when we die, however we die. Call it from the main thread: the
    kernel ties that promise to the thread that started the program.
    """
    output = open(log, "ab", buffering=0) if log else subprocess.DEVNULL  # noqa: SIM115
    try:
        return subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if log else subprocess.DEVNULL,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_dies_with_us(stop_signal),
            **as_account(account),
        )
    finally:
        if not isinstance(output, int):
            output.close()


def as_account(account: Account | None) -> dict:
    """The arguments of subprocess that drop root's rights before anything runs."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def stop(
    process: subprocess.Popen[bytes],
    *,
    stop_signal: signal.Signals = signal.SIGTERM,
    seconds: float = 10,
) -> None:
    """Ask a program to stop, wait, and end its whole group if it does not."""
    if process.poll() is None:
        send(process, stop_signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
    kill_group(process)


def send(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal one process; a stopped one is woken so that it can hear it."""
    with suppress(ProcessLookupError):
        os.kill(process.pid, number)
        os.kill(process.pid, signal.SIGCONT)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a program and of everything it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def last_lines(log: Path, count: int = 3) -> str:
    """The end of a log, for an error message."""
    try:
        with open(log, "rb") as stream:
            stream.seek(max(0, log.stat().st_size - 8192))
            lines = stream.read().decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-count:])


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(every)
    return condition()


def _dies_with_us(stop_signal: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    parent = os.getpid()

    def ask_the_kernel() -> None:
        # After the change of account: changing it clears the request.
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)  # we died between the fork and the request

    return ask_the_kernel
