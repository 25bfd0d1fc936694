"""One mechanism takes everything that is due: once, with a lease, whoever dies."""

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from mvai.duty.models import AlarmStep
from mvai.outbox import claims
from tests.factories import NOON
from tests.factories.duty import AlarmStepFactory

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(seconds=31)


@dataclass(frozen=True)
class Step:
    """A due step of an alarm; `finish` is what a sweep does with it."""

    pk: int

    @property
    def due(self):
        return AlarmStep.objects.due(LATER).order_by("pk")

    def finish(self, claim):
        return bool(claim.of(self.due).update(done_at=NOON, outcome="not_needed"))


@pytest.fixture
def step() -> Step:
    return Step(AlarmStepFactory().pk)


@pytest.fixture
def steps() -> tuple[Step, Step]:
    first = AlarmStepFactory()
    return Step(first.pk), Step(AlarmStepFactory(alarm=first.alarm, number=2).pk)


def test_a_row_is_taken_with_a_lease_and_the_next_generation(step):
    [claim] = claims.take(step.due, now=NOON)

    taken = AlarmStep.objects.get()
    assert (claim.pk, claim.generation) == (step.pk, 1)
    assert (taken.generation, taken.lease_until) == (1, NOON + claims.LEASE)


def test_a_batch_is_bounded(steps):
    assert len(claims.take(steps[0].due, now=NOON, batch=1)) == 1


def test_nobody_else_takes_it_while_the_lease_lasts(step):
    claims.take(step.due, now=NOON)

    assert not claims.take(step.due, now=NOON + timedelta(seconds=29))


def test_when_the_lease_ends_it_is_taken_anew_and_the_first_claim_is_void(step):
    [first] = claims.take(step.due, now=NOON)
    [second] = claims.take(step.due, now=LATER)

    assert second.generation == first.generation + 1
    assert not first.of(step.due).exists()
    assert second.of(step.due).exists()


def test_each_is_dealt_with_once(step):
    assert claims.deal_with(step.due, step.finish, now=NOON) == 1
    assert claims.deal_with(step.due, step.finish, now=LATER) == 0


def test_what_was_not_to_be_dealt_with_now_is_given_back(step):
    assert claims.deal_with(step.due, lambda claim: False, now=NOON) == 0

    assert claims.take(step.due, now=NOON)


def test_a_lock_in_the_way_gives_it_back(step):
    def blocked(claim):
        raise OperationalError

    assert claims.deal_with(step.due, blocked, now=NOON) == 0
    assert claims.take(step.due, now=NOON)


def test_a_row_that_fails_waits_for_the_end_of_its_lease_and_holds_up_no_other(steps):
    broken, sound = steps

    def deal(claim):
        if claim.pk == broken.pk:
            raise ValueError
        return sound.finish(claim)

    assert claims.deal_with(sound.due, deal, now=NOON) == 1
    assert not claims.take(sound.due, now=NOON)
    assert [claim.pk for claim in claims.take(sound.due, now=LATER)] == [broken.pk]


def test_what_a_failure_wrote_is_undone(step):
    def deal(claim):
        step.finish(claim)
        raise ValueError

    claims.deal_with(step.due, deal, now=NOON)

    assert step.due.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_deal_with_each_row_once(steps):
    done, start = [], threading.Barrier(10)
    due_now = steps[0].due

    def sweep():
        start.wait()
        claims.deal_with(due_now, finish, now=NOON)
        connection.close()

    def finish(claim):
        done.append(claim.pk)
        return steps[0].finish(claim)

    threads = [threading.Thread(target=sweep) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == sorted(step.pk for step in steps)
