"""Sets a checkout up, then runs the portal or its tests. Standard library only.

Each step says one short line and is skipped when it was done before. What can't be done
here is named in one sentence with the command that does it.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
STATIC = ROOT / "staticfiles"
OLDEST = (3, 11)
LOCK = ROOT / "requirements-dev.lock"
NODE_LOCK = ROOT / "tools" / "node.lock"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class CannotContinue(Exception):
    """One sentence for the person at the terminal."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("goal", choices=("setup", "run", "test", "lint", "bench"))
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    use_a_new_enough_python()
    os.chdir(ROOT)
    load_dotenv(ROOT / ".env")
    try:
        if chosen.goal == "run":
            refuse_taken_port()
        set_up(with_browser=chosen.goal == "test")
    except CannotContinue as sentence:
        say(str(sentence))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    command = {
        "setup": None,
        "run": ["manage.py", "up"],
        "test": ["tools/gate.py", "all"],
        "lint": ["tools/gate.py", "lint"],
        "bench": ["tools/gate.py", "bench"],
    }[chosen.goal]
    if command:
        os.execv(PYTHON, [str(PYTHON), *command, *chosen.arguments])


def set_up(*, with_browser: bool) -> None:
    var = ROOT / "var"
    var.mkdir(exist_ok=True)
    with open(var / "setup.lock", "w") as lock:  # two terminals, one set-up at a time
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_venv()
        install_python_packages()
        install_front_end_packages()
        collect_static_files()
        if with_browser:
            os.environ["MVAI_CHROMIUM"] = find_browser()


def say(line: str) -> None:
    print(line, flush=True)


def use_a_new_enough_python() -> None:
    """Start again under a newer Python when the one that runs us is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(14, 10, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])
    say("Python 3.11 or newer is needed: install it, or name it: make run PYTHON=python3.12")
    sys.exit(1)


def load_dotenv(path: Path) -> None:
    """Take NAME=value lines from .env; what the environment says already stays."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and name.strip() and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def refuse_taken_port() -> None:
    # By its path: importing the package would ask for what is not installed yet.
    spec = importlib.util.spec_from_file_location("ports", ROOT / "mvai" / "site" / "ports.py")
    ports = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ports)
    wished = os.environ.get("PORT") or "8000"
    if not wished.isdecimal() or not 0 < int(wished) < 65536:
        raise CannotContinue(f"PORT is {wished!r}: use a number from 1 to 65535.")
    refusal = ports.refusal(int(wished), os.environ.get("HOST", "127.0.0.1"))
    if refusal:
        raise CannotContinue(refusal)


def make_venv() -> None:
    """A .venv that runs, by whichever way this machine offers."""
    if PYTHON.exists() and runs([PYTHON, "-m", "pip", "--version"]):
        return
    say("Making .venv.")
    shutil.rmtree(VENV, ignore_errors=True)
    if runs([sys.executable, "-m", "venv", VENV]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if is_debian_root():
        say("Installing Debian's python3-venv.")
        if apt_install("python3-venv") and runs([sys.executable, "-m", "venv", VENV]):
            return
        shutil.rmtree(VENV, ignore_errors=True)
    tools = ROOT / "var" / "tools"
    with_tools = {**os.environ, "PYTHONPATH": str(tools)}
    if runs(
        [sys.executable, "-m", "pip", "install", "-q", "--target", tools, "virtualenv"]
    ) and runs([sys.executable, "-m", "virtualenv", "-q", VENV], env=with_tools):
        return
    raise CannotContinue(
        "Python's venv module is missing: install it with `sudo apt-get install python3-venv` "
        "(or your system's package of that name) and try again."
    )


def install_python_packages() -> None:
    if has_stamp(VENV, digest([LOCK])):
        return
    say("Installing Python packages (a minute the first time).")
    pip_install("--require-hashes", "--no-deps", "-r", LOCK)
    set_stamp(VENV, digest([LOCK]))


def install_front_end_packages() -> None:
    wanted = digest([ROOT / "package-lock.json", ROOT / ".npmrc"])
    if has_stamp(NODE_MODULES, wanted):
        return
    npm = find_npm()
    say("Installing front-end packages.")
    if not runs([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], quiet=False):
        raise CannotContinue(
            "npm could not install the front-end packages: run `npm ci` to see why."
        )
    set_stamp(NODE_MODULES, wanted)


def find_npm() -> list[str | Path]:
    npm = shutil.which("npm")
    if npm and runs([npm, "--version"]):
        return [npm]
    ours = VENV / "bin" / "npm"
    if not ours.exists():
        say("Installing Node from a Python package: there is no npm here.")
        pip_install("--require-hashes", "--no-deps", "-r", NODE_LOCK)
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [ours]


def collect_static_files() -> None:
    """Once per change: the pages look each file up in a manifest."""
    files = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    rules = [ROOT / "mvai" / "site" / name for name in ("static_files.py", "joined.py")]
    wanted = digest([*files, LOCK, ROOT / "package-lock.json", *rules])
    if has_stamp(STATIC, wanted):
        return
    say("Collecting static files.")
    if not runs(
        [PYTHON, "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity=0"],
        env={**os.environ, "MVAI_ENV": "development"},
        quiet=False,
    ):
        raise CannotContinue("The static files could not be collected; the reason is above.")
    set_stamp(STATIC, wanted)


def find_browser() -> str:
    """A Chromium for the browser tests; empty means Playwright's own."""
    named = os.environ.get("MVAI_CHROMIUM", "")
    if named:
        return named
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    application = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    if application.exists():
        return str(application)
    if is_debian_root():
        say("Installing Debian's chromium for the browser tests.")
        if apt_install("chromium") and (found := shutil.which("chromium")):
            return found
    say("Installing Playwright's Chromium for the browser tests.")
    if runs([PYTHON, "-m", "playwright", "install", "chromium"]):
        return ""
    raise CannotContinue(
        "The browser tests need Chromium: install it with `sudo apt-get install chromium`, "
        "or name yours: MVAI_CHROMIUM=/path/to/chrome make test"
    )


def pip_install(*arguments: str | Path) -> None:
    if not runs(
        [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments],
        quiet=False,
    ):
        raise CannotContinue("pip could not install the packages; the reason is above.")


def is_debian_root() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    runs(["apt-get", "update", "-qq"], env=quiet)
    return runs(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet
    )


def runs(
    command: Iterable[str | Path], *, env: dict[str, str] | None = None, quiet: bool = True
) -> bool:
    """Whether a command ended well. Quiet ones are tries: another way may follow.

    The words of the others are shown when they fail.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=ROOT,
        )
    except OSError:
        return False
    if done.returncode and not quiet:
        say(done.stdout.strip())
    return done.returncode == 0


def digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file.relative_to(ROOT)}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def has_stamp(folder: Path, value: str) -> bool:
    """A stamp lies in the folder that was made, so removing that does the step anew."""
    stamp = folder / ".made-from"
    return stamp.exists() and stamp.read_text() == value


def set_stamp(folder: Path, value: str) -> None:
    (folder / ".made-from").write_text(value)


if __name__ == "__main__":
    main()
