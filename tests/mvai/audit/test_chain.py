"""Sealing: in batches, in a chain, and never past an entry that could still appear."""

import threading
from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.models import QuerySet

from mvai.audit import chain, verifying
from mvai.audit.models import AuditEntry, AuditPosition, AuditSeal
from mvai.outbox import sweeps
from tests.factories import NOON
from tests.mvai.audit.sealed import entries, seal

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=1)


def test_a_round_seals_what_the_one_before_saw():
    entries(3)

    assert chain.seal(NOON) == 0
    assert chain.seal(LATER) == 3


def test_each_seal_goes_on_from_the_one_before():
    entries(2)
    seal()
    entries(2)
    seal()

    first, second = AuditSeal.objects.all()
    assert (first.number, first.previous) == (1, "")
    assert (second.number, second.previous) == (2, first.digest)
    assert second.first_id == first.last_id + 1
    assert list(verifying.findings()) == []


def test_a_seal_holds_so_many_entries_and_a_round_so_many_seals(monkeypatch):
    monkeypatch.setattr(chain, "ENTRIES", 2)
    entries(7)
    chain.seal(NOON)

    assert chain.seal(LATER, seals=2) == 4
    assert chain.seal(LATER, seals=2) == 3
    assert list(AuditSeal.objects.values_list("count", flat=True)) == [2, 2, 2, 1]
    assert list(verifying.findings()) == []


def test_numbers_that_nobody_used_are_part_of_the_seal():
    [before] = entries(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(at=NOON, verb="Nonsense")
    [after] = entries(1)
    seal()

    one = AuditSeal.objects.get()
    assert [before.pk + 1, before.pk + 1] in one.gaps
    assert (one.last_id, one.count) == (after.pk, 2)
    assert list(verifying.findings()) == []


def test_a_position_from_the_future_seals_nothing_that_is_yet_to_come():
    entries(1)
    AuditPosition.objects.create(name=chain.POSITION, number=10**12)
    seal()
    [later] = entries(1)
    seal()

    assert AuditSeal.objects.get(number=2).last_id == later.pk
    assert list(verifying.findings()) == []


def test_nothing_new_makes_no_seal():
    entries(1)
    seal()

    assert seal() == 0
    assert AuditSeal.objects.count() == 1


def test_the_sweep_is_at_work_once_a_minute(django_assert_num_queries):
    entries(1)
    chain.seal_due(NOON)

    with django_assert_num_queries(1):
        assert chain.seal_due(NOON + timedelta(seconds=59)) == 0
    assert chain.seal_due(LATER) == 1


def test_a_full_round_is_followed_at_once(monkeypatch):
    monkeypatch.setattr(chain, "ENTRIES", 1)
    entries(chain.SEALS + 2)
    chain.seal_due(NOON)
    chain.seal_due(LATER)

    assert chain.seal_due(LATER + timedelta(seconds=5)) == 2


def test_the_portal_seals_sends_and_checks_among_what_can_wait():
    lanes = {sweep.name: sweep.urgent for sweep in sweeps.registered()}

    assert {lanes[f"audit.{what}"] for what in ("seal", "send", "check")} == {False}


def test_a_new_key_seals_from_then_on_and_the_old_one_still_verifies(settings):
    settings.AUDIT_KEYS = "the-old-key"
    entries(1)
    seal()
    settings.AUDIT_KEYS = "the-new-key, the-old-key"
    entries(1)
    seal()

    old, new = AuditSeal.objects.values_list("key_id", flat=True)
    assert old != new
    assert list(verifying.findings()) == []


def errors() -> set[str]:
    return {error.id for error in run_checks() if error.id and error.id.startswith("audit.")}


@pytest.mark.parametrize("keys", ["", " , ", "short", "k" * 32 + ",short"])
def test_production_refuses_keys_that_can_be_guessed(settings, monkeypatch, keys):
    monkeypatch.setattr(settings.ENVIRONMENT, "name", "production")
    settings.AUDIT_KEYS = keys

    assert errors() == {"audit.E001"}


def test_production_takes_the_keys_that_we_make(settings, monkeypatch):
    monkeypatch.setattr(settings.ENVIRONMENT, "name", "production")
    settings.AUDIT_KEYS = f"{chain.make_key()},{chain.make_key()}"

    assert errors() == set()


@pytest.mark.parametrize("change", [lambda seals: seals.update(count=2), QuerySet.delete])
def test_a_seal_cannot_be_changed_or_deleted(change):
    entries(1)
    seal()

    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        change(AuditSeal.objects.all())


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("audit_seal_covers_something", {"first_id": 5, "last_id": 4}),
        ("audit_seal_covers_something", {"count": 0}),
        ("audit_first_seal_follows_none", {"number": 2}),
        ("audit_first_seal_follows_none", {"previous": "a"}),
    ],
)
def test_the_database_refuses_a_seal_that_cannot_be(constraint, values):
    sound = {"number": 1, "first_id": 1, "last_id": 1, "count": 1, "sealed_at": NOON}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AuditSeal.objects.create(**{**sound, "marks": b"", "digest": "d", **values})


def test_two_seals_never_follow_the_same_one():
    entries(1)
    seal()
    one = AuditSeal.objects.get()
    one.pk, one.number, one.digest = None, 2, "another"

    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


# Those who are writing


def another() -> psycopg2.extensions.connection:
    return psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})


ADD = (
    "INSERT INTO audit_entry"
    " (at, kind, verb, actor_roles, target_type, target_id, label, result, address, via, facts)"
    " VALUES (now(), 'write', 'request.filed', '', '', '', '', 'done', '', 'web', '{}')"
    " RETURNING id"
)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sealed_while_a_lower_number_can_still_appear():
    with closing(another()) as slow, slow.cursor() as cursor:
        cursor.execute(ADD)
        [late] = cursor.fetchone()
        entries(2)  # they have higher numbers and are committed first

        assert seal() == 0
        slow.commit()

    assert chain.seal(LATER) == 3
    assert AuditSeal.objects.get().first_id <= late
    assert list(verifying.findings()) == []


@pytest.mark.django_db(transaction=True)
def test_who_begins_to_write_later_holds_nothing_up():
    entries(2)
    chain.seal(NOON)
    with closing(another()) as slow, slow.cursor() as cursor:
        cursor.execute(ADD)

        assert chain.seal(LATER) == 2


@pytest.mark.django_db(transaction=True)
def test_who_reads_the_log_holds_nothing_up():
    entries(2)
    with closing(another()) as slow, slow.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry")

        assert seal() == 2


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_seal_once():
    entries(4)
    chain.seal(NOON)
    AuditPosition.objects.update(notes=[])
    sealed: list[int] = []

    def round_() -> None:
        try:
            sealed.append(chain.seal(LATER))
        finally:
            connection.close()

    threads = [threading.Thread(target=round_) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sealed) == 4
    assert list(verifying.findings()) == []


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_and_give_up_now_and_then_leave_a_sound_log():
    def write() -> None:
        with closing(another()) as mine, mine.cursor() as cursor:
            for turn in range(30):
                cursor.execute(ADD)
                mine.rollback() if turn % 5 == 0 else mine.commit()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        chain.seal(NOON)
    seal()

    assert sum(AuditSeal.objects.values_list("count", flat=True)) == 4 * 24
    assert list(verifying.findings()) == []
