"""Asking for a call: on a phone, by the keyboard alone, and left half way."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from mvai.web.scanning import scan
from tests.browser.looking import assert_fits, assert_readable
from tests.browser.people import DESK, PHONE, someone
from tests.faults.harness import Portal, wait_until
from tests.mvai.web.test_scanning import FOUND, LEFT_IN_PEACE

pytestmark = [pytest.mark.browser, pytest.mark.servers]

LONG_NAME = "Chief Maximiliana Wolfeschlegelsteinhausen-O’Brien"


def ask(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_label("Who should we call?").fill(name)
    page.get_by_label("Number", exact=True).fill("(202) 555-0143")
    page.get_by_role("button", name="Call me now").click()
    page.wait_for_url("**/sent/**")


def kept(portal: Portal, name: str, column: str) -> object:
    statement = f"SELECT {column} FROM requests_assistancerequest WHERE call_name = %s"
    return portal.scalar(statement, [name])


def saved(page: Page) -> None:
    expect(page.locator("[data-saved-line]")).to_have_text("Saved.")


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")])
@pytest.mark.parametrize("script", [True, False])
def test_the_one_screen_reads_well_in_every_state(
    chrome: Browser, running: Portal, size: dict[str, int], scheme: str, script: bool
):
    look = assert_readable if script else assert_fits
    with someone(
        chrome, running, viewport=size, color_scheme=scheme, java_script_enabled=script
    ) as leader:
        leader.goto("/")
        look(leader)
        leader.get_by_role("button", name="Call me now").click()
        expect(leader.get_by_role("alert")).to_contain_text("2 things need a look")
        look(leader)

        leader.get_by_label("Who should we call?").fill(LONG_NAME)
        leader.get_by_label("Number", exact=True).fill("the night desk, ext. 4")
        leader.get_by_label("My chief or sheriff").check()
        leader.get_by_label("Role").select_option(label="Public information officer")
        leader.get_by_role("button", name="Call me now").click()
        leader.wait_for_url("**/sent/**")
        look(leader)

        leader.get_by_text("How and when to reach you", exact=True).click()
        leader.get_by_label("E-mail, for a copy without details").fill("not an address")
        leader.get_by_label("One line for the person who calls").fill("DOB 4/12/1987")
        leader.get_by_role("button", name="Add this to my request").click()
        expect(leader.get_by_text("This looks like a date of birth.")).to_be_visible()
        expect(leader.get_by_role("alert")).to_contain_text("One thing needs a look")
        look(leader)


def test_by_the_keyboard_alone(chrome: Browser, running: Portal):
    with someone(chrome, running, viewport=PHONE) as leader:
        leader.goto("/")
        leader.get_by_label("Who should we call?").focus()
        press, write = leader.keyboard.press, leader.keyboard.type
        write("Sheriff Keys Only")
        press("Tab")
        write("(202) 555-0143")
        press("Tab")
        press("ArrowRight")  # "My chief or sheriff"
        press("Tab")
        write("Somewhere PD")
        press("Escape")
        press("Tab")
        press("Tab")
        assert leader.evaluate("document.activeElement.textContent.trim()") == "Call me now"
        press("Enter")
        leader.wait_for_url("**/sent/**")

    assert kept(running, "Sheriff Keys Only", "filing_for") == "my_chief"
    assert kept(running, "Sheriff Keys Only", "agency_text") == "Somewhere PD"


def test_each_answer_saves_itself_and_leaving_half_way_loses_nothing(
    chrome: Browser, running: Portal
):
    name = "Chief Half Way"
    with someone(chrome, running, viewport=PHONE) as leader:
        ask(leader, name)
        leader.get_by_label("Media and the public").check()
        saved(leader)
        leader.get_by_text("Where", exact=True).click()
        leader.get_by_label("City or county").fill("Denver")
        leader.get_by_label("State", exact=True).select_option("CO")
        expect(leader.locator("[data-clock]")).to_contain_text("MT")
        saved(leader)
        leader.get_by_text("How and when to reach you", exact=True).click()
        leader.get_by_label("Good times to call").press_sequentially("after six")
        leader.close()

    wait_until(
        lambda: kept(running, name, "safe_times") == "after six", what="the last words are kept"
    )
    assert kept(running, name, "city") == "Denver"


def test_a_page_that_goes_out_of_sight_saves_at_once(chrome: Browser, running: Portal):
    """A phone may end it there, without another word."""
    name = "Chief Other App"
    with someone(chrome, running, viewport=PHONE) as leader:
        leader.clock.install()
        ask(leader, name)
        leader.get_by_text("How and when to reach you", exact=True).click()
        leader.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # no timer rings from here on
        leader.get_by_label("Good times to call").press_sequentially("after six")
        assert kept(running, name, "safe_times") == ""
        leader.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
        leader.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        saved(leader)

    assert kept(running, name, "safe_times") == "after six"


def test_an_answer_waits_for_the_network_and_is_then_saved(chrome: Browser, running: Portal):
    name = "Chief One Bar"
    # Not `someone`: a lost network is told on the console.
    with chrome.new_context(base_url=running.url, viewport=PHONE) as context:
        leader = context.new_page()
        ask(leader, name)
        context.set_offline(True)
        leader.get_by_text("Where", exact=True).click()
        leader.get_by_label("City or county").fill("Laramie")
        leader.get_by_label("City or county").blur()
        expect(leader.locator("[data-saved-line]")).to_have_text("Not saved yet. We keep trying.")
        context.set_offline(False)
        saved(leader)

    assert kept(running, name, "city") == "Laramie"


def test_the_page_reads_text_as_the_server_does(chrome: Browser, running: Portal):
    with someone(chrome, running) as leader:
        ask(leader, "Chief Reader")
        leader.get_by_text("How and when to reach you", exact=True).click()
        note = leader.get_by_label("One line for the person who calls")
        warning = leader.locator("#id_note_scanned [data-warning]")
        for text in [text for _code, text in FOUND] + LEFT_IN_PEACE:
            note.fill(text)
            said = warning.inner_text() if warning.is_visible() else ""
            assert said == " ".join(finding.words for finding in scan(text)), text


def test_a_second_tab_is_the_same_call_for_help(chrome: Browser, running: Portal):
    with someone(chrome, running, viewport=PHONE) as leader:
        other = leader.context.new_page()
        for tab in (leader, other):
            ask(tab, "Chief Two Tabs")
        references = {re.search(r"MV-\w{4,}", tab.content())[0] for tab in (leader, other)}  # type: ignore[index]

    assert len(references) == 1
    assert kept(running, "Chief Two Tabs", "count(*)") == 1
