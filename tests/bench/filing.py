"""Filing in full: through kills, through a flood, and how many a second from how many at once.

The limits of "check first" are raised where all filings come from one machine: those runs
measure filing, not doubt. The flood runs with the limits as they are.
"""

import http.client
import statistics
import threading
import time

from tests.bench import pages
from tests.faults.filing_soaks import (
    FORM,
    HANDFUL,
    OF_ONE_NETWORK,
    Visitor,
    file_through_kills,
    flood,
    put_somebody_on_duty,
)
from tests.faults.harness import NOTHING_IS_DOUBTED, Portal, portal

AT_ONCE = (1, 8, 32)
EACH_TIME = 960  # filings, however many clients share them


def test_ten_thousand_filings_through_kills(tmp_path):
    limits = {"SMS_PER_SECOND": "500", "TRUSTED_PROXIES": "1", **NOTHING_IS_DOUBTED}
    with portal(tmp_path / "var", durable=True, **limits) as one:
        print(
            f"\n{file_through_kills(one, filings=10_000, clients=32, pause=(3, 12), seconds=1_800)}"
        )


def test_five_hundred_bogus_requests_in_a_minute(tmp_path):
    with portal(tmp_path / "var", durable=True, TRUSTED_PROXIES="1") as one:
        fared = flood(one, bogus=500, real=12, seconds=60)
    print(f"\n{fared}")
    assert fared.pages_for_bogus <= HANDFUL + min(fared.slow, OF_ONE_NETWORK)


def test_how_many_are_filed_a_second(tmp_path):
    start = ("sink", "web")
    with portal(tmp_path / "var", durable=True, start=start, **NOTHING_IS_DOUBTED) as one:
        put_somebody_on_duty(one)
        token = Visitor(one.port, "192.0.2.1").page()
        _file(one, token, 40)  # warm
        print()
        for clients in AT_ONCE:
            began = time.perf_counter()
            taken = _from(clients, one, token)
            seconds = time.perf_counter() - began
            cuts = statistics.quantiles(taken, n=100)
            print(
                f"filing from {clients} at once: {len(taken) / seconds:.0f} a second,"
                f" p50 {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms,"
                f" p99 {cuts[98] * 1000:.1f} ms ({len(taken)} times)"
            )


def _from(clients: int, one: Portal, token: str) -> list[float]:
    taken: list[float] = []
    threads = [
        threading.Thread(target=lambda: taken.extend(_file(one, token, EACH_TIME // clients)))
        for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def _file(one: Portal, token: str, times: int) -> list[float]:
    """Seconds of each, over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
    taken = []
    for _ in range(times):
        body = pages.filing(token)
        began = time.perf_counter()
        connection.request("POST", "/call-me/", body=body, headers=FORM)
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - began)
        assert answer.status == 303, answer.status
    connection.close()
    return taken
