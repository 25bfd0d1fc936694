"""Two editors at the library desk: write, read, publish, replace, and meet on one text."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_fits, assert_readable
from tests.browser.people import DESK, PHONE, sign_in, someone
from tests.faults.harness import Portal

pytestmark = pytest.mark.browser

SIZES = [(DESK, "light"), (PHONE, "dark")]
EDITORS = """
from django.utils import timezone
from mvai.accounts.models import User
from mvai.people.models import Person
for name, email in (("Owen Castellano", "owen@mvai.example"), ("Priya Nair", "priya@mvai.example")):
    if not User.objects.filter(email=email).exists():
        User.objects.create_user(email=email, person=Person.objects.create(full_name=name),
                                 roles=["content_editor"], at=timezone.now())
"""


@pytest.fixture(scope="module")
def editors(running: Portal) -> Portal:
    running.manage("shell", "-c", EDITORS)
    return running


@pytest.fixture(params=SIZES, ids=["desk", "phone"])
def both(request, editors: Portal, chrome: Browser) -> Iterator[tuple[Page, Page]]:
    """Owen and Priya, each at their own screen."""
    size, scheme = request.param
    look = {"viewport": size, "color_scheme": scheme}
    with someone(chrome, editors, **look) as owen, someone(chrome, editors, **look) as priya:
        sign_in(owen, "owen@mvai.example")
        sign_in(priya, "priya@mvai.example")
        yield owen, priya


def begin(page: Page, title: str) -> None:
    page.goto("/library/desk/")
    page.get_by_role("link", name="New item").first.click()
    assert_readable(page)
    page.get_by_label("Title").fill(title)
    page.get_by_label("What one gets").fill("Two sentences for the first hour.")
    page.get_by_role("button", name="Begin to write").click()
    page.wait_for_url(re.compile(r"/versions/\d+/edit/$"))


def write(page: Page, card: str) -> None:
    page.get_by_label("On one page").fill(card)
    expect(page.locator("#shown-card")).to_contain_text(card.replace("*", ""))
    assert_readable(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/versions/\d+/$"))


def test_one_writes_and_another_publishes_twice(both: tuple[Page, Page]) -> None:
    owen, priya = both
    title = f"Kit for {owen.viewport_size['width']}"
    begin(owen, title)
    write(owen, "Say **little** today.")
    assert_readable(owen)
    owen.get_by_role("button", name="Ask another editor to read it").click()
    expect(owen.get_by_text("Somebody else publishes what you wrote")).to_be_visible()
    expect(owen.get_by_role("button", name="Publish")).to_have_count(0)
    assert_readable(owen)

    priya.goto("/library/desk/?show=review")
    assert_readable(priya)
    priya.get_by_role("row").filter(has_text=title).get_by_role("link", name="version 1").click()
    priya.get_by_text("Send it back", exact=True).click()
    assert_readable(priya)
    priya.get_by_label("What to change").fill("One word less.")
    priya.get_by_role("button", name="Send it back with this note").click()
    expect(priya.get_by_text("It is a draft again.").first).to_be_visible()

    owen.reload()
    expect(owen.get_by_text("One word less.")).to_be_visible()
    owen.get_by_role("link", name="Go on writing").click()
    write(owen, "Say **little**.")
    owen.get_by_role("button", name="Ask another editor to read it").click()

    priya.reload()
    assert_readable(priya)
    priya.get_by_role("button", name="Publish").click()
    expect(priya.get_by_text("It is on show.")).to_be_visible()
    assert_readable(priya)
    slug = title.lower().replace(" ", "-")
    priya.goto(f"/library/{slug}/")
    expect(priya.get_by_role("heading", name=title)).to_be_visible()
    expect(priya.get_by_text("Draft, not reviewed")).to_have_count(0)

    owen.reload()
    owen.get_by_role("button", name="New version").click()
    write(owen, "Say **less**.")
    owen.get_by_role("link", name="What changed since version 1").first.click()
    expect(owen.locator("ins")).to_contain_text(["what was added", "less"])
    expect(owen.locator("del")).to_contain_text(["taken out", "little"])
    assert_readable(owen)
    owen.go_back()
    owen.get_by_role("button", name="Ask another editor to read it").click()

    priya.goto("/library/desk/?show=review")
    priya.get_by_role("row").filter(has_text=title).get_by_role("link", name="version 2").click()
    priya.get_by_role("button", name="Publish").click()
    expect(priya.get_by_text("It is on show.")).to_be_visible()
    priya.get_by_role("link", name=slug).click()
    expect(priya.get_by_text("Replaced by a newer version")).to_be_visible()
    assert_readable(priya)

    priya.get_by_text("Withdraw", exact=True).click()
    assert_readable(priya)
    expect(priya.get_by_text(f"Take “{title}” (English) off the library")).to_be_visible()
    priya.get_by_label("Why").fill("Only a trial.")
    priya.get_by_role("button", name="Withdraw it").click()
    expect(priya.get_by_text("It is off the library.")).to_be_visible()
    assert_readable(priya)
    priya.get_by_role("button", name="Put it back on show").click()
    expect(priya.get_by_text("It is on show again.")).to_be_visible()
    for tab in ("writing", "review", "published", "due", "withdrawn"):
        priya.goto(f"/library/desk/?show={tab}")
        assert_readable(priya)


def test_two_on_one_text_lose_nothing(both: tuple[Page, Page]) -> None:
    owen, priya = both
    begin(owen, f"Shared {owen.viewport_size['width']}")
    priya.goto(owen.url)
    for page, card in ((priya, "Priya wrote this."), (owen, "Owen wrote that.")):
        page.get_by_label("On one page").fill(card)
    priya.get_by_label("License").fill("Free to copy.")
    priya.get_by_role("button", name="Save", exact=True).click()
    priya.wait_for_url(re.compile(r"/versions/\d+/$"))

    owen.get_by_role("button", name="Save", exact=True).click()

    expect(owen.get_by_role("heading", name="Somebody else saved")).to_be_visible()
    expect(owen.get_by_label("On one page", exact=True)).to_have_value("Owen wrote that.")
    assert_readable(owen)
    owen.get_by_label("Keep theirs: License").check()
    owen.get_by_role("button", name="Save mine on top").click()
    owen.wait_for_url(re.compile(r"/versions/\d+/$"))
    expect(owen.get_by_text("Owen wrote that.")).to_be_visible()
    expect(owen.get_by_text("Free to copy.")).to_be_visible()


def test_without_scripts_the_text_is_shown_by_a_button(editors: Portal, chrome: Browser) -> None:
    with someone(chrome, editors, java_script_enabled=False, viewport=PHONE) as page:
        sign_in(page, "owen@mvai.example")
        begin_without(page)
        page.get_by_label("On one page").fill("Say **little**.\n\n[x](http://plain.example/)")
        page.get_by_role("button", name="Show it").click()

        expect(page.locator("#shown-card strong")).to_have_text("little")
        expect(page.locator(".field--wrong")).to_contain_text("no link that readers can follow")
        expect(page.get_by_label("On one page")).to_have_value(re.compile("Say"))
        assert_fits(page)


def begin_without(page: Page) -> None:
    """Axe needs scripts, so nothing is looked at on the way."""
    page.goto("/library/desk/new/")
    page.get_by_label("Title").fill("Plain kit")
    page.get_by_label("What one gets").fill("Two sentences.")
    page.get_by_role("button", name="Begin to write").click()
    page.wait_for_url(re.compile(r"/versions/\d+/edit/$"))


def test_what_is_not_saved_is_not_left_by_accident(editors: Portal, chrome: Browser) -> None:
    with someone(chrome, editors) as page:
        sign_in(page, "owen@mvai.example")
        begin_without(page)
        page.get_by_label("License").press_sequentially("Free")
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

        page.get_by_role("link", name="Library desk").first.click()
        page.wait_for_url(re.compile(r"/library/desk/$"))

        assert asked == ["beforeunload"]
