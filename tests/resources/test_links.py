"""Addresses in the library, tried against a server that behaves as servers do."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.urls import reverse

from mvai.outbox import claims, outward
from resources.actions import links
from resources.models import Edition, Link, LinkHost, LinkRound
from resources.rules.links import addresses_of
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.resources import EditionFactory

DAY = timedelta(days=1)


class _Site(BaseHTTPRequestHandler):
    """Paths say what they do: /404, /to/good, /circle, /long/9, /no-head, /slow, /drip."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        site = self.server
        with site.guard:
            site.asked[self.command, self.path] += 1
            site.at_once += 1
            site.most_at_once = max(site.most_at_once, site.at_once)
        try:
            self._say(self.path.strip("/").split("/"))
        finally:
            with site.guard:
                site.at_once -= 1

    def _say(self, parts: list[str]) -> None:
        what = site_says.get(self.path, parts[0])
        if what == "to":
            self._go(302, "/" + "/".join(parts[1:]))
        elif what == "outside":
            self._go(301, "http://10.1.2.3/")
        elif what == "mail":
            self._go(301, "mailto:a@b.example")
        elif what == "circle":
            self._go(302, "/circle")
        elif what == "long":
            self._go(307, f"/long/{int(parts[1]) + 1}")
        elif what == "no-head":
            self._status(405 if self.command == "HEAD" else 200)
        elif what == "drip":
            self._drip()
        elif what.isdigit():
            self._status(int(what))
        else:
            self._status(200)

    def _status(self, code: int) -> None:
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _go(self, code: int, where: str) -> None:
        self.send_response(code)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self) -> None:
        try:
            for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                if self.server.stopping.wait(0.05):
                    return
        except OSError:
            return

    def log_message(self, *args) -> None:
        return


site_says: dict[str, str] = {}


@contextmanager
def a_site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.guard, server.asked = threading.Lock(), Counter()
    server.at_once = server.most_at_once = 0
    server.stopping = threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
        site_says.clear()


@pytest.fixture
def site(settings) -> Iterator[ThreadingHTTPServer]:
    with a_site() as server:
        server.base = f"http://127.0.0.1:{server.server_address[1]}"
        settings.LINKS_INSIDE = [server.base.removeprefix("http://")]
        settings.DEMO = False
        yield server


def link_to(address: str, **facts) -> Edition:
    return EditionFactory(kind="external", card="", address=address, **facts)


def tried(now=NOON) -> Link:
    links._begin(None, now)
    links.work(now)
    return Link.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "result", "status", "why"),
    [
        ("/good", "good", 200, ""),
        ("/good#chapter", "good", 200, ""),
        ("/no-head", "good", 200, ""),
        ("/to/good", "good", 200, ""),
        ("/to/to/to/to/to/good", "good", 200, ""),
        ("/404", "failing", 404, "gone"),
        ("/410", "failing", 410, "gone"),
        ("/500", "failing", 500, "error"),
        ("/to/404", "failing", 404, "gone"),
        ("/circle", "failing", 302, "circle"),
        ("/long/1", "failing", 307, "circle"),
        ("/to/to/to/to/to/to/good", "failing", 302, "circle"),
        ("/outside", "failing", None, "inside"),
        ("/mail", "failing", 301, "elsewhere"),
        ("/429", "unchecked", 429, "refused_us"),
        ("/403", "unchecked", 403, "refused_us"),
        ("/401", "unchecked", 401, "refused_us"),
        ("/503", "unchecked", 503, "refused_us"),
    ],
)
def test_what_a_server_says_becomes_a_verdict(site, path, result, status, why):
    link_to(site.base + path)

    link = tried()

    assert (link.result, link.status, link.why) == (result, status, why)
    assert link.broken_since is None
    assert sum(site.asked.values()) <= 2 * 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]/",
        "http://192.168.1.1/",
        "http://0.0.0.0/",
        "http://2130706433/",
    ],
)
def test_no_address_leads_inside(address):
    assert links.try_address(address).why in {"inside", "unreachable"}
    assert links.try_address(address).status is None


@pytest.mark.parametrize(
    "address", ["http://", "http://a b/", "http://x:99999/", "http://\u00fc.x/"]
)
def test_an_odd_address_is_a_verdict_and_no_fault(address, settings):
    assert links.try_address(address).result == "failing"


def test_a_server_that_drips_holds_nobody(site, monkeypatch):
    monkeypatch.setattr(links, "AN_ADDRESS", 0.5)

    assert links.try_address(site.base + "/drip").why == "no_answer"


def test_a_server_that_is_away_is_said_so(site):
    site.server_close()
    verdict = links.try_address(site.base + "/good")

    assert verdict.why in {"unreachable", "no_answer"}


@pytest.mark.django_db
def test_broken_is_what_failed_twice_a_day_apart(site):
    link_to(site.base + "/404")
    link = tried()
    assert (link.failing_since, link.broken_since, link.due_at) == (
        link.checked_at,
        None,
        link.checked_at + DAY,
    )

    assert links.work(NOON + timedelta(hours=23)) == 0
    assert links.work(NOON + DAY + timedelta(minutes=1)) == 1

    link.refresh_from_db()
    assert link.broken_since == link.failing_since
    assert link.due_at is None


@pytest.mark.django_db
def test_what_answers_again_is_good_again(site):
    link_to(site.base + "/page")
    site_says["/page"] = "404"
    tried()
    links.work(NOON + DAY + timedelta(minutes=1))

    del site_says["/page"]
    link = tried(NOON + 7 * DAY)

    assert (link.result, link.broken_since, link.failing_since) == ("good", None, None)
    assert link.last_good_at == link.checked_at


@pytest.mark.django_db
def test_a_no_to_programs_does_not_mend_and_does_not_break(site):
    link_to(site.base + "/page")
    site_says["/page"] = "404"
    since = tried().failing_since
    site_says["/page"] = "429"

    link = tried(NOON + DAY)

    assert (link.result, link.failing_since, link.broken_since) == ("unchecked", since, None)


@pytest.mark.django_db
def test_every_place_of_an_address_is_looked_through():
    edition = EditionFactory(
        slug="kit",
        card="See [one](https://one.example/a) and [again](https://one.example/a).",
        text="[two](https://two.example)\n\n- [ ] [three](tel:911)",
        sources=[{"title": "S", "address": "https://source.example"}],
    )

    assert addresses_of(edition) == [
        "https://source.example",
        "https://one.example/a",
        "https://two.example",
    ]


@pytest.mark.django_db
def test_a_round_asks_each_address_once_and_forgets_what_nobody_shows(site, settings):
    first = link_to(site.base + "/one")
    link_to(site.base + "/one", slug="other")
    link_to(site.base + "/draft", state="draft")
    links._begin(None, NOON)

    assert links.work(NOON) == 1
    assert site.asked["HEAD", "/one"] == 1
    assert LinkRound.objects.get().ended_at is not None

    first.item.editions.update(state="withdrawn", ended_at=NOON)
    Edition.objects.filter(item__slug="other").update(state="withdrawn", ended_at=NOON)
    links._begin(None, NOON + DAY)
    assert not Link.objects.exists()
    assert not LinkHost.objects.exists()


@pytest.mark.django_db
def test_a_week_later_they_are_tried_again_by_themselves(site, settings, monkeypatch):
    monkeypatch.setattr(links.doorbell, "ask", lambda task: False)
    link_to(site.base + "/one")
    settings.LINK_CHECK = False
    links.sweep(NOON)
    assert not LinkRound.objects.exists()

    settings.LINK_CHECK = True
    for now in (NOON, NOON + DAY, NOON + 7 * DAY, NOON + 8 * DAY):
        links.sweep(now)

    assert site.asked["HEAD", "/one"] == 2
    assert LinkRound.objects.count() == 2


@pytest.mark.django_db
def test_a_worker_that_died_loses_one_question(site, monkeypatch):
    for number in range(5):
        link_to(f"{site.base}/{'page' * (number + 1)}")
    links._begin(None, NOON)
    ask, asked = links.try_address, []

    def dying(address):
        asked.append(address)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return ask(address)

    monkeypatch.setattr(links, "try_address", dying)
    with pytest.raises(KeyboardInterrupt):
        links.work(NOON)
    assert links.progress(LinkRound.objects.get()) == (2, 5)

    assert links.work(NOON + timedelta(seconds=30)) == 0  # the lease of the one that died
    assert links.work(NOON + timedelta(minutes=5)) == 3
    assert links.progress(LinkRound.objects.get()) == (5, 5)
    assert max(site.asked.values()) == 1


@pytest.mark.django_db
def test_a_worker_that_took_too_long_writes_nothing(site):
    link_to(site.base + "/one")
    links._begin(None, NOON)
    [claim] = claims.take(LinkHost.objects.due(NOON), now=NOON)
    LinkHost.objects.update(generation=claim.generation + 1)

    links._try_host(claim, NOON, links.time.monotonic(), 60)

    assert Link.objects.get().checked_at is None


@pytest.mark.django_db(transaction=True)
def test_four_workers_ask_one_server_one_thing_at_a_time(site):
    for number in range(12):
        link_to(f"{site.base}/{'p' * (number + 1)}")
    links._begin(None, NOON)

    def work() -> None:
        try:
            links.work(NOON)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert Link.objects.filter(result="good").count() == 12
    assert max(site.asked.values()) == 1
    assert site.most_at_once == 1


@pytest.mark.django_db
def test_a_name_that_resolves_inside_is_not_asked(monkeypatch, site):
    inside = [(2, 1, 6, "", ("192.168.0.9", 80))]
    monkeypatch.setattr(outward.socket, "getaddrinfo", lambda *a, **k: inside)

    assert links.try_address("http://public.example/").why == "inside"


@pytest.mark.django_db
def test_editors_ask_for_a_round_and_read_what_was_found(client, site):
    kit = link_to(site.base + "/404", slug="kit", title="A page that moved")
    link_to(site.base + "/to/good", slug="other")
    link_to(site.base + "/403", slug="third")
    editor = UserFactory(content_editor=True)
    sign_in(client, editor)
    assert "will stand here" in client.get(reverse("resources:links")).content.decode()

    page = client.post(reverse("resources:check_links"), follow=True).content.decode()
    assert "0 of 3 addresses" in page
    client.post(reverse("resources:check_links"))
    assert LinkRound.objects.count() == 1
    links.work(links_now())

    page = client.get(reverse("resources:links")).content.decode()
    assert "Failed once" in page
    assert kit.title in page
    assert "Open it yourself" in page
    assert f"Leads to {site.base}/good" in " ".join(page.split())
    with pytest.raises(PermissionDenied):
        links.ask(by=UserFactory(program_manager=True), at=NOON)


def links_now():
    from django.utils import timezone

    return timezone.now()
