"""Twenty people at one checklist of 60 lines over real gunicorn and a durable PostgreSQL.

Promised: a tick's round trip p95 ≤ 60 ms with twenty people ticking at once, and nothing lost.
Measured in two ways: each ticks about once a second while all pages ask for news every four
seconds, as people do; and all twenty press in the same moment, again and again.
"""

import random
import statistics
import threading
import time

from tests.faults.harness import portal
from tests.faults.teams import Member, Shared, share, stands

PEOPLE, LINES = 20, 60
SECONDS, ROUNDS = 30, 40
POLL = 4.0


def test_twenty_people_at_once(tmp_path):
    with portal(tmp_path / "var", durable=True, start=("sink", "web")) as one:
        shared = share(one, lines=LINES)
        warm = Member(one, shared.path)
        for line in shared.lines * 2:
            warm.tick(line, "open")
        warm.close()
        print()
        _say("one person alone", _alone(one, shared))
        people = [Member(one, shared.path) for _ in range(PEOPLE)]
        _say("each once a second, pages polling", _as_people_do(people, shared))
        _nothing_is_lost(one, shared)
        people = [Member(one, shared.path) for _ in range(PEOPLE)]
        _say("all in the same moment", _in_one_moment(people, shared))
        _nothing_is_lost(one, shared)


# What was answered last for each line; two people never have the same line at a time here.
_wanted: dict[int, str] = {}


def _alone(one, shared: Shared) -> list[float]:
    member = Member(one, shared.path)
    for number in range(200):
        _tick(member, shared.lines[number % LINES])
    member.close()
    return member.taken


def _as_people_do(people: list[Member], shared: Shared) -> list[float]:
    def live(number: int, member: Member) -> None:
        mine, chance = shared.lines[number::PEOPLE], random.Random(number)
        end, polled = time.monotonic() + SECONDS, time.monotonic() + chance.random() * POLL
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.6, 1.4))
            _tick(member, chance.choice(mine))
            if time.monotonic() > polled:
                polled += POLL
                member.poll()

    return _together(people, live)


def _in_one_moment(people: list[Member], shared: Shared) -> list[float]:
    barrier = threading.Barrier(PEOPLE)

    def live(number: int, member: Member) -> None:
        mine = shared.lines[number::PEOPLE]
        for round_ in range(ROUNDS):
            barrier.wait()
            _tick(member, mine[round_ % len(mine)])
            time.sleep(0.25)

    return _together(people, live)


def _together(people: list[Member], live) -> list[float]:
    threads = [
        threading.Thread(target=live, args=(number, member)) for number, member in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for member in people:
        member.close()
    return [seconds for member in people for seconds in member.taken]


def _tick(member: Member, line: int) -> None:
    wanted = "open" if _wanted.get(line) == "done" else "done"
    member.tick(line, wanted)
    _wanted[line] = wanted


def _nothing_is_lost(one, shared: Shared) -> None:
    found = stands(one, shared)
    assert {line: found[line][0] for line in _wanted} == {
        line: wanted == "done" for line, wanted in _wanted.items()
    }


def _say(what: str, taken: list[float]) -> None:
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"ticking, {what}: p50 {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms,"
        f" p99 {cuts[98] * 1000:.1f} ms ({len(taken)} times)"
    )
