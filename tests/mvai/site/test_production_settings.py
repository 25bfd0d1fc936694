"""Production starts with everything it needs, or says by name what it lacks."""

import re
import subprocess
import sys

import yaml

from tools.bootstrap import ROOT
from tools.gate import PRODUCTION

SERVERS = {
    "DATABASE_URL": "postgres://mvai_app@db.example/mvai",
    "REDIS_URL": "redis://r.example/0",
}


def manage(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={"PATH": "/usr/bin:/bin", **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_every_missing_setting_is_named_at_once_and_nothing_else_is_said() -> None:
    done = manage("check", MVAI_ENV="production")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    needed = {
        name
        for name, value in compose["x-portal"]["environment"].items()
        if re.search(r":\?|@postgres|//redis", str(value))
    }
    sentences = [line for line in done.stderr.splitlines() if line.startswith("- ")]
    named = {re.match(r"- (\w+) is not set: .+\.$", line)[1] for line in sentences}
    assert named <= needed, f"docker-compose.yml does not ask for {named - needed}"
    assert {
        "SECRET_KEY",
        "MFA_KEY",
        "AUDIT_KEYS",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
    } <= named


def test_it_starts_with_all_of_them() -> None:
    done = manage("check", **PRODUCTION, **SERVERS)
    assert done.returncode == 0, done.stderr


def test_a_demonstration_is_refused_in_production() -> None:
    done = manage("check", **{**PRODUCTION, **SERVERS, "MVAI_DEMO": "1"})
    assert done.returncode != 0
    assert "MVAI_DEMO" in done.stderr


def test_an_unknown_environment_is_refused_by_name() -> None:
    done = manage("check", MVAI_ENV="staging")
    assert done.returncode != 0
    assert "staging" in done.stderr
