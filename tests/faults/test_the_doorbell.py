"""The doorbell never makes a request wait for a Redis that is away, and never raises."""

import queue
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from celery import current_app
from django.core.signals import request_finished, request_started
from django.db import transaction

from mvai.outbox import doorbell
from mvai.site.embedded import Redis
from mvai.site.places import passing_place

pytestmark = pytest.mark.servers


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    place = passing_place()
    one = Redis(place, log=tmp_path / "redis.log")
    one.start()
    former = current_app.conf.broker_url
    current_app.conf.broker_url = current_app.conf.broker_write_url = one.url
    doorbell.prepare()
    doorbell.forget()
    yield one
    doorbell.forget()
    current_app.conf.broker_url = current_app.conf.broker_write_url = former
    if one.is_running:
        one.thaw()
    one.stop()


def ring() -> tuple[bool, float]:
    started = time.monotonic()
    return doorbell.ring([1], urgent=True), time.monotonic() - started


def test_a_ring_is_heard(redis: Redis) -> None:
    assert ring()[0]


def test_a_killed_redis_costs_little_once_and_then_nothing(redis: Redis) -> None:
    ring()
    redis.kill()

    heard, seconds = ring()
    assert not heard
    assert seconds < 1.0
    assert sum(ring()[1] for _ in range(100)) < 0.05


def test_a_frozen_redis_costs_little_once_and_then_nothing(redis: Redis) -> None:
    ring()
    redis.freeze()

    heard, seconds = ring()
    assert not heard
    assert seconds < 1.0
    assert sum(ring()[1] for _ in range(100)) < 0.05


def test_a_frozen_redis_costs_as_little_at_the_first_ring(redis: Redis) -> None:
    redis.freeze()

    heard, seconds = ring()
    assert not heard
    assert seconds < 1.0


def test_a_redis_that_was_restarted_between_two_rings_hears_the_second(redis: Redis) -> None:
    ring()
    redis.kill()
    redis.start()

    assert ring()[0]


def test_after_a_while_it_is_tried_again(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "QUIET_FOR", 0.2)
    redis.kill()
    assert not ring()[0]
    redis.start()
    time.sleep(0.3)

    assert ring()[0]


def test_nothing_to_deliver_rings_nothing(redis: Redis) -> None:
    assert not doorbell.ring([], urgent=True)


def heard(name: str = "urgent") -> list[list[int]]:
    """The messages of each ring since the last look."""
    rings = []
    with current_app.connection_for_read() as connection:
        waiting = connection.SimpleQueue(name)
        while True:
            try:
                message = waiting.get(block=False)
            except queue.Empty:
                return rings
            message.ack()
            rings.append(message.payload[1]["message_ids"])


@pytest.mark.django_db(transaction=True)
def test_one_commit_rings_once_for_each_urgency(redis: Redis) -> None:
    with transaction.atomic():
        doorbell.ring_after_commit([1, 2], urgent=True)
        with transaction.atomic(savepoint=False):
            doorbell.ring_after_commit([3], urgent=True)
            doorbell.ring_after_commit([4], urgent=False)
        assert heard() == []

    assert heard() == [[1, 2, 3]]
    assert heard("routine") == [[4]]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_takes_no_other_ring_along(redis: Redis) -> None:
    with transaction.atomic():
        doorbell.ring_after_commit([1], urgent=True)
        with transaction.atomic():
            doorbell.ring_after_commit([2], urgent=True)
            transaction.set_rollback(True)
        with transaction.atomic():
            doorbell.ring_after_commit([3], urgent=True)
        doorbell.ring_after_commit([4], urgent=True)

    assert heard() == [[1, 4], [3]]


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_it_rings_at_once(redis: Redis) -> None:
    doorbell.ring_after_commit([1], urgent=True)

    assert heard() == [[1]]


class TestWhileARequestIsAnswered:
    @pytest.mark.django_db(transaction=True)
    def test_it_rings_once_for_each_lane_when_the_answer_is_out(self, redis: Redis) -> None:
        request_started.send(sender=None)
        doorbell.ring_after_commit([1], urgent=True)
        doorbell.ring_after_commit([2], urgent=False)
        doorbell.ring_after_commit([3], urgent=True)
        assert heard() == heard("routine") == []

        request_finished.send(sender=None)
        assert heard() == [[1, 3]]
        assert heard("routine") == [[2]]

        doorbell.ring_after_commit([4], urgent=True)
        assert heard() == [[4]]

    @pytest.mark.django_db(transaction=True)
    def test_a_request_that_never_ended_rings_when_the_next_begins(self, redis: Redis) -> None:
        request_started.send(sender=None)
        doorbell.ring_after_commit([1], urgent=True)
        request_started.send(sender=None)

        assert heard() == [[1]]
        request_finished.send(sender=None)
        assert heard() == []

    @pytest.mark.django_db(transaction=True)
    def test_another_thread_rings_at_once(self, redis: Redis) -> None:
        request_started.send(sender=None)
        beside = Thread(target=doorbell.ring, args=([1],), kwargs={"urgent": True})
        beside.start()
        beside.join()

        assert heard() == [[1]]
        request_finished.send(sender=None)
