import time
from datetime import timedelta

import pytest
from django.core.management import call_command

from mvai.outbox import sweeps
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _none_but_ours(monkeypatch):
    monkeypatch.setattr(sweeps, "_known", {})


def test_urgent_sweeps_run_first():
    ran = []
    sweeps.register("follow-ups", lambda now: ran.append("follow-ups") or 0)
    sweeps.register("alarm steps", lambda now: ran.append("alarm steps") or 0, urgent=True)

    sweeps.run_all(NOON)

    assert ran == ["alarm steps", "follow-ups"]


def test_one_that_fails_stops_no_other_and_quotes_no_row(caplog):
    def fails(now):
        raise ValueError("Chief Alex Moreno")

    sweeps.register("fails", fails)
    sweeps.register("works", lambda now: 3)

    assert sweeps.run_all(NOON) == {"fails": None, "works": 3}
    assert "ValueError" in caplog.text
    assert "Moreno" not in caplog.text


def test_only_urgent_ones_when_asked_for():
    sweeps.register("urgent", lambda now: 1, urgent=True)
    sweeps.register("routine", lambda now: 1)

    assert sweeps.run_all(NOON, urgent_only=True) == {"urgent": 1}


def test_each_is_told_when_it_begins_itself(monkeypatch):
    clock, told = [0.0], []

    def slow(now):
        told.append(now)
        clock[0] += 5
        return 1

    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    sweeps.register("routine", slow)
    sweeps.register("urgent", slow, urgent=True)

    sweeps.run_all(NOON)

    assert told == [NOON, NOON + timedelta(seconds=5)]


def test_the_command_runs_all_once_and_says_what_was_done(capsys):
    sweeps.register("works", lambda now: 3)

    call_command("sweep")

    assert capsys.readouterr().out == "works\t3\n"


def test_the_command_fails_when_a_sweep_does():
    sweeps.register("fails", lambda now: 1 / 0)

    with pytest.raises(SystemExit):
        call_command("sweep")
