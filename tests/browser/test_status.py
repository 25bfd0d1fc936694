"""The leader's page on a phone: with and without scripts, by keyboard, light and dark."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import PHONE, sign_in, someone
from tests.faults.harness import Portal

pytestmark = [pytest.mark.browser, pytest.mark.servers]

DANA = "dana@mvai.example"

# A request with a lead and a planned contact, as far as the leader's page shows it.
HELPED = """
import uuid
from datetime import timedelta
from django.utils import timezone
from advisors.models import Advisor
from mvai.accounts.models import User
from requests.actions import desk, filing, offers, outreach, triage
from requests.actions.messages import status_url
now = timezone.now()
dana = User.objects.get(email="dana@mvai.example")
made = filing.file_request(attempt=uuid.uuid4(), call_name="Chief Rosa Ibarra",
    call_number="(202) 555-0167", details={"agency_text": "Calder Police"}, at=now)
desk.take(assistance_request=made, by=dana, at=now)
desk.log_call(assistance_request=made, outcome="reached", by=dana, at=now)
desk.confirm_identity(assistance_request=made, method="published_number", by=dana, at=now)
triage.triage(assistance_request=made, fields={"happened_at": now - timedelta(days=40),
    "needs": ["LEADER"]}, by=dana, at=now)
luis = Advisor.objects.get(person__full_name="Luis Romero")
outreach.start(assistance_request=made, lead=luis, by=dana, at=now,
    override_reason="He may rest after what another test closed.")
offers.accept(offer=made.offers.get(role="lead"), by=luis.person.user, at=now)
print("ADDRESS", status_url(made), made.reference)
"""

CODE = """
from django.utils import timezone
from requests.models import AssistanceRequest, StatusCode
now = timezone.now()
of = AssistanceRequest.objects.get(reference="{reference}")
print("CODE", StatusCode.objects.create(assistance_request=of, made_at=now,
    expires_at=now + timezone.timedelta(minutes=10)).digits())
"""

FREE = """
from django.utils import timezone
from requests.actions import closing
from requests.models import AssistanceRequest
of = AssistanceRequest.objects.get(reference="{reference}")
if of.is_open:
    closing.withdraw(assistance_request=of, at=timezone.now())
"""

ENTRIES = (
    "message",
    "details",
    "different",
    "follow-ups",
    "delegates",
    "number",
    "successor",
    "concern",
    "withdraw",
)


@pytest.fixture
def helped(running: Portal) -> Iterator[tuple[str, str]]:
    """The page's address and the reference; the advisor's seat is free again afterward."""
    said = running.manage("shell", "-c", HELPED)
    address, reference = re.search(r"ADDRESS (\S+) (\S+)", said).groups()
    yield f"/status/{address.split('/status/')[1]}", reference
    running.manage("shell", "-c", FREE.format(reference=reference))


def code_of(portal: Portal, reference: str) -> str:
    return re.search(r"CODE (\d+)", portal.manage("shell", "-c", CODE.format(reference=reference)))[
        1
    ]


def open_page(page: Page, portal: Portal, helped: tuple[str, str]) -> None:
    address, reference = helped
    page.goto(address)
    expect(page.get_by_text("Luis Romero")).to_have_count(0)
    page.get_by_text("Somebody from the desk reads me a code").click()
    page.get_by_label("Six-digit code").fill(code_of(portal, reference))
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("heading", name="Your peer", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_of_the_page_is_readable(
    chrome: Browser, running: Portal, helped: tuple[str, str], scheme: str
):
    with someone(chrome, running, viewport=PHONE, color_scheme=scheme) as leader:
        leader.goto(helped[0])
        assert_readable(leader)
        leader.get_by_role("button", name="Send me a code").click()
        assert_readable(leader)
        open_page(leader, running, helped)
        assert_readable(leader)
        _look_at_each_entry(leader, helped[0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_of_the_page_is_readable_in_spanish(
    chrome: Browser, running: Portal, helped: tuple[str, str], scheme: str
):
    with someone(chrome, running, viewport=PHONE, color_scheme=scheme) as leader:
        open_page(leader, running, helped)
        leader.goto(f"/es{helped[0]}")
        expect(leader.get_by_text("Luis Romero").first).to_be_visible()
        assert_readable(leader)
        _look_at_each_entry(leader, f"/es{helped[0]}")


def _look_at_each_entry(leader: Page, address: str) -> None:
    """As it is, and sent empty."""
    for entry in ENTRIES:
        leader.goto(f"{address}{entry}/")
        assert_readable(leader)
        if entry not in {"details", "different"}:
            leader.get_by_role("main").get_by_role("button").last.click()
            expect(leader.get_by_role("alert")).to_be_visible()
            assert_readable(leader)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_leader_writes_plans_and_asks_for_somebody_else(
    chrome: Browser, running: Portal, helped: tuple[str, str], scripts: bool
):
    words = f"Please call after six. {uuid.uuid4().hex[:6]}"
    with (
        someone(chrome, running, viewport=PHONE, java_script_enabled=scripts) as leader,
        someone(chrome, running) as dana,
    ):
        open_page(leader, running, helped)
        leader.get_by_role("link", name="Write to the desk").click()
        leader.get_by_label("Your message").fill(words)
        leader.get_by_role("button", name="Send to the desk").dblclick()
        expect(leader.get_by_text(words)).to_have_count(1)

        sign_in(dana, DANA)
        dana.goto(f"/requests/{helped[1]}/?do=message#do")
        expect(dana.get_by_text(words)).to_be_visible()
        dana.get_by_label("Your message").fill("We call at six.")
        dana.get_by_role("button", name="Send to the leader").click()
        expect(dana.get_by_text("Dana Ruiz wrote to the leader")).to_be_visible()
        assert_readable(dana)

        leader.goto(helped[0])
        expect(leader.get_by_text("1 message is not read yet")).to_be_visible()
        leader.get_by_role("button", name="Mark as read").click()
        expect(leader.get_by_text("1 message is not read yet")).to_have_count(0)

        leader.get_by_role("link", name="Move or stop planned contacts").click()
        leader.get_by_label("Which contact?").select_option("all")
        leader.get_by_label("Stop it").check()
        leader.get_by_role("button", name="Change the plan").click()
        expect(leader.get_by_text("The plan is changed.")).to_be_visible()
        expect(leader.get_by_role("link", name="Move or stop planned contacts")).to_have_count(0)

        leader.get_by_role("link", name="A different advisor, please").click()
        leader.get_by_role("button", name="Yes, a different advisor").click()
        expect(leader.get_by_text("You asked for a different advisor")).to_be_visible()


def test_what_was_typed_outlives_a_page_that_has_closed(
    chrome: Browser, running: Portal, helped: tuple[str, str]
):
    with someone(chrome, running, viewport=PHONE, java_script_enabled=False) as leader:
        open_page(leader, running, helped)
        leader.goto(f"{helped[0]}message/")
        leader.get_by_label("Your message").fill("Is there a page for families?")
        leader.context.clear_cookies()
        leader.get_by_role("button", name="Send to the desk").click()
        expect(leader.get_by_text("nothing was sent")).to_be_visible()

        leader.get_by_label("Six-digit code").fill(code_of(running, helped[1]))
        leader.get_by_role("button", name="Open", exact=True).click()
        expect(leader.get_by_label("Your message")).to_have_value("Is there a page for families?")
        leader.get_by_role("button", name="Send to the desk").click()
        expect(leader.get_by_text("Is there a page for families?")).to_be_visible()


def test_the_page_is_walked_with_the_keyboard_alone(
    chrome: Browser, running: Portal, helped: tuple[str, str]
):
    with someone(chrome, running, viewport=PHONE) as leader:
        leader.goto(helped[0])
        _press(leader, "Somebody from the desk reads me a code")
        leader.keyboard.press("Tab")
        leader.keyboard.type(code_of(running, helped[1]))
        leader.keyboard.press("Enter")
        expect(leader.get_by_role("heading", name="Your peer", exact=True)).to_be_visible()

        _press(leader, "Withdraw my request")
        expect(leader.get_by_role("heading", level=1)).to_have_text("Withdraw my request")
        _press(leader, "Yes, withdraw my request", key="Space")
        _press(leader, "Withdraw my request")
        expect(leader.get_by_role("heading", level=1)).to_have_text("This request is closed")


def test_a_leader_whose_request_is_closed_asks_for_a_call_again(
    chrome: Browser, running: Portal, helped: tuple[str, str]
):
    running.manage("shell", "-c", FREE.format(reference=helped[1]))
    with someone(chrome, running, viewport=PHONE) as leader:
        leader.goto(helped[0])
        assert_readable(leader)
        leader.get_by_text("Somebody from the desk reads me a code").click()
        leader.get_by_label("Six-digit code").fill(code_of(running, helped[1]))
        leader.get_by_role("button", name="Open", exact=True).click()
        leader.get_by_role("link", name="Ask for a call again").click()
        assert_readable(leader)
        leader.get_by_role("button", name="Call me again").click()
        expect(leader.get_by_role("heading", level=1)).to_have_text("We have your request")


def _press(page: Page, name: str, key: str = "Enter") -> None:
    """Tab on until the control of this name has the focus, then press it."""
    focused = "document.activeElement"
    words = f"({focused}.labels?.[0] ?? {focused}).textContent.trim()"
    for _each in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(words).startswith(name):
            page.keyboard.press(key)
            return
    raise AssertionError(f"no control is called {name}")
