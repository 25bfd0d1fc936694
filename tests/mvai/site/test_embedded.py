"""The embedded servers: private, and not confused by a crash."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from mvai.site import places
from mvai.site.embedded import APPLICATION, DATABASE, OWNER, Postgres, Redis, ServerFailed


@pytest.fixture
def place() -> Iterator[places.Place]:
    made = places.passing_place()
    yield made
    shutil.rmtree(made.home, ignore_errors=True)


@pytest.fixture
def postgres(place: places.Place, tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(place, log=tmp_path / "postgres.log", durable=False)
    server.start()
    yield server
    server.stop()


def test_a_crash_loses_nothing_that_was_committed(postgres: Postgres) -> None:
    postgres.make_roles()
    postgres.make_database()
    postgres.kill()
    postgres.start()
    assert answer(postgres, "SELECT current_database()") == DATABASE


def test_a_lock_whose_number_is_another_program_now_is_no_obstacle(postgres: Postgres) -> None:
    postgres.stop()
    lock = postgres.place.home / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n0\n5432\n")
    if postgres.place.account:
        os.chown(lock, postgres.place.account.uid, postgres.place.account.gid)
    postgres.start()
    assert postgres.is_running


def test_a_server_that_outlived_its_supervisor_is_stopped_first(
    postgres: Postgres, tmp_path: Path
) -> None:
    later = Postgres(postgres.place, log=tmp_path / "later.log", durable=False)
    later.start()
    try:
        assert later.is_running
        assert not postgres.is_running
    finally:
        later.stop()


def test_data_of_another_version_is_left_alone(postgres: Postgres) -> None:
    postgres.stop()
    (postgres.place.home / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerFailed, match="made by PostgreSQL 9"):
        postgres.start()


def test_preparing_twice_is_the_same_as_once(postgres: Postgres) -> None:
    for _time in range(2):
        postgres.make_roles()
        postgres.make_database()
    rights = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert answer(postgres, rights) is False


def test_nothing_listens_on_the_network_and_no_one_else_may_enter(
    postgres: Postgres, tmp_path: Path
) -> None:
    assert answer(postgres, "SHOW listen_addresses", role="postgres", database="postgres") == ""
    for folder in (postgres.place.home, postgres.place.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_redis_answers_again_after_it_was_killed(place: places.Place, tmp_path: Path) -> None:
    server = Redis(place, log=tmp_path / "redis.log")
    server.start()
    server.kill()
    server.start()
    assert server.is_running
    server.stop()


def test_a_long_path_keeps_its_sockets_short(tmp_path: Path) -> None:
    var = tmp_path / ("deep" * 20) / "var"
    place = places.lasting_place(var)
    try:
        assert len(str(place.sockets)) <= places.LONGEST_SOCKET_FOLDER
        assert places.lasting_place(var) == place, "another place at the second start"
    finally:
        for folder in (place.home, place.sockets):
            shutil.rmtree(folder, ignore_errors=True)


def test_a_link_in_a_shared_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "private").symlink_to(tmp_path)
    with pytest.raises(places.CannotPlace, match="is a link"):
        places.private_folder(tmp_path / "private", None)


def answer(
    server: Postgres, statement: str, *, role: str = APPLICATION, database: str = DATABASE
) -> object:
    assert role in (APPLICATION, OWNER, "postgres")
    connection = psycopg2.connect(
        host=str(server.place.sockets), user=role, dbname=database, connect_timeout=10
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    finally:
        connection.close()
