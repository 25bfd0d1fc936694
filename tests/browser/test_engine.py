"""What people see of the engine: an alarm that rises, a page that takes another way, a banner."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import PHONE, sign_in, someone, text_to
from tests.faults.harness import Portal, wait_until

pytestmark = pytest.mark.browser

DANA, HELEN = "+12025550101", "+12025550102"
INVALID_NUMBER = {"status": 400, "code": 21211}


def test_an_alarm_rises_through_the_roster_and_a_page_takes_another_way(
    chrome: Browser, running: Portal
):
    with (
        someone(chrome, running, viewport=PHONE) as leader,
        someone(chrome, running, viewport=PHONE) as helen,
        someone(chrome, running) as dana,
    ):
        running.forget_messages()
        running.providers(sms={"to": DANA, **INVALID_NUMBER})
        reference = _ask_for_a_call(leader)
        wait_until(
            lambda: running.messages(channel="voice", to=DANA),
            what="Dana is called at once, since her text could not be sent",
        )
        running.providers()

        assert not running.messages(to=HELEN)
        _let_minutes_pass(running, reference, 10)
        address = re.search(r"https?://\S+", text_to(running, HELEN, f"{reference} needs you"))[0]
        _take_by_link(helen, address, reference)
        wait_until(
            lambda: running.messages(channel="email", to="dana@mvai.example"), what="Dana is told"
        )
        _read_the_history(dana, running, reference)


def test_a_banner_comes_when_messages_are_late_and_goes_by_itself(chrome: Browser, running: Portal):
    late = "Messages take up to half a minute longer"
    with someone(chrome, running) as dana:
        sign_in(dana, "dana@mvai.example")
        dana.goto("/board/")
        expect(dana.get_by_text(late)).to_have_count(0)

        running.kill("worker")
        running.query("UPDATE outbox_heartbeat SET at = at - interval '70 s' WHERE name = 'worker'")
        dana.reload()
        banner = dana.get_by_role("status").filter(has_text=late)
        expect(banner).to_contain_text("since")
        expect(banner).to_contain_text("They are being sent.")
        assert_readable(dana)
        dana.goto("/messages/")
        expect(dana.get_by_role("status").filter(has_text=late)).to_be_visible()

        running.start("worker")
        wait_until(
            lambda: running.scalar(
                "SELECT now() - at < interval '10 s' FROM outbox_heartbeat WHERE name = 'worker'"
            ),
            what="the worker is heard again",
        )
        dana.reload()
        expect(dana.get_by_text(late)).to_have_count(0)


def _ask_for_a_call(leader: Page) -> str:
    leader.goto("/")
    leader.get_by_label("Who should we call?").fill("Chief Maria Lindqvist-Okonkwo")
    leader.get_by_label("Number", exact=True).fill("(202) 555-0166")
    leader.get_by_role("button", name="Call me now").click()
    leader.wait_for_url("**/sent/**")
    return re.search(r"MV-\w{4,}", leader.content())[0]


def _let_minutes_pass(portal: Portal, reference: str, minutes: int) -> None:
    """As if the alarm had been ringing for so long."""
    portal.query(
        "UPDATE duty_alarmstep SET due_at = due_at - make_interval(mins => %s)"
        " WHERE done_at IS NULL AND alarm_id IN (SELECT id FROM duty_alarm WHERE label = %s)",
        [minutes, reference],
    )


def _take_by_link(helen: Page, address: str, reference: str) -> None:
    """Looking takes nothing; the button does, without a sign-in."""
    helen.goto(address)
    expect(helen.get_by_role("heading", level=1)).to_have_text(f"{reference} needs you")
    assert_readable(helen)
    helen.reload()
    helen.get_by_role("button", name="I have it").click()
    expect(helen.get_by_role("heading", level=1)).to_have_text(f"You have {reference}")
    assert_readable(helen)


def _read_the_history(dana: Page, portal: Portal, reference: str) -> None:
    sign_in(dana, "dana@mvai.example")
    dana.goto(f"/duty/history/{reference}/")
    steps = dana.locator(".steps > li")
    expect(steps.filter(has_text="1 person paged").first).to_contain_text(
        "Dana Ruiz · Text message"
    )
    expect(steps.filter(has_text="skipped")).to_contain_text("Nobody was there to page.")
    expect(steps.filter(has_text="Helen Aguirre · Text message")).to_be_visible()
    expect(steps.filter(has_text="Helen Aguirre took it")).to_contain_text("Not needed any more")
    assert_readable(dana)

    dana.goto("/messages/?show=unsent")
    assert_readable(dana)
    dana.get_by_role("row").filter(has_text=reference).get_by_role("link").first.click()
    expect(dana.get_by_role("button", name="Send again")).to_be_visible()
    assert_readable(dana)
