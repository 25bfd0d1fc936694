"""The processes together, as `make run` and production start them."""

from pathlib import Path

import pytest

from tests.faults.harness import KNOWN, portal, wait_until

pytestmark = pytest.mark.servers


def test_every_process_comes_up_and_the_site_is_ready(tmp_path: Path) -> None:
    with portal(tmp_path) as one:
        report = one.http.get("/readyz").json()
        assert report["status"] == "ready"
        assert report["redis"] == "ok"
        assert all(one.is_alive(name) for name in KNOWN), one.logs


def test_the_site_stays_ready_while_redis_hangs(tmp_path: Path) -> None:
    with portal(tmp_path, start=("web",)) as one:
        one.stop_redis()
        answer = one.http.get("/readyz", timeout=5)
        assert answer.status_code == 200
        assert answer.json()["redis"] == "away"
        one.continue_redis()
        wait_until(lambda: one.http.get("/readyz").json()["redis"] == "ok", what="Redis is back")


def test_the_site_is_ready_again_after_postgresql_was_restarted(tmp_path: Path) -> None:
    with portal(tmp_path, start=("web",)) as one:
        one.postgres.stop()
        assert one.http.get("/readyz").status_code == 503
        assert one.http.get("/healthz").status_code == 200
        one.postgres.start()
        wait_until(one.is_ready, seconds=10, what="/readyz answers 200")
