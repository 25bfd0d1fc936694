"""Every page as every role: no link leads to a refusal, or to nothing.

The demonstration's own data, since it holds something of everything in many states.
"""

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.outbox import links
from mvai.people.models import Person
from requests.actions.messages import OFFER_LINK, status_url
from requests.models import AssistanceRequest, EmergencyAccess, Offer
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.requests import EmergencyAccessFactory

ROLES = [role.value for role in Role if role != Role.SYSTEM]
OF_A_KIND = 12  # addresses that differ in numbers or in a query only
# What narrows the library; each may stand beside each other one.
NARROWING = {"q", "need", "phase", "kind", "audience", "setting", "hour", "at", "for"}
MOST = 1_200  # pages for one visitor: more means that the crawl runs in circles


class Links(HTMLParser):
    """Addresses that a reader may open: links, forms that only ask, what htmx fetches."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "a" and given.get("href"):
            self.found.append(given["href"] or "")
        if tag == "form" and (given.get("method") or "get").lower() == "get":
            self.found.append(given.get("action") or "")
        if given.get("hx-get"):
            self.found.append(given["hx-get"] or "")


def leading_on(page: str, here: str) -> Iterator[str]:
    """Addresses on this site, without fragments."""
    parser = Links()
    parser.feed(page)
    for address in parser.found:
        parts = urlsplit(address)
        if parts.scheme not in ("", "http", "https") or parts.netloc not in ("", "localhost:8000"):
            continue
        if parts.path.startswith("/static/"):
            continue
        path = parts.path or here
        yield f"{path}?{parts.query}" if parts.query else path


def kind_of(address: str) -> str:
    """The same for addresses of one page about different things."""
    parts = urlsplit(address)
    path = "/".join("#" if any(map(str.isdigit, step)) else step for step in parts.path.split("/"))
    names = {name for name, _value in parse_qsl(parts.query)}
    if names & NARROWING:  # however they are put together
        names = names - NARROWING | {"narrowed"}
    return f"{path}?{'&'.join(sorted(names))}"


def crawl(client: Client, starts: list[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Every page that can be reached: its status, and from where it was first reached."""
    waiting, came_from = list(starts), dict.fromkeys(starts, "(start)")
    statuses: dict[str, int] = {}
    seen_of_kind: dict[str, int] = {}
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        seen_of_kind[kind] = seen_of_kind.get(kind, 0) + 1
        if seen_of_kind[kind] > OF_A_KIND:
            continue
        answer = client.get(address)
        statuses[address] = answer.status_code
        assert len(statuses) < MOST, f"too many pages, the last: {address}"
        if answer.status_code in (301, 302, 303):
            found = iter([answer["Location"]])
        elif answer.get("Content-Type", "").startswith("text/html"):
            found = leading_on(answer.content.decode(), urlsplit(address).path)
        else:
            for close in answer._resource_closers:  # of a file; the response itself stays
                close()
            continue
        for next_one in found:
            if next_one not in came_from:
                came_from[next_one] = address
                waiting.append(next_one)
    return statuses, came_from


@pytest.fixture
def demonstration(db, settings):
    settings.DEMO = True
    call_command("demo", verbosity=0)
    settings.DEMO = False


@pytest.mark.usefixtures("demonstration")
def test_no_link_leads_anybody_to_a_refusal_or_to_nothing():
    troubles, pages = [], 0
    for name, client, starts in visitors():
        statuses, came_from = crawl(client, starts)
        pages += len(statuses)
        troubles += [
            f"{name}: {address} answers {status}, from {came_from[address]}"
            for address, status in statuses.items()
            if status >= 400
        ]

    assert not troubles, "\n".join(troubles)
    assert pages > 200  # the crawl itself works


def visitors() -> Iterator[tuple[str, Client, list[str]]]:
    """Each role as the demonstration has it, or as a new account; with what links bring them."""
    request = AssistanceRequest.objects.open().exclude(owner=None).first()
    public = ["/", status_url(request), *(link_of(offer) for offer in Offer.objects.open()[:1])]
    yield "anonymous", Client(), public
    home = reverse("dashboard:home")
    for role in ROLES:
        user = User.objects.with_role(role).first() or UserFactory(roles=[role])
        if role == Role.ADMINISTRATOR:
            now = timezone.now()
            EmergencyAccessFactory(
                assistance_request=request, by=user, began_at=now,
                ends_at=now + timedelta(minutes=30),
            )  # fmt: skip
        yield role, sign_in(Client(), user), [home, *public]
    for advisor in Person.objects.filter(advisor__offers__isnull=False).distinct()[:3]:
        if hasattr(advisor, "user"):
            own = [
                reverse("requests:my_offer", args=[one.pk]) for one in advisor.advisor.offers.all()
            ]
            yield f"advisor {advisor.pk}", sign_in(Client(), advisor.user), [home, *own]
    everything = UserFactory(roles=[role for role in ROLES if role != Role.AUDITOR])
    yield "all roles", sign_in(Client(), everything), [home, *public]
    assert EmergencyAccess.objects.exists()


def link_of(offer: Offer) -> str:
    token = links.make(
        OFFER_LINK, offer.pk, generation=offer.link_generation, lasts=None, now=offer.offered_at
    )
    return reverse("requests:offer_by_link", args=[token])
