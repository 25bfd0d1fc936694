"""The nightly removal: in its hours, once a night, a batch at a time, whatever fails."""

from datetime import UTC, datetime, timedelta

import pytest

from mvai.audit import purging
from mvai.audit.models import Purge
from mvai.outbox import nightly, sweeps
from mvai.outbox.models import Proof
from tests.factories.people import ContactPointFactory

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def proof():
    return add_proof(NIGHT - timedelta(days=2))


def add_proof(at):
    return Proof.objects.create(
        contact_point=ContactPointFactory(),
        key="k",
        asked_at=at,
        expires_at=at + timedelta(minutes=15),
    )


@pytest.mark.parametrize("hour", [0, 6, 11, 23])
def test_outside_the_night_nothing_goes(proof, hour):
    assert nightly.purge(NIGHT.replace(hour=hour)) == 0
    assert Proof.objects.exists()


def test_each_sweep_of_the_night_takes_a_batch_until_nothing_is_due(proof):
    assert nightly.purge(NIGHT) == 1
    assert nightly.purge(NIGHT) == 0

    assert not Proof.objects.exists()
    assert Purge.objects.get(rule="proof").rows == 1


def test_a_night_that_is_done_is_done_and_the_next_begins_anew(proof):
    nightly.purge(NIGHT)
    nightly.purge(NIGHT)
    add_proof(NIGHT - timedelta(days=2))

    assert nightly.purge(NIGHT + timedelta(hours=1)) == 0
    assert nightly.purge(NIGHT + timedelta(days=1)) == 1


def test_a_rule_that_fails_stops_no_other(proof, monkeypatch):
    first = purging.registered()[0]

    def fail(_cutoff):
        raise RuntimeError

    broken = purging.Rule(
        name=first.name,
        label=first.label,
        retention=proof.retention,
        past=fail,
        held=first.held,
        remove=first.remove,
        models=first.models,
        stage=first.stage,
    )
    monkeypatch.setitem(purging._rules, first.name, broken)

    assert nightly.purge(NIGHT) == 1

    assert Purge.objects.get(rule=first.name).failed
    assert not Proof.objects.exists()


def test_it_is_a_sweep_of_the_routine_lane():
    ours = next(one for one in sweeps.registered() if one.name == "retention")

    assert ours.function is nightly.purge
    assert not ours.urgent
