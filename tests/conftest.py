"""What every test stands on: collected static files, and no network beyond this machine."""

import fcntl
import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key
from xdist.remote import Producer

from mvai.audit import periods
from mvai.taxonomy import terms
from tests import once, sharing
from tests.faults import harness
from tools import bootstrap

# Examples are the same at every run, and a busy machine is no failure.
hypothesis.settings.register_profile(
    "portal",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("portal")


def pytest_configure() -> None:
    once.name_the_run()
    # Every test's browser loads the middleware anew, and WhiteNoise would look at each of the
    # 300 static files for it. So it looks for a file when it is asked for one.
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.hookimpl(optionalhook=True)  # a run without workers may leave xdist out
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> sharing.Scheduling:
    return sharing.Scheduling(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The process that started the others removes what they shared."""
    if hasattr(session.config, "workerinput"):
        return
    harness.forget_prepared_data()
    if template := once.forget("template"):
        with session.config.stash[blocking_manager_key].unblock():
            connection.creation._destroy_test_db(template, verbosity=0)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Migrate once a run: every worker's database begins as a copy of one that is ready."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        with django_db_blocker.unblock():
            template = once.a_run("template", _make_migrated_database)
        connection.settings_dict["TEST"]["TEMPLATE"] = template


def _make_migrated_database() -> str:
    creation, test = connection.creation, connection.settings_dict["TEST"]
    usual, own = connection.settings_dict["NAME"], test["NAME"]
    test["NAME"] = template = f"{own}_template"
    creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    # A database that is in use can't be copied: let go of it, and of its name.
    creation.destroy_test_db(usual, verbosity=0, keepdb=True)
    test["NAME"] = own
    return template


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Pages look each file up in a manifest, so it must be there before the first page."""
    var = bootstrap.ROOT / "var"
    var.mkdir(exist_ok=True)
    with open(var / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        bootstrap.collect_static_files()


@pytest.fixture(scope="session", autouse=True)
def _this_machine_only() -> Iterator[None]:
    """A test that calls out fails at once, and says whom it called."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True)
def _terms(request: pytest.FixtureRequest) -> None:
    """A test that commits ends with a flush, which takes terms and periods: the next loads them."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        terms.load(apps.get_model)
        periods.load(apps.get_model)


@pytest.fixture(scope="session")
def chromium() -> Path | None:
    """The browser that the set-up found; None means Playwright's own."""
    found = bootstrap.find_browser()
    return Path(found) if found else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
