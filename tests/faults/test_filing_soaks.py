"""Filing through kills, and through a flood. `make bench` runs both in full."""

from tests.faults.filing_soaks import (
    HANDFUL,
    OF_ONE_NETWORK,
    file_through_kills,
    flood,
)
from tests.faults.harness import NOTHING_IS_DOUBTED, portal

GOAL = 20  # seconds: the watchdog itself sends what is 15 late


def test_every_leader_who_insists_has_one_request_that_rang_once(tmp_path):
    limits = {"SMS_PER_SECOND": "500", "TRUSTED_PROXIES": "1", **NOTHING_IS_DOUBTED}
    with portal(tmp_path / "var", **limits) as one:
        filed = file_through_kills(one, filings=200, clients=32, pause=(1, 4), seconds=120)

    print(filed)
    assert filed.kills["web"]


def test_a_flood_pages_a_handful_of_times_and_real_ones_ring_at_once(tmp_path):
    with portal(tmp_path / "var", TRUSTED_PROXIES="1") as one:
        fared = flood(one, bogus=100, real=4, seconds=20)

    print(fared)
    assert fared.pages_for_bogus <= HANDFUL + min(fared.slow, OF_ONE_NETWORK)
    assert max(fared.waits) < GOAL
