"""An item on a device: read, ticked, filled in, printed, kept, and opened without a network."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import library_items
from tests.browser.looking import assert_fits, assert_readable
from tests.browser.people import DESK, PHONE, WAIT, sign_in
from tests.faults.harness import Portal, portal, wait_until

pytestmark = pytest.mark.browser

EDITOR = """
from django.utils import timezone
from mvai.accounts.models import User
from mvai.people.models import Person
User.objects.create_user(email="owen@mvai.example", roles=["content_editor"], at=timezone.now(),
                         person=Person.objects.create(full_name="Owen Castellano"))
"""
WITHDRAW = """
from django.utils import timezone
from resources.actions.catalog import put_on_show
from resources.models import Edition
for edition in Edition.objects.filter(item__slug="taken-off"):
    edition.state, edition.ended_at = "withdrawn", timezone.now()
    edition.save()
    put_on_show(edition.item)
"""
USED = "SELECT {} FROM resources_itemuse JOIN resources_item i ON i.id = item_id WHERE i.slug = %s"
BOXES = "[data-item] .prose input[type=checkbox]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reading")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Portal]:
    """A web server over a demonstration's settings, so that drafts are on show."""
    with portal(folder / "var", start=("web",), MVAI_DEMO="1") as one:
        library_items.put(one, folder / "items")
        one.manage("shell", "-c", EDITOR)
        yield one


@pytest.fixture
def context(site: Portal, chrome: Browser) -> Iterator[BrowserContext]:
    made = chrome.new_context(base_url=site.url, viewport=PHONE, timezone_id="America/Chicago")
    made.set_default_timeout(WAIT)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def keep(page: Page, path: str = "/library/kit/") -> None:
    page.goto(path)
    page.get_by_role("button", name="Keep on this device").click()
    expect(page.get_by_text("On this device, and it opens without a network.")).to_be_visible()


def test_a_kept_page_opens_without_a_network_and_says_since_when(
    context: BrowserContext, page: Page
) -> None:
    keep(page)
    assert_readable(page)
    context.set_offline(True)
    page.goto("/library/kit/")
    expect(page.get_by_role("heading", name="The first hours")).to_be_visible()
    expect(page.get_by_text("This is the copy on your device.")).to_contain_text(
        re.compile(r"Kept on \w{3} \d+, 20\d\d, version 1\.")
    )
    # With its style and its scripts.
    assert page.evaluate("getComputedStyle(document.querySelector('.sheet')).paddingLeft") != "0px"
    page.locator(BOXES).first.check()
    expect(page.get_by_text("1 of 3 done")).to_be_visible()
    assert_readable(page)


def test_a_page_that_is_not_kept_says_so_calmly_and_offers_what_is(
    context: BrowserContext, page: Page
) -> None:
    keep(page)
    context.set_offline(True)
    for path in ("/library/hard/", "/library/", "/library/?q=sleep"):
        page.goto(path)
        expect(page.get_by_role("heading", name="That page is not on this device")).to_be_visible()
        expect(page.get_by_role("link", name="The first hours")).to_be_visible()
    assert_readable(page)
    page.goto("/es/library/hard/")
    expect(page.get_by_role("heading", name="Esa página no está")).to_be_visible()
    page.goto("/library/hard/")
    page.get_by_role("link", name="The first hours").click()
    expect(page.get_by_role("heading", name="Later")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("button", name="Call me now")).to_be_visible()


def test_one_page_or_all_of_them_can_be_taken_off_the_device(
    context: BrowserContext, page: Page
) -> None:
    page.goto("/library/kept/")
    expect(page.get_by_text("Nothing is kept here yet")).to_be_visible()
    assert_readable(page)
    keep(page)
    keep(page, "/library/hard/")
    page.goto("/library/kept/")
    rows = page.locator("[data-kept-rows] > li")
    expect(rows).to_have_count(2)
    assert_readable(page)
    page.get_by_role("button", name="Remove: A hard page").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_role("button", name="Put it back")).to_be_focused()
    assert_readable(page)
    page.get_by_role("button", name="Put it back").click()
    expect(rows).to_have_count(2)
    context.set_offline(True)
    page.goto("/library/hard/")
    expect(page.get_by_text("This is the copy on your device.")).to_be_visible()
    page.goto("/library/kept/")
    page.get_by_text("Remove everything").first.click()
    page.get_by_role("button", name="Remove everything").click()
    expect(page.get_by_text("Nothing is kept here yet")).to_be_visible()
    assert page.evaluate("caches.has('library')") is False


def test_the_copy_is_as_anybody_sees_the_page(context: BrowserContext, page: Page) -> None:
    sign_in(page, "owen@mvai.example")
    page.goto("/library/kit/")
    expect(page.get_by_text("Owen Castellano").first).to_be_attached()
    keep(page)
    text = page.evaluate("caches.match('/library/kit/').then((answer) => answer.text())")
    assert "Owen" not in text
    assert "csrf" not in text.lower()
    headers = page.evaluate(
        "caches.match('/library/kit/').then((answer) => Object.fromEntries(answer.headers))"
    )
    assert "default-src 'self'" in headers["content-security-policy"]


def test_of_a_newer_version_the_device_learns_and_renews(
    site: Portal, folder: Path, page: Page
) -> None:
    keep(page)
    page.locator(BOXES).nth(0).check()
    page.locator(BOXES).nth(2).check()
    library_items.put(site, folder / "items", version=2, line="Rest, eat, and call home.")
    try:
        page.reload()
        expect(page.get_by_text("This page has changed since you kept it.")).to_be_visible()
        # Ticks on lines that stayed are there; the changed line is a new one.
        expect(page.locator(BOXES).nth(0)).to_be_checked()
        expect(page.locator(BOXES).nth(2)).not_to_be_checked()
        marked = page.locator("li.tick", has_text="New line")
        expect(marked).to_have_count(1)
        expect(marked).to_contain_text("call home")
        assert_readable(page)
        page.reload()
        expect(marked).to_have_count(1)
        page.get_by_role("button", name="Take the marks off").click()
        expect(marked).to_have_count(0)
        page.reload()
        expect(page.locator(BOXES).nth(0)).to_be_checked()
        expect(marked).to_have_count(0)

        page.goto("/library/kept/")
        expect(page.get_by_text("There is a newer version.")).to_be_visible()
        assert_readable(page)
        page.get_by_role("button", name="Renew: The first hours").click()
        expect(page.get_by_text("It is the newest now.")).to_be_visible()
        expect(page.get_by_text("version 2.")).to_be_visible()
    finally:
        library_items.put(site, folder / "items")


def test_a_kept_page_that_was_withdrawn_is_named_as_such(site: Portal, page: Page) -> None:
    page.goto("/library/taken-off/")
    expect(page.get_by_role("link", name="Open at work.example")).to_be_visible()
    assert_readable(page)
    page.evaluate("shelf.keep('/library/taken-off/')")
    site.manage("shell", "-c", WITHDRAW)
    page.goto("/library/kept/")
    expect(page.get_by_text("It was taken out of the library.")).to_be_visible()
    assert page.goto("/library/taken-off/").status == 410
    expect(page.get_by_role("heading", name="This page was withdrawn")).to_be_visible()
    expect(page.get_by_role("link", name="The first hours")).to_be_visible()
    assert_readable(page)


def test_ticks_are_there_after_a_reload_and_can_be_cleared_and_put_back(page: Page) -> None:
    page.goto("/library/kit/")
    chapters = page.locator(".done")
    expect(chapters).to_have_text(["0 of 2 done", "0 of 1 done"])
    page.get_by_text("Call", exact=False).locator("xpath=ancestor::label").first.locator(
        "input"
    ).check()
    page.get_by_label("Rest, and eat.").check()
    page.reload()
    expect(chapters).to_have_text(["1 of 2 done", "1 of 1 done"])
    expect(page.locator("[data-ticks-total]")).to_have_text("2 of 3 done")
    page.get_by_role("button", name="Clear my ticks").click()
    expect(page.locator("[data-ticks-total]")).to_have_text("0 of 3 done")
    expect(page.get_by_role("button", name="Put them back")).to_be_focused()
    assert_readable(page)
    page.get_by_role("button", name="Put them back").click()
    expect(page.locator("[data-ticks-total]")).to_have_text("2 of 3 done")
    page.get_by_role("button", name="Clear my ticks").click()
    page.reload()
    expect(page.locator("[data-ticks-total]")).to_have_text("0 of 3 done")
    assert page.evaluate("localStorage.getItem('ticks:kit')") is None


def test_ticks_are_sent_nowhere(page: Page) -> None:
    page.goto("/library/kit/", wait_until="networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.locator(BOXES).first.check()
    page.get_by_role("textbox", name="what you said").fill("We are here.")
    page.wait_for_timeout(300)
    assert not sent


def test_a_browser_that_keeps_nothing_says_so_and_ticks(context: BrowserContext) -> None:
    context.add_init_script(
        "Storage.prototype.setItem = () => { throw new Error('full'); };"
        "Object.defineProperty(window, 'caches', { value: undefined });"
    )
    page = context.new_page()
    page.goto("/library/kit/")
    expect(page.get_by_role("button", name="Keep on this device")).to_be_hidden()
    page.locator(BOXES).first.check()
    expect(page.get_by_text("This browser keeps nothing")).to_be_visible()
    expect(page.locator(BOXES).first).to_be_checked()


def test_without_javascript_boxes_tick_and_nothing_is_promised(
    site: Portal, chrome: Browser
) -> None:
    plain = chrome.new_context(base_url=site.url, java_script_enabled=False, viewport=PHONE)
    page = plain.new_page()
    page.goto("/library/kit/")
    page.locator(BOXES).first.check()
    expect(page.locator(BOXES).first).to_be_checked()
    for words in ("Keep on this device", "Ticks stay on this device", "Print all of it"):
        expect(page.get_by_text(words)).to_be_hidden()
    expect(page.get_by_text("what you said")).to_be_visible()
    page.goto("/library/hard/")
    expect(page.get_by_text("Families before media.")).to_be_hidden()
    page.get_by_text("Read on").click()
    expect(page.get_by_text("Families before media.")).to_be_visible()
    page.goto("/library/kept/")
    expect(page.get_by_text("needs JavaScript")).to_be_visible()
    plain.close()


def test_blanks_are_filled_in_printed_and_cleared(page: Page) -> None:
    page.goto("/library/kit/")
    field = page.get_by_role("textbox", name="what you said")
    said = "We are here, and we will speak again at four this afternoon."
    field.fill(said)
    page.emulate_media(media="print")
    expect(page.locator(".blank__typed", has_text=said)).to_be_visible()
    expect(field).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Clear what I typed").click()
    expect(field).to_have_value("")
    page.reload()
    expect(field).to_have_value("")


def test_a_hard_text_waits_until_it_is_wanted_and_is_on_paper(page: Page) -> None:
    page.goto("/library/hard/")
    text = page.get_by_text("Families before media.")
    expect(page.get_by_text("Say when you speak next.")).to_be_visible()
    expect(text).to_be_hidden()
    assert_readable(page)
    page.goto("/library/hard/#t-later")
    expect(text).to_be_visible()
    assert_readable(page)


def pages_of(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="Letter")))


@pytest.mark.parametrize("path", ["/library/kit/", "/library/hard/"])
def test_on_paper_the_card_has_its_page_and_the_text_follows(page: Page, path: str) -> None:
    page.goto(path)
    assert pages_of(page) >= 2
    page.evaluate("document.documentElement.dataset.print = 'card'")
    assert pages_of(page) == 1
    page.evaluate("delete document.documentElement.dataset.print")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for words in ("Families before media.", "It is not the official position"):
        expect(page.get_by_text(words)).to_be_visible()
    for gone in (".masthead", ".contents", "[data-ticks]", ".keep", ".btn"):
        assert not any(one.is_visible() for one in page.locator(gone).all()), gone
    color = "getComputedStyle(document.querySelector('article a')).color"
    assert page.evaluate(color) == "rgb(0, 0, 0)"
    after = "getComputedStyle(document.querySelector('article a'), '::after').content"
    assert "https://work.example" in page.evaluate(after)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_reads_well_in_each_light(
    site: Portal, chrome: Browser, size: dict, scheme: str
) -> None:
    context = chrome.new_context(base_url=site.url, viewport=size, color_scheme=scheme)
    page = context.new_page()
    for path in ("/library/kit/", "/library/hard/#t-later", "/library/kept/", "/es/library/kit/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert_fits(page)
        assert_readable(page)
    context.close()


def test_each_line_is_big_enough_for_a_thumb(page: Page) -> None:
    page.goto("/library/kit/")
    heights = page.locator("li.tick label").evaluate_all(
        "labels => labels.map((label) => label.getBoundingClientRect().height)"
    )
    assert len(heights) == 3
    assert min(heights) >= 44


def test_beside_a_wide_text_the_chapters_stay_in_sight(site: Portal, chrome: Browser) -> None:
    context = chrome.new_context(base_url=site.url, viewport=DESK)
    page = context.new_page()
    page.goto("/library/kit/")
    page.get_by_role("link", name="Last").click()
    expect(page.get_by_role("link", name="First hour")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Last")).to_be_in_viewport()
    context.close()


def test_use_is_counted_and_shown_to_editors(site: Portal, page: Page) -> None:
    before = site.scalar(USED.format("coalesce(sum(kept), 0)"), ["hard"])
    asked: list = []
    page.on("request", lambda request: "/used/" in request.url and asked.append(request))
    keep(page, "/library/hard/")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    wait_until(
        lambda: site.scalar(USED.format("coalesce(sum(kept), 0)"), ["hard"]) == before + 1,
        what="it was counted",
    )
    wait_until(lambda: page.wait_for_timeout(100) or len(asked) == 3, what="all three were sent")
    assert {request.post_data for request in asked} == {"use=opened", "use=kept", "use=printed"}
    assert not any("cookie" in request.all_headers() for request in asked)
    sign_in(page, "owen@mvai.example")
    page.goto("/library/desk/use/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("is opened most")
    assert_readable(page)
    page.set_viewport_size(DESK)
    assert_readable(page)
