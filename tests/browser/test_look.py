"""What only a browser can tell: colors that last, lists that open, pages that fit."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import complaints
from tests.browser.people import DESK, PHONE, sign_in, someone
from tests.faults.harness import Portal

pytestmark = pytest.mark.browser

# Who looks, and at which pages.
VIEWS = {
    "": [
        "/",
        "/about/",
        "/privacy/",
        "/accessibility/",
        "/support/",
        "/library/",
        "/nowhere/",
        "/account/login/",
        "/account/password/reset/",
        "/my-requests/",
    ],
    "dana@mvai.example": [
        "/board/",
        "/board/check-first/",
        "/requests/new/",
        "/advisors/",
        "/messages/",
        "/messages/?show=archived",
        "/messages/channels/",
        "/messages/notices/",
        "/inbox/",
        "/duty/",
        "/account/reach/",
    ],
    "helen@mvai.example": [
        "/duty/roster/",
        "/duty/plans/",
        "/duty/plans/request_filed/",
        "/duty/hours/",
        "/duty/history/MV-2222/",
        "/advisors/new/",
        "/people/unreachable/",
        "/messages/rooms/",
        "/retention/",
        "/requests/emergency/reviews/",
        "/concerns/",
        "/account/sessions/",
        "/account/passkeys/",
    ],
    "lena@mvai.example": [
        "/accounts/",
        "/accounts/invite/",
        "/retention/",
        "/requests/emergency/",
        "/account/2fa/",
    ],
    "samuel@mvai.example": [
        "/audit/",
        "/audit/?result=maybe",
        "/audit/?verb=nothing",
        "/retention/",
    ],
    "ellen@advisor.example": [
        "/home/",
        "/my-time/",
        "/my-limits/",
        "/account/2fa/",
        "/account/reach/",
    ],
}


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone, light", "desk, dark"]
)
@pytest.mark.parametrize("email", VIEWS)
def test_pages_fit_and_can_be_read(
    running: Portal, chrome: Browser, email: str, size: dict[str, int], scheme: str
) -> None:
    context = chrome.new_context(base_url=running.url, viewport=size, color_scheme=scheme)
    page = context.new_page()
    if email:
        sign_in(page, email)
    found = {}
    for path in VIEWS[email]:
        page.goto(path)
        found[path] = complaints(page)
    context.close()
    assert not {path: problems for path, problems in found.items() if problems}


def test_the_choice_of_colors_lasts(running: Portal, chrome: Browser) -> None:
    with someone(chrome, running, color_scheme="light") as page:
        page.goto("/about/")
        page.get_by_role("button", name="dark", exact=True).click()
        page.goto("/support/")
        assert _background(page) == "rgb(18, 23, 29)"
        page.get_by_role("button", name="as my device").click()
        page.reload()
        assert _background(page) == "rgb(247, 245, 241)"


def test_without_javascript_the_system_decides(running: Portal, chrome: Browser) -> None:
    with someone(chrome, running, color_scheme="dark", java_script_enabled=False) as page:
        page.goto("/about/")
        body = page.locator("body")
        # Playwright reads the style even where the page itself may run nothing.
        assert body.evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(18, 23, 29)"
        assert not page.get_by_role("group", name="Colors").is_visible()


def test_the_menu_opens_by_keyboard_and_closes_on_escape(running: Portal, chrome: Browser) -> None:
    with someone(chrome, running, viewport=PHONE) as page:
        sign_in(page, "ellen@advisor.example")
        page.locator(".person-menu > summary").focus()
        page.keyboard.press("Enter")
        assert page.get_by_role("button", name="Sign out").is_visible()
        page.keyboard.press("Escape")
        assert not page.get_by_role("button", name="Sign out").is_visible()


def test_an_agency_is_chosen_with_the_keyboard_alone(running: Portal, chrome: Browser) -> None:
    with someone(chrome, running, viewport=PHONE) as page:
        sign_in(page, "dana@mvai.example")
        page.goto("/requests/new/")
        agency = page.get_by_role("combobox", name="Agency")
        agency.press_sequentially("police", delay=30)
        page.get_by_role("option").first.wait_for()
        first = page.get_by_role("option").first.get_attribute("data-name")
        agency.press("ArrowDown")
        assert agency.get_attribute("aria-activedescendant")
        agency.press("Enter")
        assert agency.input_value() == first
        assert page.locator("[name=agency_id]").input_value()
        assert agency.get_attribute("aria-expanded") == "false"


def _background(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")
