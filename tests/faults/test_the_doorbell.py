"""The doorbell never makes a request wait for a Redis that is away, and never raises."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app

from mvai.outbox import doorbell
from mvai.site.embedded import Redis
from mvai.site.places import passing_place

pytestmark = pytest.mark.processes


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
