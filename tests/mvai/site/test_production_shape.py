"""docker-compose.yml and the supervisor describe one and the same portal."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mvai.site.supervisor import PROCESSES
from tools.bootstrap import ROOT

LONG_RUNNING = ("postgres", "redis", "web", "worker", "routine", "beat", "watchdog")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_each_process_has_a_service_with_its_command(services: dict[str, Any]) -> None:
    for process in PROCESSES:
        assert services[process.name]["command"] == ["python", *process.arguments]


def test_nothing_else_runs(services: dict[str, Any]) -> None:
    assert set(services) == {*LONG_RUNNING, "migrate"}


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_service_is_watched_and_started_again(services: dict[str, Any], name: str) -> None:
    assert services[name]["healthcheck"]["test"][0] == "CMD"
    assert services[name]["restart"] == "unless-stopped"


def test_only_the_migration_knows_the_owner(services: dict[str, Any]) -> None:
    knows = {
        name
        for name, service in services.items()
        if "DATABASE_OWNER_URL" in service.get("environment", {})
    }
    assert knows == {"migrate"}


def test_every_needed_setting_has_a_line_in_the_example(services: dict[str, Any]) -> None:
    named = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named <= example


# Of the container itself, of other places than production, or with a sound default everywhere.
NOT_OF_THE_OPERATOR = {
    *("MVAI_ENV", "MVAI_VAR", "MVAI_STATIC", "MVAI_DEMO", "MVAI_PROCESS", "MVAI_TEST_DATABASE"),
    *("DATABASE_OWNER_URL", "WEBHOOKS_INSIDE", "LINKS_INSIDE", "CONN_MAX_AGE"),
}


def test_every_setting_an_operator_may_give_reaches_the_processes(services: dict[str, Any]) -> None:
    settings = (ROOT / "mvai/settings.py").read_text()
    read = set(re.findall(r'ENVIRONMENT\.\w+\(\s*"(\w+)"', settings)) - NOT_OF_THE_OPERATOR

    assert read - set(services["web"]["environment"]) == set()


def test_every_setting_has_a_line_of_its_own_in_the_example() -> None:
    passed = set(re.findall(r"\$\{(\w+):", (ROOT / "docker-compose.yml").read_text()))
    example = set(re.findall(r"^#? ?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert passed - example == set()


def test_the_image_runs_as_nobody_special_and_answers_for_its_health() -> None:
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")[1:]
    assert len(stages) == 3
    assert re.search(r"^USER mvai$", stages[-1], re.MULTILINE)
    assert "HEALTHCHECK" in stages[-1]
    web = next(process for process in PROCESSES if process.name == "web")
    assert ", ".join(f'"{word}"' for word in ("python", *web.arguments)) in stages[-1]


def test_the_image_is_built_from_named_folders_only() -> None:
    allowed = Path(ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in allowed
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert f"!{source}" in allowed, f"{source} is copied but not sent to the build"
