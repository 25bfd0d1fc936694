"""The database itself keeps the log: what the application's role tries past it is refused."""

from collections.abc import Iterator
from pathlib import Path

import psycopg2
import psycopg2.errors
import pytest

from tests.faults.harness import Portal, portal

pytestmark = pytest.mark.servers

ADDED = (
    "INSERT INTO audit_entry"
    " (at, kind, verb, actor_roles, target_type, target_id, label, result, address, via, facts)"
    " VALUES (now(), 'write', 'request.filed', '', '', '', '', 'done', '', 'web', '{}')"
)
REFUSED = (
    "UPDATE audit_entry SET verb = 'request.closed'",
    "UPDATE audit_entry SET legal_hold = true",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "TRUNCATE audit_seal CASCADE",
    "UPDATE audit_seal SET digest = repeat('0', 64)",
    "DELETE FROM audit_seal",
    "INSERT INTO audit_entry (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET verb = 'a.b'",
    "MERGE INTO audit_entry USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "SELECT * FROM audit_entry FOR UPDATE",
    "ALTER TABLE audit_entry ADD COLUMN extra text",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "ALTER TABLE audit_entry OWNER TO mvai_app",
    "ALTER TABLE audit_entry RENAME TO other",
    "ALTER TABLE audit_seal DROP COLUMN digest",
    "DROP TABLE audit_entry CASCADE",
    "DROP TABLE audit_seal",
    "DROP INDEX audit_entry_at",
    "CREATE RULE nothing AS ON INSERT TO audit_entry DO INSTEAD NOTHING",
    "CREATE TRIGGER mine BEFORE INSERT ON audit_entry EXECUTE FUNCTION now()",
    "SET session_replication_role = replica",
    "SELECT setval('audit_entry_id_seq', 1)",
    "ALTER SEQUENCE audit_entry_id_seq RESTART",
    "SET ROLE mvai_owner",
    "ALTER ROLE mvai_app SUPERUSER",
    "CREATE FUNCTION public.mine() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A database with a sealed entry, and no process that would add another."""
    with portal(Path(tmp_path_factory.mktemp("audit")), start=()) as running:
        running.query(ADDED)
        running.manage("audit", "seal")
        yield running


def test_the_application_holds_the_right_to_add_and_to_read(one: Portal) -> None:
    granted = one.query(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = current_user AND table_name IN ('audit_entry', 'audit_seal')"
    )
    assert set(granted) == {
        (table, right) for table in ("audit_entry", "audit_seal") for right in ("SELECT", "INSERT")
    }


@pytest.mark.parametrize("statement", REFUSED)
def test_the_application_is_refused(one: Portal, statement: str) -> None:
    with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.WrongObjectType)):
        one.query(statement)

    assert "agrees with its 1 seals" in one.manage("audit", "verify")


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
def test_the_application_can_not_drop_a_trigger(one: Portal, table: str) -> None:
    [(trigger,)] = one.query(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
    )
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        one.query(f"DROP TRIGGER {trigger} ON {table}")


def test_giving_oneself_rights_gives_none(one: Portal) -> None:
    one.query("GRANT ALL ON audit_entry TO mvai_app WITH GRANT OPTION")  # PostgreSQL only warns

    test_the_application_holds_the_right_to_add_and_to_read(one)


def test_leave_taken_from_the_triggers_by_a_setting_gives_no_right(one: Portal) -> None:
    """Whoever may run SQL can tell pgtrigger to look away; the role's rights don't."""
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        one.query(
            "SET pgtrigger.ignore = '{audit_entry:pgtrigger_only_ever_added_eb673}';"
            " UPDATE audit_entry SET verb = 'request.closed'"
        )


def test_not_even_the_owner_changes_an_entry_by_accident(one: Portal) -> None:
    for statement in ("UPDATE audit_entry SET label = 'x'", "DELETE FROM audit_seal"):
        with pytest.raises(psycopg2.errors.RaiseException, match="Cannot update or delete"):
            one.query(statement, owner=True)


def test_what_the_owner_changes_on_purpose_shows(one: Portal) -> None:
    """Last of all: the log is unsound from here on."""
    one.query(
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL;"
        " UPDATE audit_entry SET verb = 'request.closed' WHERE id = 1;"
        " ALTER TABLE audit_entry ENABLE TRIGGER ALL",
        owner=True,
    )

    with pytest.raises(AssertionError, match="Entry 1 was altered since seal 1"):
        one.manage("audit", "verify")
