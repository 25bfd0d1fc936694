"""Filing, the board and the workspace over the real web server (gunicorn, 2 workers × 4 threads).

Promised: filing alone p50 ≤ 12 ms and ≥ 130 a second at 8 clients; board and workspace
p50 ≤ 30 ms at 1,000 and 20,000 requests.
"""

import http.client
import re
import statistics
import subprocess
import threading
import time
from urllib.parse import urlencode

import httpx

from tests.faults.harness import Portal, portal
from tools.bootstrap import PYTHON, ROOT

ALONE = 200
CLIENTS, EACH = 8, 120
LOOKS = 80
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_filing_and_the_desks_pages(tmp_path):
    with portal(tmp_path, MVAI_DEMO="1") as one:
        _fill(one, 0)
        _say("an empty view (/healthz)", _times(one, "GET", "/healthz", LOOKS))
        _file(one, 40)  # warm
        _say("filing alone", _file(one, ALONE))
        began = time.perf_counter()
        taken = _file_together(one)
        seconds = time.perf_counter() - began
        print(f"filing at {CLIENTS} clients: {CLIENTS * EACH / seconds:.0f} a second", end="; ")
        _say("each", taken)
        filed = one.scalar(
            "SELECT count(*) FROM requests_assistancerequest WHERE call_name = %s", ["Chief Bench"]
        )
        assert filed == 40 + ALONE + CLIENTS * EACH, "every filing is one request"
        for wanted in (1_000, 20_000):
            _look(one, wanted)


def _look(one: Portal, wanted: int) -> None:
    one.manage("sweep")
    one.query("DELETE FROM duty_alarmstep", owner=True)
    _clear(one)
    _fill(one, wanted)
    reference = one.scalar(
        "SELECT reference FROM requests_assistancerequest WHERE state = 'triaged' LIMIT 1"
    )
    cookie = _sign_in(one)
    for path, name in ((f"/requests/{reference}/", "workspace"), ("/board/", "board")):
        _times(one, "GET", path, 8, cookie)
        _say(f"{name} at {wanted:,} requests", _times(one, "GET", path, LOOKS, cookie))


def _clear(one: Portal) -> None:
    """Forget what filing left, so that the two sizes differ in size only."""
    one.query("TRUNCATE requests_assistancerequest, duty_alarm, outbox_message CASCADE", owner=True)


def _fill(one: Portal, wanted: int) -> None:
    subprocess.run(
        [PYTHON, "-m", "tests.bench.filling", str(wanted)],
        env=one.env | {"DJANGO_SETTINGS_MODULE": "mvai.settings"},
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _file(one: Portal, times: int) -> list[float]:
    return _times(one, "POST", "/call-me/", times, body=_filing())


def _filing() -> str:
    return urlencode({"call_name": "Chief Bench", "call_number": "(202) 555-0143"})


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
    one: Portal, method: str, path: str, times: int, cookie: str = "", body: str | None = None
) -> list[float]:
    """Seconds of each of so many requests over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=30)
    headers = (FORM if body else {}) | ({"Cookie": cookie} if cookie else {})
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        connection.request(method, path, body=body, headers=headers)
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
