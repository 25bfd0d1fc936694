"""The soaks in full: 20,000 messages and 500 alarms, random kills, providers at their worst;
and a death after each commit and hand-over of a sweep."""

from tests.faults.harness import portal
from tests.faults.soaking import soak
from tests.faults.test_killed_anywhere import deaths


def test_the_soak_in_full(tmp_path):
    limits = {"SMS_PER_SECOND": "500", "EMAILS_PER_SECOND": "500"}
    with portal(tmp_path / "var", durable=True, **limits) as one:
        print(f"\nsoak: {soak(one, messages=10_000, alarms=500, chunks=40, seconds=1_800)}")


def test_a_death_after_each_commit(tmp_path):
    with portal(tmp_path / "var", start=("sink",)) as one:
        points, changed = deaths(one, each=1)
    print(f"\n{points} deaths, {len(changed)} left anything else than a life without one")
    assert not changed
