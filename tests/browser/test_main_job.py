"""The whole main job, as five people: a leader, the duty officer, two advisors, the manager.

Real web, worker, beat and watchdog, a real Chromium, and messages read where a provider would
have taken them.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import (
    PHONE,
    code_for,
    go_through_link,
    nobody_waits,
    sign_in,
    someone,
    text_to,
)
from tests.faults.harness import Portal

pytestmark = [pytest.mark.browser, pytest.mark.servers]

LEADER, DANA = "+12025550143", "+12025550101"
ELLEN, LUIS = "+14025550177", "+15055550178"


def test_five_people_walk_the_main_job(chrome: Browser, running: Portal):
    nobody_waits(running)
    with (
        someone(chrome, running, viewport=PHONE) as leader,
        someone(chrome, running) as dana,
        someone(chrome, running, viewport=PHONE) as ellen,
        someone(chrome, running, viewport=PHONE) as luis,
        someone(chrome, running) as helen,
    ):
        reference = _ask_for_a_call(leader, running)
        _take_call_and_confirm(dana, running, reference)
        _write_down_what_is_needed(dana)
        _ask_two_advisors(dana)
        _say_yes(luis, running, LUIS, "luis@advisor.example")
        _say_yes(ellen, running, ELLEN, "ellen@advisor.example")
        _see_who_will_call(leader, running)
        _log_the_first_contact(ellen)
        _settle_a_follow_up(dana, reference)
        _close(helen, reference)
        leader.reload()
        expect(leader.get_by_role("heading", level=1)).to_have_text("This request is closed")


def test_a_call_is_asked_for_without_javascript(chrome: Browser, running: Portal):
    with someone(chrome, running, viewport=PHONE, java_script_enabled=False) as leader:
        leader.goto("/")
        leader.get_by_label("Who should we call?").fill("Chief Amira O’Neil")
        leader.get_by_role("button", name="Call me now").click()
        expect(leader.get_by_role("alert")).to_contain_text("Give a number where we can reach you")
        expect(leader.get_by_label("Who should we call?")).to_have_value("Chief Amira O’Neil")

        leader.get_by_label("Number", exact=True).fill("(202) 555-0188")
        leader.get_by_role("button", name="Call me now").click()
        expect(leader.get_by_role("heading", level=1)).to_contain_text("Dana Ruiz from IACP")

        leader.get_by_label("Media and the public").check()
        leader.get_by_role("button", name="Add this to my request").click()
        expect(leader.get_by_text("We added that to your request")).to_be_visible()


def _ask_for_a_call(leader: Page, portal: Portal) -> str:
    name = _a_listed_agency(portal)
    leader.goto("/")
    leader.get_by_label("Who should we call?").fill("Sheriff Tom Weaver")
    leader.get_by_label("Number", exact=True).fill("(202) 555-0143")
    leader.get_by_role("combobox", name="Agency").press_sequentially(name)
    leader.get_by_role("option").filter(has_text=name).first.click()
    leader.get_by_label("Role").select_option(label="Sheriff")
    leader.get_by_role("button", name="Call me now").dblclick()
    expect(leader.get_by_role("heading", level=1)).to_contain_text("Dana Ruiz from IACP will call")
    # By the clock of the agency that was chosen.
    expect(leader.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"by \d+:\d\d [ap]\.m\. (ET|CT|MT|PT|AKT|HT)")
    )
    reference = re.search(r"MV-\w{4,}", leader.content())[0]
    assert (
        portal.scalar(
            "SELECT count(*) FROM requests_assistancerequest WHERE call_name = 'Sheriff Tom Weaver'"
        )
        == 1
    ), "a double tap is one request"

    leader.get_by_label("Running the response").check()
    expect(leader.locator("[data-saved-line]")).to_have_text("Saved.")
    assert reference in text_to(portal, LEADER, "we have your request")
    leader.get_by_role("link", name="See where it stands").click()
    expect(leader.get_by_text("Dana Ruiz calls you")).to_be_visible()
    assert_readable(leader)
    return reference


def _a_listed_agency(portal: Portal) -> str:
    """A name that stands once in the whole directory, and can be typed as it is."""
    return portal.scalar(
        "SELECT name FROM agencies_agency GROUP BY name"
        " HAVING count(*) = 1 AND name ~ '^[A-Z][a-z]+ [A-Z][a-z ]+$' ORDER BY name LIMIT 1"
    )


def _take_call_and_confirm(dana: Page, portal: Portal, reference: str) -> None:
    assert reference in text_to(portal, DANA, reference)
    sign_in(dana, "dana@mvai.example")
    dana.goto("/board/")
    expect(dana.get_by_role("heading", level=1)).to_have_text("One request has no owner")
    dana.get_by_role("button", name=f"Take {reference}").click()
    expect(dana.get_by_text("Dana Ruiz has it")).to_be_visible()

    dana.get_by_role("link", name="Log a call").click()
    dana.get_by_label("We spoke").check()
    dana.get_by_label("Minutes").fill("9")
    dana.get_by_role("button", name="Save the call").click()
    expect(dana.get_by_text("Dana Ruiz spoke with Sheriff Tom Weaver, 9 minutes")).to_be_visible()

    dana.get_by_role("link", name="Confirm identity").click()
    dana.get_by_label("Called the agency's published number").check()
    dana.get_by_role("button", name="Save").click()
    expect(dana.get_by_text("Identity confirmed by Dana Ruiz")).to_be_visible()
    assert_readable(dana)


def _write_down_what_is_needed(dana: Page) -> None:
    dana.get_by_role("link", name="Write down what is needed").click()
    dana.get_by_label("Setting").select_option("K12")
    dana.get_by_role("group", name="Still going on?").get_by_label("Yes").check()
    dana.get_by_label("Talk to a peer who has been through this").check()
    dana.get_by_role("button", name="Save what is needed").click()
    expect(dana.get_by_text("It is still going on.")).to_be_visible()
    expect(dana.get_by_text("Critical", exact=True).first).to_be_visible()

    dana.get_by_role("link", name="Write the brief").first.click()
    dana.get_by_role("textbox", name="Brief").fill("Attack at the county high school.\nHe leads.")
    dana.get_by_role("button", name="Save the brief").click()
    expect(dana.get_by_text("Attack at the county high school.")).to_be_visible()


def _ask_two_advisors(dana: Page) -> None:
    """The panel comes into the workspace by itself, with reasons."""
    panel = dana.locator(".match-panel")
    expect(panel.get_by_text("led through a school attack").first).to_be_visible()
    assert_readable(dana)
    panel.get_by_label("Lead: Ellen Park").check()
    panel.get_by_label("Alternate: Luis Romero").check()
    panel.get_by_role("button", name="Ask the lead and the alternate").click()
    expect(dana.get_by_text("Lead advisor: Sheriff (ret.) Ellen Park is asked")).to_be_visible()


def _say_yes(advisor: Page, portal: Portal, number: str, email: str) -> None:
    go_through_link(advisor, portal, to=number, holding="could you take a call from a peer")
    expect(advisor.get_by_text("School, K-12")).to_have_count(0)
    expect(advisor.get_by_role("button", name="Not now")).to_be_visible()
    assert_readable(advisor)
    offer = advisor.get_by_role("link", name="Sign in to read more or say yes")
    address = offer.get_attribute("href")
    sign_in(advisor, email)
    advisor.goto(address)
    expect(advisor.get_by_text("School, K-12")).to_be_visible()
    advisor.get_by_role("button", name="Yes, I can").click()
    expect(advisor.get_by_text("Attack at the county high school.")).to_be_visible()
    expect(advisor.get_by_role("link", name="(202) 555-0143").first).to_be_visible()
    assert_readable(advisor)


def _see_who_will_call(leader: Page, portal: Portal) -> None:
    text_to(portal, LEADER, "a peer will call you")
    leader.reload()
    expect(leader.get_by_text("Your peers said yes")).to_be_visible()
    expect(leader.get_by_text("Ellen Park")).to_have_count(0)
    leader.get_by_role("button", name="Send me a code").click()
    leader.get_by_label("Six-digit code").fill(code_for(portal, LEADER))
    leader.get_by_role("button", name="Open").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("Ellen Park calls you")
    expect(leader.get_by_role("link", name="(402) 555-0177")).to_be_visible()
    expect(leader.get_by_text("formerly Prairie Bend Sheriff’s Office").first).to_be_visible()
    assert_readable(leader)


def _log_the_first_contact(ellen: Page) -> None:
    ellen.get_by_role("link", name="Log a contact").click()
    ellen.get_by_label("30", exact=True).check()
    ellen.get_by_label("Talk to a peer who has been through this").check()
    ellen.get_by_role("textbox", name="Note").fill("He slept a little. We speak tomorrow.")
    ellen.get_by_role("button", name="Save the contact").click()
    expect(ellen.get_by_text("Phone call, 30 minutes")).to_be_visible()
    assert_readable(ellen)


def _settle_a_follow_up(dana: Page, reference: str) -> None:
    dana.goto(f"/requests/{reference}/")
    expect(dana.get_by_text("First contact made")).to_be_visible()
    dana.get_by_role("link", name="Follow-up done").click()
    dana.get_by_role("textbox", name="Note").fill("All well.")
    dana.get_by_role("button", name="It is done").click()
    dana.get_by_text("as a list").click()
    first = dana.locator(".follow-ups li").first
    expect(first).to_contain_text("After 24 hours")
    expect(first).to_contain_text("Done")
    assert_readable(dana)


def _close(helen: Page, reference: str) -> None:
    sign_in(helen, "helen@mvai.example")
    helen.goto(f"/board/?q={reference}")
    helen.get_by_role("link", name=reference).click()
    helen.get_by_role("link", name="Close the request").click()
    helen.get_by_label("The agency has what it needs").check()
    helen.get_by_label("End this request").check()
    helen.get_by_role("button", name="Close the request").click()
    expect(helen.get_by_role("link", name="Reopen").first).to_be_visible()
    assert_readable(helen)
