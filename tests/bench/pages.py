"""The desk's pages and filing over the real web server (gunicorn, 2 workers × 4 threads).

Promised: board and workspace p50 ≤ 30 ms at 1,000 and at 20,000 requests; filing alone
p50 ≤ 12 ms and ≥ 130 a second at 8 clients, measured with 20,000 requests already there and a
PostgreSQL that waits for its disk.

Filing is measured twice: with nothing but the web server at work, which is the promise, and
with worker, beat and watchdog sending what it promises on the same machine.
"""

import http.client
import random
import re
import statistics
import subprocess
import threading
import time
from collections.abc import Callable
from urllib.parse import urlencode

import httpx

from tests.faults.filing_soaks import Visitor
from tests.faults.harness import NOTHING_IS_DOUBTED, Portal, portal, wait_until
from tools.bootstrap import PYTHON, ROOT

OTHERS = ("worker", "routine", "beat", "watchdog")
WARM, ALONE = 40, 200
CLIENTS, EACH = 8, 120
LOOKS = 80
DUE = (
    "SELECT count(*) FROM outbox_message"
    " WHERE state IN ('promised', 'failed_for_now') AND due_at < now() - interval '10 s'"
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_the_desks_pages_and_filing(tmp_path):
    with portal(tmp_path, durable=True, MVAI_DEMO="1", **NOTHING_IS_DOUBTED) as one:
        _say("an empty view (/healthz)", _times(one, "GET", "/healthz", LOOKS))
        for wanted in (1_000, 20_000):
            _fill(one, wanted)
            _look(one, f"at {wanted:,} requests")
        for name in OTHERS:
            one.stop(name)
        filed = _measure_filing(one, "only the web server at work")
        one.start(*OTHERS)
        filed += _measure_filing(one, "messages being sent beside it")
        assert filed == one.scalar(
            "SELECT count(*) FROM requests_assistancerequest WHERE call_name = %s", ["Chief Bench"]
        ), "every filing is one request"


def _look(one: Portal, when: str) -> None:
    """The demonstration's own requests have a history; those filled in have none."""
    cookie = _sign_in(one)
    talking, choosing = (
        one.scalar(
            "SELECT reference FROM requests_assistancerequest WHERE state = %s ORDER BY id", [state]
        )
        for state in ("engaged", "triaged")
    )
    for name, path in (
        ("board", "/board/"),
        ("board, closed", "/board/?view=closed"),
        ("board, a search", "/board/?q=chief"),
        ("workspace with peers", f"/requests/{talking}/"),
        ("workspace before peers", f"/requests/{choosing}/"),
        ("its ranking of peers", f"/requests/{choosing}/people/"),
    ):
        _times(one, "GET", path, 16, cookie)  # warm: both processes have read the templates
        _say(f"{name} {when}", _times(one, "GET", path, LOOKS, cookie))


def _measure_filing(one: Portal, when: str) -> int:
    _file(one, WARM)
    _say(f"filing alone, {when}", _file(one, ALONE))
    began = time.perf_counter()
    taken = _file_together(one)
    seconds = time.perf_counter() - began
    print(f"filing at {CLIENTS} clients: {CLIENTS * EACH / seconds:.0f} a second", end="; ")
    _say("each", taken)
    return WARM + ALONE + CLIENTS * EACH


def _fill(one: Portal, wanted: int) -> None:
    subprocess.run(
        [PYTHON, "-m", "tests.bench.filling", str(wanted)],
        env=one.env | {"DJANGO_SETTINGS_MODULE": "mvai.settings"},
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    # What is measured is a page, not the worker's share of the demonstration beside it.
    wait_until(lambda: one.scalar(DUE) == 0, seconds=180, what="nothing is due")


def _file(one: Portal, times: int) -> list[float]:
    token = Visitor(one.port, "192.0.2.1").page()
    return _times(one, "POST", "/call-me/", times, body=lambda: filing(token))


def filing(token: str) -> str:
    """What a page sends, each time another request."""
    number = f"(202) {random.randrange(200, 1000)}-{random.randrange(10_000):04}"
    name = {"call_name": "Chief Bench", "call_number": f"{number} x{random.randrange(10_000)}"}
    return urlencode({"attempt": token, **name})


def _file_together(one: Portal) -> list[float]:
    taken: list[float] = []
    clients = [
        threading.Thread(target=lambda: taken.extend(_file(one, EACH))) for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return taken


def _times(
    one: Portal,
    method: str,
    path: str,
    times: int,
    cookie: str = "",
    body: Callable[[], str] | None = None,
) -> list[float]:
    """Seconds of each of so many requests over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=30)
    headers = (FORM if body else {}) | ({"Cookie": cookie} if cookie else {})
    taken = []
    for _ in range(times):
        sent = body() if body else None
        began = time.perf_counter()
        connection.request(method, path, body=sent, headers=headers)
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - began)
        assert answer.status < 400, f"{method} {path}: {answer.status}"
    connection.close()
    return taken


def _sign_in(one: Portal) -> str:
    """The session cookie of the duty officer of the demonstration."""
    with httpx.Client(base_url=one.url, follow_redirects=True) as client:
        page = client.get("/account/demo/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        user = one.scalar("SELECT id FROM accounts_user WHERE email LIKE 'dana.ruiz@%%'")
        answer = client.post(
            "/account/demo/sign-in/", data={"csrfmiddlewaretoken": token[1], "user": user}
        )
        assert answer.status_code == 200
        return f"sessionid={client.cookies['sessionid']}"


def _say(name: str, taken: list[float]) -> None:
    ordered = sorted(taken)
    print(
        f"{name}: p50 {statistics.median(ordered) * 1000:.1f} ms,"
        f" p95 {ordered[int(len(ordered) * 0.95)] * 1000:.1f} ms ({len(ordered)} times)"
    )
