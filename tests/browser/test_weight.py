"""What a phone with one bar has to carry before a leader can press the button, or read."""

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.people import PHONE, WAIT
from tests.faults.harness import Portal

pytestmark = pytest.mark.browser

MOST_BYTES, MOST_REQUESTS = 60_000, 6


class Scale:
    """Counts what comes over the wire for a page, heads included, and for its icon."""

    def __init__(self, page: Page) -> None:
        self._page, self._sizes, self._addresses = page, {}, {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def weigh(self, path: str) -> tuple[int, list[str]]:
        self._sizes.clear()
        self._addresses.clear()
        self._page.goto(path, wait_until="networkidle")
        addresses = list(self._addresses.values())
        # Browsers differ in when they ask for the icon; it always counts.
        icon = self._page.locator("link[rel=icon]").get_attribute("href")
        extra = 0
        if not any(address.endswith(icon) for address in addresses):
            extra = len(self._page.request.get(icon).body()) + 500
            addresses.append(icon)
        return sum(self._sizes.values()) + extra, addresses

    def _asked(self, event: dict) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict) -> None:
        self._sizes[event["requestId"]] = event["encodedDataLength"]


def test_the_way_in_is_light(running: Portal, chrome: Browser) -> None:
    context = chrome.new_context(
        base_url=running.url, viewport=PHONE, service_workers="block", timezone_id="America/Chicago"
    )
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Who should we call?").fill("Chief Weighed")
    page.get_by_label("Number").fill("(202) 555-0161")
    page.get_by_role("button", name="Call me now").click()
    page.wait_for_url("**/sent/**")
    confirmation = page.url
    status = page.get_by_role("link", name="See where it stands").get_attribute("href")
    running.manage("load_library")
    items = [f"/library/{slug}/" for slug in ("first-24-hours", "first-statement-kit")]
    scale = Scale(page)
    for path in ("/", confirmation, status, "/first-hour/", "/library/kept/", *items):
        weight, addresses = scale.weigh(path)
        assert weight > 20_000, "nothing was weighed"
        assert weight <= MOST_BYTES, (path, weight)
        addresses = [one for one in addresses if not one.startswith("data:")]
        assert len(addresses) <= MOST_REQUESTS, (path, addresses)
        assert not [one for one in addresses if re.search(r"\.(woff2?|ttf|otf)$", one)]
    context.close()
