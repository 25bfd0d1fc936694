"""From the promise of an urgent message to its arrival at the mail server, over real processes.

Promised: p99 ≤ 2 s with Redis, ≤ 20 s without (the watchdog sends it).
"""

import statistics
from datetime import UTC, datetime

from tests.faults.harness import Portal, portal, wait_until
from tests.faults.test_messages import ADDRESS, promise, states

WITH_REDIS, WITHOUT = 300, 60


def test_delivery(tmp_path):
    with portal(tmp_path) as one:
        promise(one, 20)  # warm
        _wait(one, 40)
        _measure(one, WITH_REDIS, pause=0.1, name="with Redis")
        one.redis.kill()
        promise(one, 1)
        _wait(one, 2 * (20 + WITH_REDIS + 1))
        _measure(one, WITHOUT, pause=0.5, name="without Redis")


def _measure(one: Portal, count: int, *, pause: float, name: str) -> None:
    one.forget_messages()
    before = states(one).get("handed_over", 0)
    promise(one, count, pause=pause)
    _wait(one, before + 2 * count)
    promised = {
        str(reference): at
        for reference, at in one.query("SELECT reference, created_at FROM outbox_message")
    }
    taken = sorted(
        (datetime.fromisoformat(row["at"]) - promised[_ours(row["reference"])]).total_seconds()
        for row in one.messages(channel="email", to=ADDRESS)
    )
    assert len(taken) == count, "none lost, none doubled"
    p99 = taken[min(int(len(taken) * 0.99), len(taken) - 1)]
    print(
        f"urgent mail {name}: p50 {statistics.median(taken) * 1000:.0f} ms,"
        f" p99 {p99 * 1000:.0f} ms, most {taken[-1] * 1000:.0f} ms ({count} times)"
    )


def _ours(message_id: str) -> str:
    return message_id.strip("<>").split("@")[0]


def _wait(one: Portal, count: int) -> None:
    wait_until(
        lambda: states(one) == {"handed_over": count},
        seconds=120,
        what=f"{count} are handed over at {datetime.now(UTC):%T}",
    )
