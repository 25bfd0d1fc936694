"""The gate: format, lint, layers, templates, types, migrations, deploy check, tests.

Run by `make test` and `make lint` after the set-up. The tests run only when the rest is right.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
BIN = ROOT / ".venv" / "bin"

from mvai.site.embedded import DATABASE, OWNER, servers_for_tests  # noqa: E402

CODE = ("manage.py", "mvai", "requests", "advisors", "resources", "tests", "tools")
PACKAGES = ("mvai", "requests", "advisors", "resources")

# Types first: they take longer than all others together.
LINT = (
    ("Types", ("mypy", *PACKAGES), {}),
    ("Format", ("ruff", "format", "--check", "--quiet", *CODE), {}),
    ("Lint", ("ruff", "check", "--quiet", *CODE), {}),
    ("Layers", ("lint-imports",), {}),
    ("Templates", ("djlint", "templates", "--lint", "--quiet"), {}),
)

# As production is set up, with values that are nobody's.
PRODUCTION = {
    "MVAI_ENV": "production",
    "MVAI_DEMO": "",
    "SECRET_KEY": "a-key-of-the-gate-only-" + "0123456789abcdefghijklmnopqrstuvwxyz",
    "MFA_KEY": "Z2F0ZS1vbmx5LWtleS1vZi10aGlydHktdHdvLWJ5dGU=",
    "AUDIT_KEYS": "gate-only-key-of-thirty-two-bytes-or-more",
    "SITE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    "EMAIL_FROM": "portal@portal.example",
    "GATEWAY_URL": "https://gateway.example/2010-04-01",
    "GATEWAY_ACCOUNT": "account",
    "GATEWAY_TOKEN": "token",
    "INBOX_URL": "imaps://portal%40portal.example:password@mail.example/INBOX",
    "SMS_FROM": "+18005550100",
    "PROGRAM_NUMBER": "(800) 555-0100",
    "AWARD_NUMBER": "2020-XX-XX-0000",
    "OPERATOR_EMAILS": "operator@portal.example",
}
DJANGO = (
    (
        "Migrations",
        ("python", "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity=1"),
        {},
    ),
    (
        "Deploy check",
        ("python", "manage.py", "check", "--deploy", "--fail-level=WARNING"),
        PRODUCTION,
    ),
)


def main() -> None:
    goal, arguments = sys.argv[1], sys.argv[2:]
    os.chdir(ROOT)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    # Each process of a run would compile every module for itself, the tests' twice.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([BIN / "python", "manage.py", "catalogs"], check=True, stdout=subprocess.DEVNULL)
    with servers() as environment:
        os.environ |= environment | {"MVAI_ENV": "test", "MVAI_DEMO": ""}
        if goal in ("all", "lint"):
            check()
        if goal in ("all", "tests"):
            run_pytest("--numprocesses=3", *arguments)
        elif goal == "bench":
            run_pytest(
                "tests/bench",
                "--override-ini=python_files=*.py",
                "--numprocesses=0",
                "-s",
                *arguments,
            )


def check() -> None:
    """Run every check, two at a time; end the gate when one has failed."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        passed = list(pool.map(step, *zip(*LINT, *DJANGO, strict=True)))
    if not all(passed):
        sys.exit(1)


def step(name: str, command: tuple[str, ...], settings: dict[str, str]) -> bool:
    """Run one check; say its name, time and, where it failed, its own words."""
    start = time.monotonic()
    done = subprocess.run(
        command,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = f"{name:<14} {'FAILED' if done.returncode else 'ok'} ({time.monotonic() - start:.1f} s)"
    if done.returncode:
        said += f"\n{done.stdout}"
    print(f"{said}\n", end="", flush=True)  # in one piece: the other check may end now, too
    return done.returncode == 0


def run_pytest(*arguments: str) -> None:
    """Run it to its end, also after Ctrl-C: it hears that, too, and ends what its tests began."""
    running = subprocess.Popen([BIN / "python", "-m", "pytest", *arguments])
    while running.returncode is None:
        with suppress(KeyboardInterrupt):
            running.wait()
    if running.returncode:
        sys.exit(running.returncode)


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """The servers that the environment names, else embedded ones for this run."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        yield {}
        return
    with servers_for_tests(log=ROOT / "var" / "log") as (postgres, redis):
        postgres.make_database()
        url = postgres.url(role=OWNER, database=DATABASE)
        yield {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, "REDIS_URL": redis.url}


if __name__ == "__main__":
    main()
