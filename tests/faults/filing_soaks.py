"""Soaks of filing: under random kills, and under a flood of bogus requests.

Run small by tests/faults/test_filing_soaks.py and in full by tests/bench/filing.py.
"""

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlencode
from uuid import uuid4

from tests.faults.harness import Portal, wait_until

SOMEBODY_ON_DUTY = """
from datetime import timedelta
from django.utils import timezone
from mvai.accounts.models import User
from mvai.duty.models import Shift
from mvai.people.actions import add_contact_point
from mvai.people.models import Channel, Person
now = timezone.now()
person = Person.objects.create(full_name="Dana Soak")
user = User.objects.create_user(
    email="dana@soak.example", person=person, roles=["duty_officer"], at=now)
add_contact_point(person=person, channel=Channel.SMS, value="(202) 555-0143", at=now,
                  consented=True, proven=True)
Shift.objects.create(user=user, role="primary", starts_at=now - timedelta(hours=1),
                     ends_at=now + timedelta(hours=9))
"""
HANDFUL = 6
OF_ONE_NETWORK = 8  # FILINGS_PER_ADDRESS as it is by itself
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LOST = (OSError, http.client.HTTPException)


def put_somebody_on_duty(one: Portal) -> None:
    """Whom alarms page, by text alone."""
    one.manage("shell", "-c", SOMEBODY_ON_DUTY)


class Visitor:
    """A browser, as far as filing needs one: a page, and what is sent from it.

    Behind one proxy, which says from which address the visitor came.
    """

    def __init__(self, port: int, address: str) -> None:
        self._port = port
        self._headers = {"X-Forwarded-For": address}

    def page(self) -> str:
        """The token of a fresh page. Raises LOST, or AssertionError for any other answer."""
        status, body = self._ask("GET", "/")
        assert status == 200, status
        return re.search(r'name="attempt" value="([^"]+)"', body)[1]

    def press(self, token: str, name: str, number: str, **more: str) -> bool:
        """Whether the request is filed, as far as the visitor is told."""
        try:
            status, _body = self._ask("POST", "/call-me/", _form(token, name, number, **more))
        except LOST:
            return False
        return status == 303

    def press_and_hang_up(self, token: str, name: str, number: str, *, after: int) -> None:
        """Send it, and read no more than so many bytes of the answer."""
        connection = self._connection()
        try:
            connection.request(
                "POST", "/call-me/", _form(token, name, number), self._headers | FORM
            )
            if after and connection.sock is not None:
                connection.sock.recv(after)
        except LOST:
            pass
        finally:
            connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = self._connection()
        try:
            connection.request(method, path, body, self._headers | (FORM if body else {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)


def _form(token: str, name: str, number: str, **more: str) -> str:
    return urlencode({"attempt": token, "call_name": name, "call_number": number, **more})


@dataclass(frozen=True)
class Filed:
    """What came of a soak of filing; its checks have passed."""

    filings: int
    kills: Counter
    presses: int
    seconds: float

    def __str__(self) -> str:
        killed = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        return (
            f"{self.filings:,} filings by {self.presses:,} presses in {self.seconds:.0f} s,"
            f" killed: {killed or 'nothing'}; each is one request and rang once"
        )


def file_through_kills(
    one: Portal, *, filings: int, clients: int, pause: tuple[float, float], seconds: float
) -> Filed:
    """So many leaders ask, some twice at once, some cut off, while processes and Redis die.

    Each presses until the page says that it has the request. Then exactly these are there. The
    `pause` between two deaths lies between these; `seconds` are for the last pages to leave.
    """
    put_somebody_on_duty(one)
    presses: Counter = Counter()
    kills: Counter = Counter()
    began = time.monotonic()
    with ThreadPoolExecutor(clients) as crowd:
        asking = [crowd.submit(_insist, one.port, number, presses) for number in range(filings)]
        # A child is ended with the thread that began it, so the killing is done here.
        _kill_at_random(one, asking, kills, pause)
        for each in asking:
            each.result()
    took = time.monotonic() - began
    for name in ("web", "worker"):
        if not one.is_alive(name):
            one.start(name)
    if not one.redis.is_running:
        one.redis.start()
    _check_filed(one, filings, seconds)
    return Filed(filings, kills, sum(presses.values()), took)


def _insist(port: int, number: int, presses: Counter) -> None:
    """One leader. By the number, every tenth presses twice at once, every twentieth is cut off."""
    chance = random.Random(number)
    visitor = Visitor(port, f"198.51.{number // 250 % 250}.{number % 250}")
    typed = (f"Chief {number:05}", f"(202) 555-{number % 10_000:04}")
    token = _keep_trying(visitor.page)
    if number % 20 == 7:
        presses["cut off"] += 1
        visitor.press_and_hang_up(token, *typed, after=chance.choice((0, 1, 20)))
    if number % 10 == 3:
        presses["doubled"] += 1
        twice = threading.Thread(target=visitor.press, args=(token, *typed))
        twice.start()
    while not visitor.press(token, *typed):
        presses["again"] += 1
        time.sleep(chance.uniform(0.1, 0.5))
    presses["heard"] += 1
    if number % 10 == 3:
        twice.join()


def _keep_trying(ask: Callable[[], str]) -> str:
    end = time.monotonic() + 300
    while True:
        try:
            return ask()
        except (*LOST, AssertionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _kill_at_random(one: Portal, asking: list, kills: Counter, pause: tuple[float, float]) -> None:
    chance = random.Random(11)
    waiting = set(asking)
    first = ["web"]  # however soon all are filed, the web processes were killed among it
    while waiting:
        _done, waiting = wait(waiting, timeout=chance.uniform(*pause))
        name = first.pop() if first else chance.choice(("web", "worker", "redis"))
        if name == "redis":
            one.redis.kill()
            wait(waiting, timeout=chance.uniform(0.0, 2.0))
            one.redis.start()
        else:
            if not one.is_alive(name):
                continue
            one.kill(name)
            one.start(name)
            if name == "web":  # one that is killed while it starts files nothing at all
                wait_until(one.is_ready, seconds=120, what=one.why_not_ready)
        kills[name] += 1


def _check_filed(one: Portal, filings: int, seconds: float) -> None:
    rows = one.scalar("SELECT count(*) FROM requests_assistancerequest")
    names = one.scalar("SELECT count(DISTINCT call_name) FROM requests_assistancerequest")
    assert (rows, names) == (filings, filings), f"{rows} requests of {names} of {filings} leaders"
    marked = one.scalar("SELECT count(*) FROM requests_assistancerequest WHERE check_first")
    assert not marked, f"{marked} are marked: the soak's own limits are too low"
    rang = one.query(
        "SELECT count(*), count(DISTINCT subject_id), max(generation) FROM duty_alarm"
        " WHERE kind = 'request_filed'"
    )[0]
    assert rang == (filings, filings, 1), f"alarms, requests they are about, rings: {rang}"
    texts = "SELECT count(*) FROM outbox_message WHERE purpose = 'request_received'"
    assert one.scalar(texts) == filings
    first_pages = (
        "SELECT count(*), count(DISTINCT subject_id) FROM outbox_message"
        " WHERE purpose = 'alarm_page' AND channel = 'sms' AND occurrence = '1.1'"
    )
    assert one.query(first_pages)[0] == (filings, filings)
    unsent = f"{first_pages} AND state IN ('promised', 'claimed', 'failed_for_now')"
    wait_until(
        lambda: not one.query(unsent)[0][0],
        seconds=seconds,
        what=lambda: f"{one.query(unsent)[0][0]} pages still wait",
    )


# A flood


@dataclass(frozen=True)
class Flood:
    """How the desk fared: pages by text for so many bogus requests, and the real ones' waits."""

    bogus: int
    real: int
    pages_for_bogus: int
    slow: int  # programs that meant to be quick and, on a busy machine, took as long as people
    waits: list[float]

    def __str__(self) -> str:
        return (
            f"{self.bogus} bogus requests, {self.slow} of them slow as people:"
            f" {self.pages_for_bogus} pages; {self.real} real ones"
            f" between them: page handed over after {median(self.waits):.2f} s,"
            f" at most {max(self.waits):.2f} s"
        )


def flood(one: Portal, *, bogus: int, real: int, seconds: float) -> Flood:
    """Bogus requests of four kinds, evenly within `seconds`, and real ones between them.

    The portal runs with TRUSTED_PROXIES=1: every visitor has an address.
    """
    put_somebody_on_duty(one)
    with ThreadPoolExecutor(8 + real) as crowd:
        sent = [
            crowd.submit(_leader, one.port, number, pause)
            for number, pause in enumerate(_evenly(real, seconds))
        ]
        slow: list[int] = []
        programs = _programs(one.port, slow)
        began = time.monotonic()
        for number, when in enumerate(_evenly(bogus, seconds)):
            time.sleep(max(0.0, began + when - time.monotonic()))
            sent.append(crowd.submit(next(programs), number))
        assert all(one_sent.result() for one_sent in sent), "every one of them is told it is filed"
    return _fared(one, bogus, real, len(slow))


def _evenly(count: int, seconds: float) -> list[float]:
    return [seconds * number / count for number in range(count)]


def _leader(port: int, number: int, pause: float) -> bool:
    """Opens the page, types as people do, and presses once."""
    time.sleep(pause)
    visitor = Visitor(port, f"203.0.113.{number + 1}")
    token = visitor.page()
    time.sleep(4)
    return visitor.press(token, f"Chief Real {number}", f"(404) 555-{number:04}")


def _programs(port: int, slow: list[int]) -> Iterator[Callable[[int], bool]]:
    """In turn: one without a page, one that fills in every field, one page sent by a thousand
    addresses, and one that is merely quick. Where it is not, its number joins `slow`: then what
    tells it apart is its network.
    """
    shared = Visitor(port, "192.0.2.1").page()
    time.sleep(3)

    def typed(number: int) -> tuple[str, str]:
        return f"Bogus {uuid4().hex[:8]}", f"(303) 555-{number % 10_000:04}"

    def from_anywhere(number: int) -> Visitor:
        return Visitor(port, f"198.51.{number // 250}.{number % 250}")

    def quick(number: int) -> bool:
        began, visitor = time.monotonic(), Visitor(port, "192.0.2.9")
        filed = visitor.press(visitor.page(), *typed(number))
        if time.monotonic() - began > 1:  # a page knows its age to the second
            slow.append(number)
        return filed

    while True:
        yield lambda number: Visitor(port, "192.0.2.7").press("", *typed(number))
        yield lambda number: from_anywhere(number).press(shared, *typed(number), topic="Buy")
        yield lambda number: from_anywhere(number).press(shared, *typed(number))
        yield quick


def _fared(one: Portal, bogus: int, real: int, slow: int) -> Flood:
    of_real = (
        "FROM requests_assistancerequest AS request"
        " JOIN duty_alarm AS alarm ON alarm.subject_id = request.id"
        " AND alarm.subject_type = 'requests.assistancerequest' AND alarm.kind = 'request_filed'"
        " JOIN outbox_message AS page ON page.subject_id = alarm.id"
        " AND page.subject_type = 'duty.alarm' AND page.purpose = 'alarm_page'"
        " AND page.channel = 'sms' AND page.occurrence = '1.1'"
        " WHERE request.call_name LIKE 'Chief Real%'"
    )
    left = f"SELECT count(*) {of_real} AND page.handed_over_at IS NOT NULL"
    wait_until(
        lambda: one.scalar(left) == real,
        seconds=60,
        what=lambda: f"{one.scalar(left)} of {real} real ones were paged",
    )
    waits = one.query(
        f"SELECT extract(epoch FROM page.handed_over_at - request.submitted_at) {of_real}"
    )
    total = one.scalar(
        "SELECT count(*) FROM outbox_message WHERE purpose = 'alarm_page' AND channel = 'sms'"
        " AND occurrence LIKE '1.1%'"
    )
    filed = one.scalar("SELECT count(*) FROM requests_assistancerequest")
    assert filed == bogus + real, f"{filed} of {bogus + real} are there"
    marked = "SELECT count(*) FROM requests_assistancerequest WHERE call_name LIKE %s"
    unmarked = one.scalar(f"{marked} AND check_first", ["Chief Real%"])
    assert not unmarked, f"{unmarked} real ones are marked"
    return Flood(bogus, real, total - real, slow, [float(seconds) for (seconds,) in waits])
