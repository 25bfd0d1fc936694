"""The people of the main job, each with a browser of their own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.faults.harness import Portal, wait_until

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
WAIT = 15_000


# What earlier tests left without an owner, in the hands of somebody who is never on the board.
TAKEN = """
from django.utils import timezone
from mvai.accounts.models import User
from mvai.people.models import Person
from requests.actions import desk
from requests.models import AssistanceRequest
waiting = AssistanceRequest.objects.filter(state="submitted")
if waiting:
    email = "colleague@mvai.example"
    colleague = User.objects.filter(email=email).first() or User.objects.create_user(
        email=email, person=Person.objects.create(full_name="A colleague"),
        roles=["duty_officer"], at=timezone.now())
    for one in waiting:
        desk.take(assistance_request=one, by=colleague, at=timezone.now())
"""


def nobody_waits(portal: Portal) -> None:
    """The board offers the request that waits longest: from now on the next one that is filed."""
    portal.manage("shell", "-c", TAKEN)


@contextmanager
def someone(chrome: Browser, portal: Portal, **settings) -> Iterator[Page]:
    """A person with a fresh browser; any error on their page's console fails the test."""
    said: list[str] = []
    context = chrome.new_context(
        **{"base_url": portal.url, "timezone_id": "America/Chicago", "viewport": DESK, **settings}
    )
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.on("console", lambda message: message.type == "error" and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert not said


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/demo/")
    page.get_by_role("listitem").filter(has_text=email).get_by_role("button").click()
    page.wait_for_url(lambda url: "/account/" not in url)


def go_through_link(page: Page, portal: Portal, *, to: str, holding: str) -> None:
    """Open the link of the last message that holds these words."""
    page.goto(re.search(r"https?://\S+", text_to(portal, to, holding))[0])


def code_for(portal: Portal, to: str) -> str:
    return re.search(r"\b\d{6}\b", text_to(portal, to, "your code is"))[0]


def text_to(portal: Portal, to: str, holding: str) -> str:
    def found() -> str:
        texts = [row["body"] for row in portal.messages(channel="sms", to=to)]
        return next((text for text in reversed(texts) if holding in text), "")

    return wait_until(found, what=f"a text to {to} says “{holding}”")
