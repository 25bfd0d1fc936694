"""Sealed entries leave as lines of JSON, each once and in order."""

import json
import sys
from datetime import timedelta

import pytest

from mvai.audit import log, stream
from mvai.audit.models import AuditPosition, AuditSeal
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.mvai.audit.sealed import entries, seal

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def out(settings, tmp_path):
    path = tmp_path / "audit.jsonl"
    settings.AUDIT_STREAM = str(path)
    return path


def lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_entries_leave_in_the_order_of_their_seals_each_once(out):
    first = entries(2)
    seal()
    stream.send_due(NOON)
    second = entries(2)
    seal()
    stream.send_due(LATER)
    stream.send_due(LATER + timedelta(minutes=1))

    sent = lines(out)
    assert [line["id"] for line in sent if "id" in line] == [one.pk for one in first + second]
    assert [line["event"] for line in sent] == [
        "request.changed", "request.changed", "audit.sealed",
    ] * 2  # fmt: skip
    assert sent[-1]["digest"] == AuditSeal.objects.get(number=2).digest


def test_what_is_not_sealed_yet_stays(out):
    entries(2)

    assert stream.send_due(NOON) == 0
    assert not AuditSeal.objects.exists()


def test_a_line_is_the_entry_and_nothing_of_the_person(out):
    dana = UserFactory(duty_officer=True, person__full_name="Dana Ruiz", email="dana@desk.example")
    entry = log.record(
        verb="request.triaged", by=dana, at=NOON, label="MV-7K4Q", note="Call Dana Ruiz"
    )
    seal()
    stream.send_due(NOON)

    line = lines(out)[0]
    assert line["event"] == "request.triaged"
    assert line["id"] == entry.pk
    assert line["seal"] == 1
    assert line["at"].startswith("2026-11-23T17:00:00")
    assert (line["actor_id"], line["actor_roles"]) == (dana.pk, "duty_officer")
    assert line["facts"] == {"note": "withheld"}
    assert "Dana" not in out.read_text()
    assert "dana@" not in out.read_text()


def test_a_round_is_bounded_and_the_next_follows_at_once(out):
    for _ in range(stream.SEALS + 1):
        entries(1)
        seal()

    assert stream.send_due(NOON) == stream.SEALS
    assert stream.send_due(NOON) == 1
    assert stream.send_due(NOON) == 0


def test_what_could_not_be_written_is_sent_later(out, settings):
    entries(1)
    seal()
    settings.AUDIT_STREAM = "/nowhere/at/all.jsonl"
    with pytest.raises(OSError):
        stream.send_due(NOON)
    settings.AUDIT_STREAM = str(out)

    assert stream.send_due(NOON) == 1


def test_stdout_is_the_process_own_and_not_a_log(settings, monkeypatch, tmp_path):
    settings.AUDIT_STREAM = "stdout"
    entries(1)
    seal()
    with open(tmp_path / "out", "w") as real:
        monkeypatch.setattr(sys, "__stdout__", real)
        stream.send_due(NOON)

    assert [line["event"] for line in lines(tmp_path / "out")] == [
        "request.changed", "audit.sealed",
    ]  # fmt: skip


def test_without_a_stream_nothing_is_sent_and_nothing_is_asked(settings, django_assert_num_queries):
    settings.AUDIT_STREAM = ""
    with django_assert_num_queries(0):
        assert stream.send_due(NOON) == 0
    assert not AuditPosition.objects.filter(name=stream.POSITION).exists()
