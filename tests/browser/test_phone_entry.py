"""A call is written down with the keyboard alone; an agency that has not asked is approached."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import DESK, PHONE, sign_in, someone
from tests.faults.harness import Portal

pytestmark = [pytest.mark.browser, pytest.mark.servers]

SHAPES = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]


def type_into(page: Page, label: str, text: str) -> None:
    """Go on with Tab until this field has the focus, and type."""
    field = page.get_by_label(label, exact=True).and_(page.locator("input, textarea"))
    for _ in range(20):
        if field.evaluate("field => field === document.activeElement"):
            page.keyboard.type(text)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key does not lead to “{label}”.")


def write_down(page: Page, name: str, number: str, agency: str) -> None:
    expect(page.get_by_label("Who should we call?")).to_be_focused()
    page.keyboard.type(name)
    type_into(page, "Number", number)
    type_into(page, "Agency", agency)


@pytest.mark.parametrize(("size", "scheme"), SHAPES)
def test_a_call_is_a_request_by_keyboard_alone(
    chrome: Browser, running: Portal, size: dict[str, int], scheme: str
):
    number = f"(308) 555-01{SHAPES.index((size, scheme)):02}"
    name, agency = f"Chief {scheme.title()} {size['width']}", f"Zeta{scheme}{size['width']} PD"
    with someone(chrome, running, viewport=size, color_scheme=scheme) as dana:
        sign_in(dana, "dana@mvai.example")
        dana.goto("/requests/new/")
        assert_readable(dana)
        began = time.monotonic()
        write_down(dana, name, number, agency)
        type_into(dana, "One line on what was said", "Asks for a call tonight.")
        dana.keyboard.press("Control+Enter")
        dana.wait_for_url(re.compile(r"/requests/MV-\w+/"))
        took = time.monotonic() - began
        print(f"A request by keyboard took {took:.1f} s ({size['width']} px, {scheme}).")
        reference = re.search(r"MV-\w+", dana.url)[0]

        # The same people call again: it shows while they are being written down.
        dana.goto("/requests/new/")
        write_down(dana, f"Sgt. {scheme.title()} Park", number, "Zeta")
        likely = dana.get_by_role("listitem").filter(has_text=reference)
        expect(likely).to_contain_text("same number")
        assert_readable(dana)
        button = likely.get_by_role("button", name="It is this one")
        for _ in range(20):
            if button.evaluate("button => button === document.activeElement"):
                break
            dana.keyboard.press("Tab")
        expect(button).to_be_focused()
        dana.keyboard.press("Enter")
        dana.wait_for_url(f"**/requests/{reference}/")
        expect(dana.get_by_text("The call is added")).to_be_visible()
        assert_readable(dana)

        # What is closed as the same as another can be found from both.
        dana.goto("/requests/new/")
        write_down(dana, f"Lt. {scheme.title()} Ames", number, agency)
        expect(dana.get_by_role("listitem").filter(has_text=reference)).to_be_visible()
        dana.keyboard.press("Control+Enter")
        dana.wait_for_url(re.compile(r"/requests/MV-\w+/"))
        perhaps = dana.get_by_role("region", name="Perhaps the same as")
        one = perhaps.get_by_role("listitem").filter(has_text=reference)
        one.locator("summary").click()
        assert_readable(dana)
        one.get_by_role("button", name="Close it for the other").click()
        dana.wait_for_url(f"**/requests/{reference}/")
        expect(dana.get_by_text("It was closed as the same as this one.")).to_be_visible()
        assert_readable(dana)


def test_without_a_script_it_is_asked_once(chrome: Browser, running: Portal):
    with someone(chrome, running, viewport=PHONE, java_script_enabled=False) as dana:
        sign_in(dana, "dana@mvai.example")
        for place in range(2):
            dana.goto("/requests/new/")
            dana.get_by_label("Who should we call?").fill("Chief Ira Quill")
            dana.get_by_label("Number", exact=True).fill("(308) 555-0190")
            dana.get_by_label("Number", exact=True).press("Enter")
            if place:
                expect(dana.get_by_role("heading", name="Is it one of these?")).to_be_visible()
                dana.get_by_role("button", name="None of these").click()
            dana.wait_for_url(re.compile(r"/requests/MV-\w+/"))


@pytest.mark.parametrize(("size", "scheme"), SHAPES)
def test_an_approach_becomes_a_request(
    chrome: Browser, running: Portal, size: dict[str, int], scheme: str
):
    agency = f"Omicron{scheme}{size['width']} Police"
    with someone(chrome, running, viewport=size, color_scheme=scheme) as dana:
        sign_in(dana, "dana@mvai.example")
        dana.goto("/approaches/")
        assert_readable(dana)
        dana.get_by_role("link", name="We heard of something").first.click()
        dana.get_by_role("combobox", name="Agency").fill(agency)
        dana.get_by_label("State", exact=True).select_option("MN")
        dana.get_by_label("How did we hear of it?").fill("Alex, 202-555-0143")
        assert_readable(dana)
        dana.get_by_role("button", name="I will ask them").click()
        expect(dana.get_by_role("alert")).to_contain_text("No e-mail addresses or numbers here")
        assert_readable(dana)
        dana.get_by_label("How did we hear of it?").fill("Evening news")
        dana.get_by_role("button", name="I will ask them").click()
        dana.wait_for_url(re.compile(r"/approaches/\d+/"))
        assert_readable(dana)

        dana.get_by_label("Left word").check()
        dana.get_by_role("button", name="Save the try").click()
        tries = dana.get_by_role("region", name="Tries so far")
        expect(tries).to_contain_text("Left word")

        dana.get_by_text("Write down whom to call").click()
        dana.get_by_label("They want help, and agree").check()
        dana.get_by_label("Who should we call?").fill(f"Chief {scheme.title()} Holm")
        dana.get_by_label("Number", exact=True).fill("(612) 555-0155")
        assert_readable(dana)
        dana.get_by_role("button", name="Make the request").click()
        dana.wait_for_url(re.compile(r"/requests/MV-\w+/"))
        expect(dana.get_by_text("Dana Ruiz has it").first).to_be_visible()

        dana.goto("/approaches/?show=ended")
        expect(dana.get_by_role("row", name=agency)).to_contain_text("They want help")
        assert_readable(dana)


@pytest.mark.parametrize(("size", "scheme"), SHAPES)
def test_the_forms_of_identity_are_readable(
    chrome: Browser, running: Portal, size: dict[str, int], scheme: str
):
    with someone(chrome, running, viewport=size, color_scheme=scheme) as dana:
        sign_in(dana, "dana@mvai.example")
        dana.goto("/requests/new/")
        number = f"(308) 555-017{SHAPES.index((size, scheme))}"
        write_down(dana, "Chief Noor Vale", number, "")
        dana.keyboard.press("Control+Enter")
        dana.wait_for_url(re.compile(r"/requests/MV-\w+/"))
        path = re.search(r"/requests/MV-\w+/", dana.url)[0]
        dana.locator(".page__primary").get_by_role("button", name="I have it").click()
        expect(dana.get_by_text("Dana Ruiz has it").first).to_be_visible()
        for do in ("identity", "identity_code"):
            dana.goto(f"{path}?do={do}#do")
            assert_readable(dana)
        dana.get_by_label("E-mail address at the agency").fill("noor@vale.example")
        dana.get_by_label(re.compile("The part after the @")).check()
        dana.get_by_role("button", name="Send the code").click()
        expect(dana.get_by_role("textbox", name="The code they read to you")).to_be_visible()
        assert_readable(dana)
        dana.get_by_role("textbox", name="The code they read to you").fill("12")
        dana.get_by_role("button", name="Check the code").click()
        expect(dana.get_by_role("alert")).to_contain_text("That is not the code")
        assert_readable(dana)
