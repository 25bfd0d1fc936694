"""Every address, with what no form would send: a sentence or a refusal, never a broken page.

Each form is filled in rightly but for one field; a page's query is odd as a whole and one part
at a time. What was taken is read back, since a row may break the page that shows it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from mvai.duty import kinds
from tests.access_matrix import MATRIX
from tests.access_rows import (
    ANONYMOUS,
    OK,
    Row,
)
from tests.factories import NOON
from tests.right_answers import RIGHT
from tests.test_access import World, addresses

NUL = "a\x00b"
LONG, FAR = "9" * 30, "9999-12-31"
ODD = (
    NUL,
    LONG,
    "9" * 5000,
    "-1",
    "\u0663",  # a digit, but not of ours
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60,
    "\u202e\ufeff\u2028",
    "%s %(name)s {0} {{ x }} {% now %}",
    "0001-01-01",
    FAR,
    "0001-01-01T00:00",
    "9999-12-31T23:59",
)
LIKELY_TO_SEE = (
    "program_manager", "own_advisor", "auditor", "administrator", "content_editor", ANONYMOUS,
)  # fmt: skip

# What the pages read from their addresses.
ASKED = (
    "q", "page", "before", "view", "do", "id", "show", "state", "urgency", "owner", "place",
    "filters", "said", "logged", "added", "code", "verb", "person", "label", "kind", "since",
    "until", "purpose", "channel", "reference", "need", "phase", "discipline", "setting", "free",
    "program", "next", "with", "user", "record", "result", "address", "role", "standing", "time",
    "audience", "hour", "told",
)  # fmt: skip

# Of these, what is a day or a number.
NUMBERED = ("page", "before", "id", "since", "until", "user")

# Pages that read more than one of them: there each is asked alone, too.
FILTERED = {
    "requests:board", "requests:workspace", "outbox:messages", "dashboard:audit", "members:list",
    "advisors:roster", "resources:library", "agencies:suggest", "advisors:prospects",
    "requests:inquiries", "resources:desk",
}  # fmt: skip

# Pages that show what others wrote: a row that can't be shown breaks them for everybody.
SHOWING = {
    "program_manager": (
        "requests:board",
        "duty:roster",
        "requests:inquiries",
        "advisors:prospects",
    ),
    "own_advisor": ("dashboard:advisor_home",),
    "administrator": ("members:list",),
    "content_editor": ("resources:desk",),
}


def who_may(row: Row, method: str) -> str | None:
    answers = row.get if method == "get" else row.post
    return next((name for name in LIKELY_TO_SEE if answers.get(name) == OK), None)


def pages() -> Iterator[str]:
    return (name for name, row in MATRIX.items() if who_may(row, "get"))


def forms() -> Iterator[str]:
    return (name for name, row in MATRIX.items() if who_may(row, "post"))


def is_numbered(said: str) -> bool:
    """A day, a time, a number or a row's key, in a right answer."""
    return said[:1].isdigit()


def right_answer(name: str, row: Row, world: World) -> dict[str, Any]:
    right = RIGHT.get(name, {})
    return dict(right(world) if callable(right) else right) or dict(row.data(world))


def with_part(address: str, part: str, value: str) -> str:
    """The address with another value in place of a part: a key may stand in a token, too."""
    steps = address.split("/")
    if part not in steps:
        return f"/{address[1:].replace(part, value, 1)}"
    place = len(steps) - 1 - steps[::-1].index(part)
    return "/".join([*steps[:place], value, *steps[place + 1 :]])


def broken(client: Client, method: str, address: str, data: Mapping[str, Any], then=()) -> str:
    """What went wrong, in words; the database is afterward as it was before."""
    with transaction.atomic():
        try:
            response = getattr(client, method)(address, data)
            if response.streaming:
                b"".join(response.streaming_content)  # to its end: only then is its file closed
            if response.status_code in (302, 303) and response["Location"].startswith("/"):
                client.get(response["Location"])
                for name in then:
                    client.get(reverse(name))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            transaction.set_rollback(True)
    return ""


def check(found: list[tuple[Any, ...]]) -> None:
    assert not found, "\n".join(" ".join(str(part)[:200] for part in one) for one in found)


@pytest.fixture(autouse=True)
def _world_at_noon(settings, monkeypatch) -> Iterator[None]:
    settings.DEMO = False
    settings.ACCOUNT_RATE_LIMITS = False
    door = kinds.AlarmKind("doorbell", "Door", lambda pk: "/", lambda *_taken: None)
    monkeypatch.setitem(kinds._kinds, "doorbell", door)
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(pages()))
def test_no_query_breaks_a_page(name):
    row, world = MATRIX[name], World()
    address = reverse(name, kwargs=row.arguments(world))
    client = world.visitor(who_may(row, "get"))
    queries = [dict.fromkeys(ASKED, odd) for odd in (NUL, LONG, FAR)]
    if name in FILTERED:
        queries += [{asked: NUL} for asked in ASKED] + [{asked: FAR} for asked in NUMBERED]

    check([(query, wrong) for query in queries if (wrong := broken(client, "get", address, query))])


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(forms()))
def test_no_field_breaks_a_form_or_what_shows_it(name):
    row, world = MATRIX[name], World()
    _ = world.shift
    visitor = who_may(row, "post")
    right = right_answer(name, row, world)
    address = reverse(name, kwargs=row.arguments(world))
    client = world.visitor(visitor)
    then = SHOWING.get(visitor, ())
    attempts = [{}, dict.fromkeys(("note", "next"), NUL)]
    if right:
        attempts += [right, *(dict.fromkeys(right, odd) for odd in ODD)]
        attempts += [right | {field: NUL} for field in right]
        attempts += [right | {field: FAR} for field, said in right.items() if is_numbered(said)]

    check(
        [
            ({k: v for k, v in data.items() if right.get(k) != v}, wrong)
            for data in attempts
            if (wrong := broken(client, "post", address, data, then))
        ]
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(addresses()))
def test_no_address_breaks_with_an_odd_part(name):
    row, world = MATRIX[name], World()
    arguments = row.arguments(world)
    if not arguments:
        return
    usual = reverse(name, kwargs=arguments)
    # What a form sends, so that nothing but the address is odd.
    sent = {"get": {}, "post": right_answer(name, row, world) if who_may(row, "post") else {}}
    clients = {
        method: world.visitor(who_may(row, method) or "program_manager")
        for method in ("get", "post")
    }
    odd = (
        "0",
        "9" * 18,
        "9" * 25,
        "9" * 5000,
        "zzzzzzzzzzzzz",
        "zzzz-0-0.AAAA",
        "%00",
        "%ED%A0%80",
    )
    found = []
    for part in arguments.values():
        for value in odd:
            address = with_part(usual, str(part), value)
            for method, client in clients.items():
                if wrong := broken(client, method, address, sent[method]):
                    found.append((method, address[:60], wrong))
    check(found)
