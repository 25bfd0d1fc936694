"""An administrator invites somebody, changes what they do, and turns an account off."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import assert_readable
from tests.browser.people import DESK, PHONE, sign_in, someone
from tests.faults.harness import Portal, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.servers]

PASSWORD = "a quiet lake in autumn"


@pytest.mark.parametrize(
    ("size", "scheme", "scripts"), [(PHONE, "light", False), (DESK, "dark", True)]
)
def test_somebody_is_invited_joins_and_is_turned_off(
    chrome: Browser, running: Portal, size: dict[str, int], scheme: str, scripts: bool
):
    shape = {"viewport": size, "color_scheme": scheme}
    address = f"kim+{scheme}@agency.example"
    with (
        someone(chrome, running, **shape) as lena,
        someone(chrome, running, java_script_enabled=scripts, **shape) as kim,
    ):
        sign_in(lena, "lena@mvai.example")
        expect(lena.get_by_role("heading", level=1)).to_have_text("Accounts")
        assert_readable(lena)
        lena.get_by_role("link", name="Invite somebody").click()
        lena.get_by_label("Full name").fill("Kim Lee")
        lena.get_by_label("E-mail").fill("k\u0456m@agency.example")
        lena.get_by_role("button", name="Send the invitation").click()
        expect(lena.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
        assert_readable(lena)
        lena.get_by_label("E-mail").fill(address)
        lena.get_by_label("Duty officer").check()
        lena.get_by_role("button", name="Send the invitation").click()
        expect(lena.get_by_text("Nobody can sign in until")).to_be_visible()
        assert_readable(lena)

        kim.goto(invitation_to(running, address))
        kim.locator("#id_password1").fill(PASSWORD)
        kim.locator("#id_password2").fill(PASSWORD)
        kim.locator("main button[type=submit]").click()
        kim.wait_for_url(re.compile("key/done"))
        kim.goto("/account/login/")
        kim.get_by_label("E-mail").fill(address)
        kim.locator("#id_password").fill(PASSWORD)
        kim.locator("main form").filter(has=kim.locator("#id_password")).get_by_role(
            "button", name="Sign in", exact=True
        ).click()
        kim.wait_for_url(re.compile("totp/activate"))

        lena.reload()
        expect(lena.locator("main")).to_contain_text("In use")
        lena.get_by_label("Auditor").check()
        lena.get_by_role("button", name="Keep these roles").click()
        expect(lena.get_by_role("alert").or_(lena.get_by_role("status"))).to_contain_text("Kept")
        lena.locator("summary", has_text="Turn the account off").click()
        assert_readable(lena)
        lena.get_by_role("button", name="Turn it off").click()
        expect(lena.get_by_text("Nobody can sign in with this account.")).to_be_visible()
        kim.goto("/account/2fa/totp/activate/")
        kim.wait_for_url(re.compile("/account/login/"))


def invitation_to(portal: Portal, address: str) -> str:
    def found() -> str:
        bodies = [row["body"] for row in portal.messages(channel="email", to=address)]
        links = [re.search(r"https?://\S+password/reset/key\S+", body) for body in bodies]
        return next((link[0] for link in links if link), "")

    return wait_until(found, what=f"{address} is invited")
