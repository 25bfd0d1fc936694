"""The way in without a network, in a real browser: nothing typed is lost, nothing is sent twice."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import PHONE, WAIT
from tests.faults.harness import Portal, portal, wait_until

pytestmark = pytest.mark.browser

NUMBER = "(202) 555-0133"
COUNT = "SELECT count(*) FROM requests_assistancerequest WHERE call_name = %s"
KEPT = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("mvai", 1);
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("kept").objectStore("kept").getAll();
    all.onsuccess = () => { asked.result.close(); resolve(all.result); };
  };
})"""
WORKS_HERE = """() => new Promise((resolve) => {
  const worker = navigator.serviceWorker;
  worker.controller ? resolve() : worker.addEventListener("controllerchange", () => resolve());
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A web server alone over a database, to be stopped and started again."""
    folder = tmp_path_factory.mktemp("offline")
    with portal(folder / "var", start=("web",), PROGRAM_NUMBER="(800) 555-0100") as one:
        yield one


@pytest.fixture
def context(site: Portal, chrome: Browser) -> Iterator[BrowserContext]:
    made = chrome.new_context(base_url=site.url, viewport=PHONE, timezone_id="America/Chicago")
    made.set_default_timeout(WAIT)
    yield made
    made.close()


def visited(context: BrowserContext, path: str = "/") -> Page:
    """A page of somebody who was here before, so that the device holds a copy."""
    page = context.new_page()
    page.goto(path)
    page.evaluate(WORKS_HERE)
    return page


def ask(page: Page, name: str) -> None:
    page.get_by_label("Who should we call?").fill(name)
    page.get_by_label("Number").fill(NUMBER)
    page.get_by_role("button", name="Call me now").click()


def held(page: Page) -> list | None:
    """What the device keeps; None while the page is being left."""
    try:
        return page.evaluate(KEPT)
    except Error:
        return None


def not_sent(page: Page):
    return page.get_by_role("region", name="Not sent yet. We keep trying.")


def test_the_way_in_and_the_first_card_open_without_a_network(context: BrowserContext) -> None:
    page = visited(context)
    context.set_offline(True)
    page.goto("/")
    expect(page.get_by_role("button", name="Call me now")).to_be_visible()
    page.goto("/?lang=en")
    expect(page.get_by_role("button", name="Call me now")).to_be_visible()
    page.goto("/first-hour/")
    expect(page.get_by_role("heading", name="While you wait")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.sheet')).paddingLeft") != "0px"


def test_each_opening_of_the_copy_is_an_attempt_of_its_own(context: BrowserContext) -> None:
    page = visited(context)
    context.set_offline(True)
    attempts = set()
    for _ in range(2):
        page.goto("/")
        attempts.add(page.locator("[name=attempt]").input_value())
    assert len(attempts) == 2
    assert all(attempt.startswith("device-") for attempt in attempts)


def test_sent_without_a_network_it_waits_and_is_sent_once(
    site: Portal, context: BrowserContext
) -> None:
    page = visited(context)
    context.set_offline(True)
    page.goto("/")
    ask(page, "Chief Offline")
    expect(not_sent(page)).to_be_visible()
    expect(not_sent(page)).to_be_focused()
    expect(not_sent(page)).to_contain_text(f"Chief Offline, {NUMBER}")
    call = not_sent(page).get_by_role("link", name="(800) 555-0100")
    button = not_sent(page).get_by_role("button", name="Try now")
    assert call.bounding_box()["height"] == button.bounding_box()["height"]
    assert call.bounding_box()["width"] == button.bounding_box()["width"]
    context.set_offline(False)
    page.wait_for_url("**/sent/**")
    assert site.scalar(COUNT, ["Chief Offline"]) == 1
    assert page.evaluate(KEPT) == []
    page.goto("/")
    expect(page.get_by_role("button", name="Call me now")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_waits_can_be_read(context: BrowserContext, scheme: str) -> None:
    page = visited(context)
    page.emulate_media(color_scheme=scheme)
    context.set_offline(True)
    page.goto("/")
    assert_readable(page)
    ask(page, "Chief Read")
    not_sent(page).get_by_text("Forget this on my device").click()
    expect(not_sent(page).get_by_role("button", name="Forget this")).to_be_visible()
    assert_readable(page)
    page.goto("/first-hour/")
    assert_readable(page)


def test_a_reload_without_a_network_still_remembers(site: Portal, context: BrowserContext) -> None:
    page = visited(context)
    context.set_offline(True)
    ask(page, "Chief Reload")
    expect(not_sent(page)).to_be_visible()
    before = page.evaluate(KEPT)
    page.reload()
    expect(not_sent(page)).to_contain_text("Chief Reload")
    assert page.evaluate(KEPT) == before
    context.set_offline(False)
    page.wait_for_url("**/sent/**")
    assert site.scalar(COUNT, ["Chief Reload"]) == 1


def test_the_next_visit_sends_what_waited(site: Portal, context: BrowserContext) -> None:
    page = visited(context)
    context.set_offline(True)
    ask(page, "Chief Later")
    expect(not_sent(page)).to_be_visible()
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/")
    # The browser may have sent it by itself meanwhile; then the page is as new.
    wait_until(lambda: site.scalar(COUNT, ["Chief Later"]) == 1, what="it was sent")
    wait_until(lambda: held(page) == [], what="the device has forgotten it")
    assert site.scalar(COUNT, ["Chief Later"]) == 1


def test_forgetting_erases_it_and_sends_nothing(site: Portal, context: BrowserContext) -> None:
    page = visited(context)
    context.set_offline(True)
    ask(page, "Chief Forgotten")
    not_sent(page).get_by_text("Forget this on my device").click()
    not_sent(page).get_by_role("button", name="Forget this").click()
    expect(page.get_by_text("no longer holds what you wrote")).to_be_focused()
    assert page.evaluate(KEPT) == []
    assert page.get_by_label("Who should we call?").input_value() == ""
    context.set_offline(False)
    page.reload()
    expect(page.get_by_role("button", name="Call me now")).to_be_visible()
    assert site.scalar(COUNT, ["Chief Forgotten"]) == 0


def test_two_tabs_send_one_request_and_both_learn_of_it(
    site: Portal, context: BrowserContext
) -> None:
    page = visited(context)
    context.set_offline(True)
    ask(page, "Chief Twice")
    expect(not_sent(page)).to_be_visible()
    other = context.new_page()
    other.goto("/")
    expect(not_sent(other)).to_contain_text("Chief Twice")
    context.set_offline(False)
    for tab in (page, other):
        tab.wait_for_url("**/sent/**")
    assert site.scalar(COUNT, ["Chief Twice"]) == 1


def test_a_web_server_that_is_down_loses_nothing(site: Portal, context: BrowserContext) -> None:
    page = visited(context)
    site.stop("web")
    page.goto("/")
    ask(page, "Chief Down")
    expect(not_sent(page)).to_be_visible()
    site.start("web")
    wait_until(site.is_ready, seconds=60, what=site.why_not_ready)
    not_sent(page).get_by_role("button", name="Try now").click()
    page.wait_for_url("**/sent/**")
    assert site.scalar(COUNT, ["Chief Down"]) == 1


def test_a_database_that_is_away_loses_nothing(site: Portal, context: BrowserContext) -> None:
    page = visited(context)
    site.postgres.stop()
    page.goto("/")
    ask(page, "Chief Away")
    expect(not_sent(page)).to_be_visible()
    site.postgres.start()
    not_sent(page).get_by_role("button", name="Try now").click()
    page.wait_for_url("**/sent/**")
    assert site.scalar(COUNT, ["Chief Away"]) == 1


def test_what_the_server_finds_amiss_is_shown(site: Portal, context: BrowserContext) -> None:
    page = visited(context)
    name = page.get_by_label("Who should we call?")
    name.evaluate("input => input.removeAttribute('maxlength')")
    ask(page, "x" * 201)
    page.wait_for_url("**/call-me/")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate(KEPT) == []


def test_an_empty_form_is_answered_by_the_server(context: BrowserContext) -> None:
    page = visited(context)
    page.get_by_role("button", name="Call me now").click()
    page.wait_for_url("**/call-me/")
    expect(page.get_by_role("alert")).to_contain_text("Tell us who to ask for")


@pytest.mark.parametrize(
    "missing",
    [
        "Object.defineProperty(window, 'indexedDB', { value: undefined })",
        "delete Navigator.prototype.serviceWorker",
        "delete Navigator.prototype.locks; delete window.BroadcastChannel",
    ],
    ids=["nothing can be kept", "no worker", "no locks"],
)
def test_an_old_or_private_browser_sends_it_all_the_same(
    site: Portal, context: BrowserContext, missing: str
) -> None:
    context.add_init_script(missing)
    page = context.new_page()
    page.goto("/")
    name = f"Chief {abs(hash(missing))}"
    ask(page, name)
    page.wait_for_url("**/sent/**")
    assert site.scalar(COUNT, [name]) == 1


def test_switched_off_the_device_forgets_its_copies_and_keeps_what_waits(
    site: Portal, context: BrowserContext
) -> None:
    page = visited(context)
    context.set_offline(True)
    ask(page, "Chief Switch")
    expect(not_sent(page)).to_be_visible()
    page.close()
    site.stop("web")
    context.set_offline(False)
    site.env["OFFLINE_COPY"] = "off"
    site.start("web")
    wait_until(site.is_ready, seconds=60, what=site.why_not_ready)
    page = context.new_page()
    page.goto("/about/")
    wait_until(lambda: page.evaluate("caches.keys()") == [], what="no copy is left")
    wait_until(
        lambda: (
            page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
        ),
        what="no worker is left",
    )
    page.goto("/")
    wait_until(lambda: site.scalar(COUNT, ["Chief Switch"]) == 1, what="it was sent")


def test_without_javascript_it_is_a_plain_form(site: Portal, chrome: Browser) -> None:
    plain = chrome.new_context(base_url=site.url, java_script_enabled=False, viewport=PHONE)
    page = plain.new_page()
    page.goto("/")
    assert not not_sent(page).is_visible()
    ask(page, "Chief Plain")
    page.wait_for_url("**/sent/**")
    plain.close()
    assert site.scalar(COUNT, ["Chief Plain"]) == 1
