"""A backup of a portal with two roles, and what happens when something is wrong with one."""

import fcntl
import itertools
import os
import resource
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from mvai.site.backups import age, frames
from mvai.site.backups.tables import LEFT_OUT
from mvai.site.embedded import APPLICATION, DATABASE, OWNER
from tests.faults.harness import Portal, portal
from tools.bootstrap import PYTHON, ROOT

SENTENCE = "Nothing was restored."
_numbers = itertools.count()


class Ground:
    """A filled portal, its backup, the keys, and as many empty databases as tests want."""

    def __init__(self, one: Portal, folder: Path) -> None:
        self.one, self.folder = one, folder
        self.identity, self.file = folder / "key", folder / "whole.mvai"
        self.pristine: dict[str, list] = {}
        self.key = ""
        self.key = self.manage("make_backup_key", str(self.identity)).stdout.strip()

    def manage(
        self, *arguments: str, database: str = DATABASE, **env: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PYTHON, "manage.py", *arguments],
            env=self.env(database) | env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def env(self, database: str) -> dict[str, str]:
        return self.one.env | {
            "DATABASE_URL": self.one.postgres.url(role=APPLICATION, database=database),
            "DATABASE_OWNER_URL": self.one.postgres.url(role=OWNER, database=database),
            "BACKUP_KEYS": self.key,
            "MVAI_VAR": str(self.folder / database),
        }

    def backup(self, name: str, **env: str) -> subprocess.CompletedProcess[str]:
        return self.manage("backup", str(self.folder / name), **env)

    def restore(
        self, file: Path, database: str, identity: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        key = str(identity or self.identity)
        return self.manage("restore", str(file), "--identity", key, database=database, **env)

    def empty_database(self) -> str:
        name = f"empty_{next(_numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name} TEMPLATE pristine")
        return name

    def execute(self, database: str, statement: str) -> list:
        connection = psycopg2.connect(self.one.postgres.url(role=OWNER, database=database))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def rows(self, database: str) -> dict[str, list]:
        """Every row of every table that a backup holds, as text, in one order."""
        names = self.execute(
            database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        return {
            name: [
                row for (row,) in self.execute(database, f"SELECT t::text FROM {name} t ORDER BY 1")
            ]
            for (name,) in names
            if name not in LEFT_OUT
        }

    def is_untouched(self, database: str) -> bool:
        return self.rows(database) == self.pristine


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("backups")
    with portal(folder / "var", start=()) as one:
        ground = Ground(one, folder)
        ground.execute("postgres", f"CREATE DATABASE pristine TEMPLATE {DATABASE}")
        ground.pristine = ground.rows("pristine")
        one.manage("demo", MVAI_DEMO="1")
        media = folder / DATABASE / "media" / "letters"
        media.mkdir(parents=True)
        (media / "one.bin").write_bytes(os.urandom(400_000))
        (media / "empty").touch()
        done = ground.backup(ground.file.name)
        assert done.returncode == 0, done.stderr
        yield ground


def test_every_row_and_file_comes_back_as_it_was(ground: Ground) -> None:
    before = ground.rows(DATABASE)
    assert len(before["requests_assistancerequest"]) > 3
    target = ground.empty_database()
    done = ground.restore(ground.file, target)
    assert done.returncode == 0, done.stderr
    after = ground.rows(target)
    # Each of the two writes one line in the log of the database that it worked on.
    told = [row for row in before["audit_entry"] if "backup.made" not in row]
    assert [row for row in after.pop("audit_entry") if "backup.restored" not in row] == told
    del before["audit_entry"]
    assert after == before
    for name in ("letters/one.bin", "letters/empty"):
        source, copy = (ground.folder / place / "media" / name for place in (DATABASE, target))
        assert copy.read_bytes() == source.read_bytes()


def test_a_restored_portal_goes_on_where_it_was(ground: Ground) -> None:
    target = ground.empty_database()
    assert ground.restore(ground.file, target).returncode == 0
    highest = ground.execute(target, "SELECT max(id) FROM audit_entry")[0][0]
    written = (
        "INSERT INTO audit_entry (at, kind, verb, actor_roles, target_type, target_id, label,"
        " result, address, via, facts)"
        " VALUES (now(), 'write', 'test.done', '', '', '', '', 'done', '', 'command', '{}')"
        " RETURNING id"
    )
    assert ground.execute(target, written)[0][0] > highest
    with pytest.raises(psycopg2.Error, match="Cannot update or delete"):
        ground.execute(target, "DELETE FROM audit_entry")


def test_sessions_do_not_come_back(ground: Ground) -> None:
    ground.execute(
        DATABASE,
        "INSERT INTO django_session (session_key, session_data, expire_date)"
        " VALUES ('k', 'd', now()) ON CONFLICT DO NOTHING",
    )
    assert ground.backup("sessions.mvai").returncode == 0
    target = ground.empty_database()
    assert ground.restore(ground.folder / "sessions.mvai", target).returncode == 0
    assert ground.execute(target, "SELECT count(*) FROM django_session") == [(0,)]


def test_a_backup_is_for_its_owner_only_and_shows_nothing(ground: Ground) -> None:
    assert stat.S_IMODE(ground.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(ground.identity.stat().st_mode) == 0o600
    content = ground.file.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert b"requests_assistancerequest" not in content
    assert not list(ground.folder.glob("*.part"))


def test_a_backup_never_replaces_a_file(ground: Ground) -> None:
    before = ground.file.read_bytes()
    done = ground.backup(ground.file.name)
    assert done.returncode == 1
    assert "already" in done.stderr
    assert ground.file.read_bytes() == before


def test_another_key_opens_nothing(ground: Ground, tmp_path: Path) -> None:
    ground.manage("make_backup_key", str(tmp_path / "other"))
    target = ground.empty_database()
    done = ground.restore(ground.file, target, tmp_path / "other")
    assert (done.returncode, SENTENCE in done.stderr) == (1, True)
    assert "This key does not open the backup." in done.stderr
    assert ground.is_untouched(target)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_cut_backup_restores_nothing(ground: Ground, tmp_path: Path, share: float) -> None:
    content = ground.file.read_bytes()
    cut = tmp_path / "cut"
    cut.write_bytes(content[: int(len(content) * share)])
    target = ground.empty_database()
    done = ground.restore(cut, target)
    assert (done.returncode, "cut off" in done.stderr) == (1, True), done.stderr
    assert ground.is_untouched(target)


@pytest.mark.parametrize("place", [60, 0.5, -1])
def test_an_altered_byte_restores_nothing(
    ground: Ground, tmp_path: Path, place: int | float
) -> None:
    content = bytearray(ground.file.read_bytes())
    content[int(len(content) * place) if isinstance(place, float) else place] ^= 1
    (tmp_path / "altered").write_bytes(content)
    target = ground.empty_database()
    done = ground.restore(tmp_path / "altered", target)
    assert (done.returncode, SENTENCE in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    assert ground.is_untouched(target)


def test_a_database_with_rows_is_left_alone(ground: Ground) -> None:
    before = ground.rows(DATABASE)
    done = ground.restore(ground.file, DATABASE, MVAI_VAR=str(ground.folder / "elsewhere"))
    assert (done.returncode, "not empty" in done.stderr) == (1, True), done.stderr
    assert ground.rows(DATABASE) == before


def test_stored_files_that_are_there_are_left_alone(ground: Ground) -> None:
    target = ground.empty_database()
    media = ground.folder / target / "media"
    media.mkdir(parents=True)
    (media / "kept").write_text("kept")
    done = ground.restore(ground.file, target)
    assert (done.returncode, "stored files already" in done.stderr) == (1, True)
    assert [file.name for file in media.iterdir()] == ["kept"]
    assert ground.is_untouched(target)


def test_of_two_restores_at_once_one_is_refused(ground: Ground) -> None:
    target = ground.empty_database()
    done: list[subprocess.CompletedProcess[str]] = []
    both = [
        threading.Thread(target=lambda: done.append(ground.restore(ground.file, target)))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(one.returncode for one in done) == [0, 1], [one.stderr for one in done]
    assert len(ground.rows(target)["requests_assistancerequest"]) == len(
        ground.rows(DATABASE)["requests_assistancerequest"]
    )


def test_the_second_restore_hears_of_the_first(ground: Ground) -> None:
    target = ground.empty_database()
    first = psycopg2.connect(ground.one.postgres.url(role=OWNER, database=target))
    with first, first.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x4D564142])
        done = ground.restore(ground.file, target)
    first.close()
    assert "Another restore is under way." in done.stderr


def test_only_the_owner_can_restore(ground: Ground) -> None:
    target = ground.empty_database()
    url = ground.one.postgres.url(role=APPLICATION, database=target)
    done = ground.restore(ground.file, target, DATABASE_OWNER_URL=url)
    assert (done.returncode, "owner" in done.stderr) == (1, True), done.stderr


def test_a_backup_of_other_migrations_is_refused(ground: Ground) -> None:
    target = ground.empty_database()
    ground.execute(target, "DELETE FROM django_migrations WHERE app = 'requests'")
    done = ground.restore(ground.file, target)
    assert (done.returncode, "requests.0001_initial" in done.stderr) == (1, True), done.stderr
    ground.execute(
        target,
        "INSERT INTO django_migrations (app, name, applied) VALUES"
        " ('requests', '0001_initial', now()), ('requests', '0002_later', now())",
    )
    done = ground.restore(ground.file, target)
    assert (done.returncode, "requests.0002_later" in done.stderr) == (1, True), done.stderr


def _rewritten(ground: Ground, to: Path, alter) -> Path:
    """The same backup, made anew by somebody who has only the public key."""
    keys = age.private_keys(ground.identity)
    with (
        ground.file.open("rb") as file,
        to.open("wb") as out,
        age.opened(file, keys) as source,
        age.sealed(out, age.public_keys([ground.key])) as sink,
    ):
        reader, writer = frames.Reader(source), frames.Writer(sink)
        while True:
            kind, what = reader.begin()
            if kind == frames.MANIFEST:
                writer.finish({**what, **alter(kind, what)})
                break
            writer.begin(kind, {**what, **alter(kind, what)})
            if kind in (frames.TABLE, frames.FILE):
                parts = []
                while data := reader.read():
                    parts.append(data)
                lines = b"".join(parts)
                if alter(kind, what).get("drop"):
                    lines = b""
                    reader.ended["rows"] = 0
                writer.write(lines)
                writer.end(**reader.ended)
    return to


def test_a_row_that_points_nowhere_is_refused(ground: Ground, tmp_path: Path) -> None:
    def alter(kind: bytes, what: dict) -> dict:
        if what.get("table") == "people_person":
            return {"drop": True}
        return {}

    target = ground.empty_database()
    done = ground.restore(_rewritten(ground, tmp_path / "f", alter), target)
    assert (done.returncode, "foreign key" in done.stderr) == (1, True), done.stderr
    assert ground.is_untouched(target)


def test_a_missing_row_is_noticed(ground: Ground, tmp_path: Path) -> None:
    def alter(kind: bytes, what: dict) -> dict:
        if kind == frames.MANIFEST:
            return {"rows": {**what["rows"], "duty_shift": what["rows"]["duty_shift"] + 1}}
        return {}

    target = ground.empty_database()
    done = ground.restore(_rewritten(ground, tmp_path / "f", alter), target)
    assert (done.returncode, "Not every row of duty_shift" in done.stderr) == (1, True)
    assert ground.is_untouched(target)


CHECKED = """
from django.core.management import call_command
from mvai.site.backups import restoring
restoring.CHECKS.append(lambda: ["Entry 7 was removed."])
call_command("restore", {file!r}, "--identity", {identity!r})
"""


def test_what_a_check_of_the_records_finds_stops_the_restore(ground: Ground) -> None:
    target = ground.empty_database()
    code = CHECKED.format(file=str(ground.file), identity=str(ground.identity))
    done = ground.manage("shell", "-c", code, database=target)
    assert (done.returncode, "do not agree: Entry 7 was removed." in done.stderr) == (1, True)
    assert ground.is_untouched(target)
    assert not (ground.folder / target / "media").exists()


def test_a_file_name_that_leads_elsewhere_is_refused(ground: Ground, tmp_path: Path) -> None:
    def alter(kind: bytes, what: dict) -> dict:
        return {"name": "../../outside"} if kind == frames.FILE else {}

    target = ground.empty_database()
    done = ground.restore(_rewritten(ground, tmp_path / "f", alter), target)
    assert (done.returncode, "leads elsewhere" in done.stderr) == (1, True), done.stderr
    assert not list(ground.folder.rglob("outside"))
    assert ground.is_untouched(target)


def test_a_backup_without_keys_is_refused(ground: Ground) -> None:
    done = ground.backup("unsealed", BACKUP_KEYS="")
    assert (done.returncode, "BACKUP_KEYS is not set" in done.stderr) == (1, True)
    done = ground.backup("unsealed", BACKUP_KEYS=f"{ground.key},age1nonsense")
    assert (done.returncode, "no public key" in done.stderr) == (1, True)
    assert not list(ground.folder.glob("unsealed*"))


def test_a_full_disk_leaves_no_half_file(ground: Ground) -> None:
    """The limit on a file's size ends a write as a full disk does, halfway."""
    limit = ground.file.stat().st_size // 2
    done = subprocess.run(
        [PYTHON, "manage.py", "backup", str(ground.folder / "full.mvai")],
        env=ground.env(DATABASE),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert (done.returncode, "can't be written: File too large" in done.stderr) == (1, True), (
        done.stderr
    )
    assert not list(ground.folder.glob("full*"))


def test_a_folder_that_is_not_there_is_said_so(ground: Ground) -> None:
    done = ground.manage("backup", str(ground.folder / "nowhere" / "file"))
    assert (done.returncode, "No such file or directory" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_a_database_that_fails_leaves_no_half_file(ground: Ground) -> None:
    url = ground.one.postgres.url(role=APPLICATION, database="nobody_made_this")
    done = ground.backup("no_database", DATABASE_URL=url)
    assert (done.returncode, "The database can't be read" in done.stderr) == (1, True)
    assert not list(ground.folder.glob("no_database*"))


def test_what_a_crash_left_is_written_anew_unless_somebody_writes_it(ground: Ground) -> None:
    part = ground.folder / "again.mvai.part"
    part.write_bytes(b"x" * 10_000_000)
    with part.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = ground.backup("again.mvai")
    assert (done.returncode, "Another backup is being written" in done.stderr) == (1, True)
    assert ground.backup("again.mvai").returncode == 0
    assert (ground.folder / "again.mvai").stat().st_size < 10_000_000
    target = ground.empty_database()
    assert ground.restore(ground.folder / "again.mvai", target).returncode == 0


def test_every_private_key_opens_what_was_sealed_to_all(ground: Ground, tmp_path: Path) -> None:
    second = ground.manage("make_backup_key", str(tmp_path / "second")).stdout.strip()
    done = ground.backup("two.mvai", BACKUP_KEYS=f"{ground.key},{second}")
    assert done.returncode == 0, done.stderr
    target = ground.empty_database()
    done = ground.restore(ground.folder / "two.mvai", target, tmp_path / "second")
    assert done.returncode == 0, done.stderr
