"""The soak in full: 20,000 messages and 500 alarms, random kills, providers at their worst."""

from tests.faults.harness import portal
from tests.faults.soaking import soak


def test_the_soak_in_full(tmp_path):
    limits = {"SMS_PER_SECOND": "500", "EMAILS_PER_SECOND": "500"}
    with portal(tmp_path / "var", durable=True, **limits) as one:
        print(f"\nsoak: {soak(one, messages=10_000, alarms=500, chunks=40, seconds=1_800)}")
