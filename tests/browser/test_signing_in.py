"""Into the portal: by password and app, and by a passkey alone; each page readable."""

import re
import time
import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import DESK, PHONE, someone
from tests.browser.test_lock import LEFT_ALONE
from tests.faults.harness import Portal
from tests.mvai.accounts.lock_world import code_of

pytestmark = [pytest.mark.browser, pytest.mark.servers]

PASSWORD = "four tall quiet lanterns"
OFFICER = """
from django.utils import timezone
from mvai.accounts.actions import create_account
from mvai.people.models import Person
person = Person.objects.create(full_name="Nora Lindqvist", time_zone="America/Chicago")
create_account(email="{email}", person=person, roles=["duty_officer"], by=None,
               at=timezone.now(), password="{password}")
"""
PHONES_OWN = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def officer(running: Portal) -> str:
    """The address of somebody new, who has a password and nothing else."""
    email = f"nora-{uuid.uuid4().hex[:8]}@mvai.example"
    running.manage("shell", "-c", OFFICER.format(email=email, password=PASSWORD))
    return email


def give_password(page: Page, email: str) -> None:
    page.goto("/account/login/")
    assert_readable(page)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


def next_code(secret: str, after: str) -> str:
    """What the app shows as soon as it is not `after` any more: each code is good once."""
    while (code := code_of(secret)) == after:
        time.sleep(0.5)
    return code


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_by_password_and_app(
    chrome: Browser, running: Portal, officer: str, size: dict[str, int], scheme: str
):
    with someone(chrome, running, viewport=size, color_scheme=scheme) as nora:
        give_password(nora, officer)
        expect(nora.get_by_role("heading", level=1)).to_have_text("Set up your authenticator app")
        assert_readable(nora)
        nora.get_by_label("Code").fill("000000")
        nora.get_by_role("button", name="Finish").click()
        assert_readable(nora)
        secret = nora.locator("code").inner_text()
        first = code_of(secret)
        nora.get_by_label("Code").fill(first)
        nora.get_by_role("button", name="Finish").click()
        expect(nora.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
        assert_readable(nora)
        nora.get_by_role("link", name="I have them. Go on").click()
        nora.wait_for_url("**/board/")
        nora.goto("/account/2fa/")
        assert_readable(nora)

        sign_out(nora)
        give_password(nora, officer)
        assert_readable(nora)
        nora.get_by_label("Code").fill(first)
        nora.get_by_role("button", name="Sign in", exact=True).click()
        expect(nora.get_by_role("alert").first).to_be_visible()  # a code is good once
        assert_readable(nora)
        nora.get_by_label("Code").fill(next_code(secret, after=first))
        nora.get_by_role("button", name="Sign in", exact=True).click()
        nora.wait_for_url("**/board/")


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_by_a_passkey_alone(
    chrome: Browser, running: Portal, officer: str, size: dict[str, int], scheme: str
):
    at_localhost = re.sub("127.0.0.1", "localhost", running.url)  # an address has no passkeys
    with someone(
        chrome, running, viewport=size, color_scheme=scheme, base_url=at_localhost
    ) as nora:
        device = nora.context.new_cdp_session(nora)
        device.send("WebAuthn.enable")
        made = device.send("WebAuthn.addVirtualAuthenticator", {"options": PHONES_OWN})
        give_password(nora, officer)
        nora.get_by_role("link", name="Use a passkey on this device").click()
        expect(nora.get_by_role("heading", level=1)).to_have_text("Add a passkey")
        assert_readable(nora)
        nora.get_by_label("Name").fill("Nora’s phone")
        nora.get_by_role("button", name="Add it").click()
        expect(nora.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
        nora.get_by_role("link", name="I have them. Go on").click()
        nora.wait_for_url("**/board/")

        nora.goto("/account/passkeys/")
        expect(nora.get_by_role("row", name="Nora’s phone")).to_contain_text("signs in alone")
        assert_readable(nora)
        nora.goto("/account/2fa/")
        assert_readable(nora)
        sign_out(nora)

        nora.goto("/account/login/?next=/inbox/")
        assert_readable(nora)
        nora.get_by_role("button", name="Sign in with a passkey").click()
        nora.wait_for_url(f"{at_localhost}/inbox/")

        running.manage("shell", "-c", LEFT_ALONE)
        nora.goto("/messages/")
        expect(nora.get_by_role("heading", level=1)).to_contain_text("Locked")
        assert_readable(nora)
        nora.get_by_role("button", name="Unlock with a passkey").click()
        nora.wait_for_url(f"{at_localhost}/messages/")
        sign_out(nora)

        # The phone is elsewhere: it is said calmly, and the password is still there.
        device.send(
            "WebAuthn.removeVirtualAuthenticator", {"authenticatorId": made["authenticatorId"]}
        )
        device.send("WebAuthn.addVirtualAuthenticator", {"options": PHONES_OWN})
        nora.goto("/account/login/")
        nora.get_by_role("button", name="Sign in with a passkey").click()
        expect(nora.get_by_text("choose another way")).to_be_visible()
        assert_readable(nora)


def test_without_javascript_the_password_is_what_is_offered(chrome: Browser, running: Portal):
    with someone(chrome, running, java_script_enabled=False) as nora:
        nora.goto("/account/login/")

        expect(nora.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
        expect(nora.get_by_label("Password")).to_be_visible()
