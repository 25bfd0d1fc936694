"""An officer is called away in the middle of a note, and finds it again."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import DESK, PHONE, nobody_waits, sign_in, someone
from tests.faults.harness import Portal
from tests.mvai.accounts.lock_world import PASSWORD, code_of

pytestmark = pytest.mark.browser

EMAIL = "noor@mvai.example"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOTE = "He has not slept.\nWants a peer “who was there”, <not> a form."

# An officer with a password and an authenticator: the cast signs in with one click.
NOOR = f"""
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone
from mvai.accounts.models import User
from mvai.people.models import Person
person = Person.objects.create(full_name="Noor Haddad", time_zone="America/Chicago")
user = User.objects.create_user(
    email="{EMAIL}", person=person, roles=["duty_officer"], at=timezone.now(),
    password="{PASSWORD}")
TOTP.activate(user, "{SECRET}")
print(RecoveryCodes.activate(user).get_unused_codes()[0])
"""

# Nobody has been at any session for so many minutes.
LEFT_FOR = """
from django.contrib.sessions.models import Session
from mvai.accounts.sessions import SessionStore
for key in Session.objects.values_list("pk", flat=True):
    session = SessionStore(key)
    if "lock_active" in session:
        session["lock_active"] -= MINUTES * 60
        session.save()
"""
LEFT_ALONE = LEFT_FOR.replace("MINUTES", "31")
LEFT_FOR_20 = LEFT_FOR.replace("MINUTES", "20")


@pytest.fixture(scope="module")
def recovery_code(running: Portal) -> str:
    return running.manage("shell", "-c", NOOR).split()[-1]


@pytest.fixture(scope="module")
def reference(running: Portal, chrome: Browser) -> str:
    nobody_waits(running)
    with someone(chrome, running) as leader:
        leader.goto("/")
        leader.get_by_label("Who should we call?").fill("Chief Ana Lund")
        leader.get_by_label("Number", exact=True).fill("(202) 555-0167")
        leader.get_by_role("button", name="Call me now").click()
        leader.wait_for_url("**/sent/**")
        return re.search(r"MV-\w{4,}", leader.content())[0]


def test_a_note_that_met_the_lock_is_saved_after_all(
    chrome: Browser, running: Portal, recovery_code: str, reference: str
) -> None:
    with someone(chrome, running) as noor:
        _sign_in_with_codes(noor, recovery_code)
        noor.goto("/board/")
        noor.get_by_role("button", name=f"Take {reference}").click()
        noor.get_by_role("link", name="Log a call").click()
        noor.get_by_label("We spoke").check()
        noor.get_by_label("Minutes").fill("9")
        noor.get_by_role("textbox", name="Note").fill(NOTE)
        running.manage("shell", "-c", LEFT_ALONE)
        noor.get_by_role("button", name="Save the call").click()

        expect(noor.get_by_role("heading", level=1)).to_contain_text("Locked")
        expect(noor.get_by_text("What you sent is kept for you")).to_be_visible()
        _look(noor)
        noor.get_by_label("Code").fill("000000")
        noor.get_by_role("button", name="Unlock").click()
        expect(noor.get_by_role("alert")).to_contain_text("That code isn’t right")
        _look(noor)
        noor.get_by_label("Code").fill(code_of(SECRET))
        noor.get_by_role("button", name="Unlock").click()

        expect(noor.get_by_role("heading", level=1)).to_have_text("Here is what you were sending")
        expect(noor.get_by_text("He has not slept.")).to_be_visible()
        _look(noor)
        assert not _notes(running)
        noor.get_by_role("button", name="Send it now").click()

        expect(noor.get_by_text("Noor Haddad spoke with Chief Ana Lund")).to_be_visible()
        assert [note.replace("\r\n", "\n") for note in _notes(running)] == [NOTE]


def test_a_page_is_covered_and_goes_on_where_it_was(chrome: Browser, running: Portal) -> None:
    """What is written stays on the page below, and can be sent when another tab has unlocked."""
    with someone(chrome, running) as dana:
        sign_in(dana, "dana@mvai.example")
        dana.goto("/requests/new/")
        name = dana.get_by_label("Who should we call?")
        name.fill("Chief Bo Strand")
        running.manage("shell", "-c", LEFT_ALONE)
        dana.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

        cover = dana.get_by_role("dialog", name="Locked, because nobody was here")
        expect(cover).to_be_visible()
        dana.keyboard.press("Escape")
        dana.keyboard.press("Escape")
        expect(cover).to_be_visible()
        _look(dana)
        with dana.context.expect_page() as opened:
            cover.get_by_role("link", name="Unlock in a new tab").click()
        beside = opened.value
        beside.get_by_role("button", name="Unlock with one click").click()
        expect(beside.get_by_role("heading", level=1)).to_have_text("Unlocked")
        assert_readable(beside)
        expect(cover).not_to_be_visible()
        expect(name).to_have_value("Chief Bo Strand")


def test_a_page_without_polls_is_covered_by_its_own_clock(chrome: Browser, running: Portal) -> None:
    with someone(chrome, running) as dana:
        dana.clock.install()
        sign_in(dana, "dana@mvai.example")
        dana.goto("/requests/new/")
        running.manage("shell", "-c", LEFT_ALONE)
        dana.clock.fast_forward("30:02")

        expect(dana.get_by_role("dialog")).to_be_visible()


def test_who_writes_for_long_is_not_locked(chrome: Browser, running: Portal) -> None:
    with someone(chrome, running) as dana:
        dana.clock.install()
        sign_in(dana, "dana@mvai.example")
        dana.goto("/requests/new/")
        running.manage("shell", "-c", LEFT_FOR_20)
        dana.clock.fast_forward("20:00")
        with dana.expect_response("**/account/lock/state/"):
            dana.get_by_label("Who should we call?").press_sequentially("Chief Bo Strand")
        running.manage("shell", "-c", LEFT_FOR_20)

        dana.reload()
        expect(dana.get_by_label("Who should we call?")).to_be_visible()


def test_what_is_below_a_cover_is_never_shown_to_somebody_else(
    chrome: Browser, running: Portal
) -> None:
    with someone(chrome, running) as dana:
        sign_in(dana, "dana@mvai.example")
        dana.goto("/requests/new/")
        dana.get_by_label("Who should we call?").fill("Chief Bo Strand")
        running.manage("shell", "-c", LEFT_ALONE)
        dana.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(dana.get_by_role("dialog")).to_be_visible()

        beside = dana.context.new_page()
        beside.goto("/account/lock/")
        beside.get_by_role("button", name="Sign out").click()
        sign_in(beside, "helen@mvai.example")
        dana.bring_to_front()
        dana.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

        dana.wait_for_url(lambda url: "/requests/new/" not in url)
        assert "Bo Strand" not in dana.content()


def test_polls_keep_no_session_open_and_cover_the_page(chrome: Browser, running: Portal) -> None:
    with someone(chrome, running) as dana:
        sign_in(dana, "dana@mvai.example")
        dana.goto("/board/")
        running.manage("shell", "-c", LEFT_ALONE)

        # The alarms ask every 15 seconds, the board every 20.
        cover = dana.get_by_role("dialog", name="Locked, because nobody was here")
        expect(cover).to_be_visible(timeout=30_000)


def _sign_in_with_codes(page: Page, recovery_code: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(recovery_code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/" not in url)


def _look(page: Page) -> None:
    """In both colors, on a phone and at a desk."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            time.sleep(0.2)  # colors fade
            assert_readable(page)


def _notes(portal: Portal) -> list[str]:
    rows = portal.query("SELECT note FROM requests_calllog WHERE note <> ''")
    return [row[0] for row in rows if "slept" in row[0]]
