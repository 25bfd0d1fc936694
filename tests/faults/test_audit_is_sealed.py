"""The log is sealed, checked and sent off by the processes, with the application's rights."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from mvai.site.embedded import DATABASE, OWNER
from tests.faults.harness import Portal, portal, wait_until
from tests.faults.test_audit_is_append_only import ADDED

pytestmark = pytest.mark.servers


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Portal]:
    processes = ("sink", "routine", "beat")
    stream = str(tmp_path / "audit.jsonl")
    with portal(tmp_path, start=processes, AUDIT_STREAM=stream) as running:
        yield running


def hurry(portal: Portal) -> None:
    """As if a minute had passed since the last round."""
    portal.query("UPDATE audit_position SET at = at - interval '1 minute'")


def lines(portal: Portal) -> list[dict]:
    path = Path(portal.env["AUDIT_STREAM"])
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_what_happens_is_sealed_sent_and_checked_by_the_worker(one: Portal) -> None:
    for _ in range(3):
        one.query(ADDED)

    def sent() -> list[dict]:
        hurry(one)
        return [line for line in lines(one) if line["event"] == "request.filed"]

    wait_until(lambda: len(sent()) >= 3, seconds=60, what="three lines were sent")
    assert len(sent()) == 3
    wait_until(
        lambda: one.scalar("SELECT count(*) FROM audit_entry WHERE verb = 'audit.checked'"),
        what="the log was checked",
    )
    [sealed] = [line for line in lines(one) if line["event"] == "audit.sealed"][:1]
    assert "agrees with its" in one.manage("audit", "verify", "--from-head", sealed["digest"])


def test_a_number_that_another_role_still_writes_is_waited_for(tmp_path: Path) -> None:
    """The application's role sees who holds the table's lock, whoever that is."""
    with portal(tmp_path, start=()) as one:
        slow = psycopg2.connect(host=str(one.place.sockets), user=OWNER, dbname=DATABASE)
        with closing(slow), slow.cursor() as cursor:
            cursor.execute(ADDED)
            one.query(ADDED)

            assert "Sealed 0 entries; 1 wait" in one.manage("audit", "seal")
            slow.commit()

        assert "Sealed 2 entries; 0 wait" in one.manage("audit", "seal")
        assert "agrees with its 1 seals" in one.manage("audit", "verify")


def test_after_a_crash_of_the_server_the_log_is_sealed_on(tmp_path: Path) -> None:
    """Locks and transactions begin anew; numbers skip ahead, and seals go on."""
    with portal(tmp_path, start=()) as one:
        one.query(ADDED)
        one.manage("audit", "seal")
        one.query(ADDED)
        one.restart_postgres(crash=True)
        one.query(ADDED)

        assert "Sealed 2 entries; 0 wait" in one.manage("audit", "seal")
        assert "agrees with its 2 seals" in one.manage("audit", "verify")
