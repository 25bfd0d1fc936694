"""The doors beside the main one, as people meet them: by phone, by keyboard, without JavaScript."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_fits, assert_readable
from tests.browser.people import DESK, PHONE, sign_in, someone
from tests.faults.harness import Portal, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.servers]

SHAPES: dict[str, dict[str, Any]] = {
    "light": {"viewport": PHONE, "color_scheme": "light"},
    "dark": {"viewport": PHONE, "color_scheme": "dark"},
    "plain": {"viewport": PHONE, "java_script_enabled": False},
}


def readable(page: Page, shape: dict[str, Any]) -> None:
    (assert_readable if shape.get("java_script_enabled", True) else assert_fits)(page)


def mail_to(portal: Portal, address: str, holding: str) -> str:
    def found() -> str:
        rows = portal.messages(channel="email", to=address)
        return next((row["body"] for row in reversed(rows) if holding in row["body"]), "")

    return wait_until(found, what=f"a letter to {address} holds “{holding}”")


@pytest.mark.parametrize("kind", SHAPES)
def test_a_leader_asks_to_get_ready_and_staff_answer(
    chrome: Browser, running: Portal, kind: str
) -> None:
    shape, name, address = SHAPES[kind], f"Chief {kind.title()} Lindqvist", f"{kind}@ready.example"
    with someone(chrome, running, **shape) as leader:
        leader.goto("/")
        leader.get_by_role("link", name="Prepare").click()
        readable(leader, shape)
        leader.get_by_role("button", name="Send").click()
        expect(leader.get_by_role("alert")).to_contain_text("2 things need a look")
        readable(leader, shape)
        leader.get_by_label("Your name").fill(name)
        leader.get_by_label("E-mail or number").fill(address)
        leader.get_by_label("Media and the public").check()
        leader.get_by_label("It has happened already").check()
        leader.get_by_role("button", name="Send").click()
        expect(leader.get_by_role("button", name="Call me now")).to_be_visible()
        expect(leader.get_by_label("Who should we call?")).to_have_value(name)
        readable(leader, shape)
        leader.get_by_label("Within a month").check()
        leader.get_by_role("button", name="Send it as a question").click()
        expect(leader.get_by_role("heading", level=1)).to_contain_text("We answer by the end of")
        assert name not in leader.content()
        readable(leader, shape)
    assert name not in mail_to(running, address, "answers within two business days")

    if kind == "plain":
        return
    with someone(chrome, running, viewport=DESK, color_scheme=kind) as dana:
        sign_in(dana, "dana@mvai.example")
        dana.locator(".person-menu > summary").click()
        dana.get_by_role("link", name="Getting ready").click()
        assert_readable(dana)
        dana.get_by_role("link", name=name).click()
        assert_readable(dana)
        dana.get_by_role("button", name="I look after this").click()
        dana.get_by_label("Closed", exact=True).check()
        dana.get_by_role("button", name="Keep this").click()
        expect(dana.get_by_role("alert")).to_contain_text("what was done")
        assert_readable(dana)
        dana.get_by_label("Answered", exact=True).check()
        dana.get_by_role("button", name="Keep this").click()
        expect(dana.get_by_role("button", name="I look after this")).to_have_count(0)
        assert_readable(dana)
        for show in ("mine", "closed"):
            dana.goto(f"/inquiries/?show={show}")
            assert_readable(dana)


def test_what_turns_out_to_have_happened_becomes_a_request(
    chrome: Browser, running: Portal
) -> None:
    with someone(chrome, running, viewport=PHONE) as leader:
        leader.goto("/prepare/")
        leader.get_by_label("Your name").fill("Sheriff Nora Quill")
        leader.get_by_label("E-mail or number").fill("(202) 555-0149")
        leader.get_by_role("button", name="Send").click()
    with someone(chrome, running, viewport=PHONE, color_scheme="dark") as dana:
        sign_in(dana, "dana@mvai.example")
        dana.goto("/inquiries/")
        dana.get_by_role("link", name="Sheriff Nora Quill").click()
        dana.get_by_text("This is happening now").click()
        assert_readable(dana)
        dana.get_by_role("button", name="Make it a request").click()
        dana.wait_for_url(re.compile(r"/requests/MV-"))
        expect(dana.locator("main")).to_contain_text("Sheriff Nora Quill")


def test_the_form_is_filled_in_by_keyboard_alone(chrome: Browser, running: Portal) -> None:
    with someone(chrome, running, viewport=PHONE) as leader:
        leader.goto("/prepare/")
        leader.get_by_label("Your name").focus()
        leader.keyboard.type("Chief Keys")
        leader.keyboard.press("Tab")
        leader.keyboard.type("(202) 555-0148")
        leader.keyboard.press("Tab")
        # The field for programs is passed over.
        expect(leader.get_by_role("combobox", name="Agency")).to_be_focused()
        leader.keyboard.press("Tab")
        leader.keyboard.press("Space")
        expect(leader.get_by_label("Talk to a peer who has been through this")).to_be_checked()
        leader.keyboard.press("Enter")
        expect(leader.get_by_role("heading", level=1)).to_contain_text("We answer by the end of")


@pytest.mark.parametrize("kind", SHAPES)
def test_the_readiness_questions_lead_to_first_steps(
    chrome: Browser, running: Portal, kind: str
) -> None:
    shape = SHAPES[kind]
    with someone(chrome, running, **shape) as leader:
        leader.goto("/library/ready/")
        readable(leader, shape)
        leader.get_by_role("button", name="Show me what to do first").click()
        expect(leader.get_by_text("Answer at least one")).to_be_visible()
        leader.get_by_role("group", name="first statement").get_by_label("Not yet").check()
        leader.get_by_role("group", name="Could you list everybody").get_by_label("Yes").check()
        leader.get_by_role("button", name="Show me what to do first").click()
        expect(leader.get_by_role("heading", name="What to do first")).to_be_visible()
        expect(leader.get_by_role("region", name="Worth doing next")).to_contain_text("five lines")
        expect(leader.get_by_role("region", name="In place already")).to_contain_text("Your people")
        readable(leader, shape)


def test_readiness_answers_stay_on_the_device_and_go_when_told(
    chrome: Browser, running: Portal
) -> None:
    with someone(chrome, running, **SHAPES["light"]) as leader:
        sent: list[str] = []
        leader.on("request", lambda one: sent.append(one.method))
        leader.goto("/library/ready/")
        words = leader.get_by_role("group", name="first statement")
        words.get_by_label("Not yet").check()
        leader.get_by_role("button", name="Show me what to do first").click()
        expect(leader.get_by_role("heading", name="What to do first")).to_be_focused()

        leader.go_back()  # to the questions, as they were answered
        expect(words.get_by_label("Not yet")).to_be_checked()
        leader.goto("/library/ready/")
        expect(words.get_by_label("Not yet")).to_be_checked()
        leader.get_by_role("button", name="Forget them").click()
        expect(words.get_by_label("Not yet")).not_to_be_checked()
        leader.get_by_role("button", name="Bring them back").click()
        expect(words.get_by_label("Not yet")).to_be_checked()
        leader.get_by_role("button", name="Forget them").click()
        leader.goto("/library/ready/")
        assert not leader.get_by_role("radio", checked=True).count()
        assert set(sent) == {"GET"}

        leader.goto("about:blank")
        leader.goto("/library/ready/#next")  # by its address, with nothing answered
        words.get_by_label("Not yet").check()
        leader.get_by_role("button", name="Show me what to do first").click()
        expect(leader.get_by_role("region", name="Worth doing next")).to_be_visible()


@pytest.mark.parametrize("kind", SHAPES)
def test_somebody_offers_to_help_confirms_it_and_is_invited(
    chrome: Browser, running: Portal, kind: str
) -> None:
    shape, name, address = SHAPES[kind], f"Marion {kind.title()} Steele", f"{kind}@steele.example"
    with someone(chrome, running, **shape) as marion:
        marion.goto("/")
        marion.get_by_role("link", name="I could help").click()
        readable(marion, shape)
        marion.get_by_role("button", name="Send").click()
        expect(marion.get_by_role("alert")).to_contain_text("3 things need a look")
        readable(marion, shape)
        marion.get_by_label("Your name").fill(name)
        marion.get_by_label("Sheriff", exact=True).check()
        marion.get_by_label("E-mail").fill(address)
        marion.get_by_role("button", name="Send").click()
        expect(marion.get_by_role("heading", level=1)).to_contain_text("Look for an e-mail")
        readable(marion, shape)
        letter = mail_to(running, address, "/could-help/confirm/")
        marion.goto(re.search(r"https?://\S+/could-help/confirm/\S+", letter)[0])
        expect(marion.locator("main")).to_contain_text(name)
        readable(marion, shape)
        used = marion.url
        marion.get_by_role("button", name="Yes, I sent this").click()
        expect(marion.get_by_role("heading", level=1)).to_contain_text("Thank you")
        readable(marion, shape)
        assert marion.request.get(used).status == 404

    if kind == "plain":
        return
    size = PHONE if kind == "dark" else DESK
    with someone(chrome, running, viewport=size, color_scheme=kind) as helen:
        sign_in(helen, "helen@mvai.example")
        helen.goto("/prospects/")
        assert_readable(helen)
        helen.get_by_role("link", name=name).click()
        assert_readable(helen)
        helen.get_by_role("button", name="Add the note").click()
        expect(helen.get_by_role("alert")).to_be_visible()
        assert_readable(helen)
        helen.get_by_label("What was said").fill("Spoke for an hour.")
        helen.get_by_role("button", name="Add the note").click()
        expect(helen.locator("main")).to_contain_text("Spoke for an hour.")
        helen.get_by_role("button", name="Invite as advisor").click()
        expect(helen.locator("main")).to_contain_text("The invitation is on its way.")
        helen.goto("/prospects/?state=invited")
        expect(helen.get_by_role("link", name=name)).to_be_visible()
        assert_readable(helen)
        helen.goto("/prospects/?q=nobody-of-that-name")
        assert_readable(helen)
    mail_to(running, address, "You are invited")


@pytest.mark.parametrize("kind", SHAPES)
def test_the_pages_for_everybody_are_readable(chrome: Browser, running: Portal, kind: str) -> None:
    shape = SHAPES[kind]
    with someone(chrome, running, **shape) as visitor:
        for path in (
            "/",
            "/other-help/",
            "/about/",
            "/privacy/",
            "/accessibility/",
            "/could-help/nominate/",
        ):
            visitor.goto(path)
            readable(visitor, shape)
        visitor.get_by_role("button", name="Send").click()
        expect(visitor.get_by_role("alert")).to_contain_text("4 things need a look")
        readable(visitor, shape)
