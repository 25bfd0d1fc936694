"""The leader knows who calls and when: first the desk, later the peer; on a phone, at each step."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import PHONE, code_for, nobody_waits, sign_in, someone, text_to
from tests.faults.harness import Portal

pytestmark = [pytest.mark.browser, pytest.mark.servers]

DENVER = ZoneInfo("America/Denver")
# Where the leader is: their browser says so; without scripts we take the desk's own clock.
CHICAGO = (ZoneInfo("America/Chicago"), "CT", 1)  # and how far ahead of Denver that is
NEW_YORK = (ZoneInfo("America/New_York"), "ET", 2)

# The desk's work between the first call and a peer's yes, and the end that frees the peer's seat.
MATCHED = """
from datetime import timedelta
from django.utils import timezone
from advisors.models import Advisor
from requests.actions import desk, offers, outreach, triage
from requests.models import AssistanceRequest
now = timezone.now()
request = AssistanceRequest.objects.get(reference="{reference}")
luis = Advisor.objects.get(person__full_name="Luis Romero")
luis.person.time_zone = "America/Denver"
luis.person.save()
desk.confirm_identity(assistance_request=request, method="published_number",
                      by=request.owner, at=now)
triage.triage(assistance_request=request, by=request.owner, at=now,
              fields=dict(happened_at=now - timedelta(days=5), needs=["LEADER"]))
request.refresh_from_db()
outreach.start(assistance_request=request, lead=luis, alternate=None, by=request.owner, at=now,
               override_reason="He may rest after what another test closed.")
offers.accept(offer=request.offers.get(), by=luis.person.user, at=now)
print("engagement", request.engagements.get().pk)
"""
CLOSED = """
from django.utils import timezone
from mvai.accounts.models import User
from requests.actions import closing
from requests.models import AssistanceRequest
closing.close(assistance_request=AssistanceRequest.objects.get(reference="{reference}"),
              close_reason="met", by=User.objects.get(email="helen@mvai.example"),
              at=timezone.now())
"""


@pytest.mark.parametrize(
    ("scripts", "number", "there"),
    [(True, "(202) 555-0161", CHICAGO), (False, "(202) 555-0162", NEW_YORK)],
)
def test_a_leader_always_knows_who_calls(
    chrome: Browser, running: Portal, scripts: bool, number: str, there: tuple[ZoneInfo, str, int]
):
    nobody_waits(running)
    dialed = "+1" + re.sub(r"\D", "", number)
    with (
        someone(chrome, running, viewport=PHONE, java_script_enabled=scripts) as leader,
        someone(chrome, running) as dana,
        someone(chrome, running, viewport=PHONE) as luis,
    ):
        look = _readable if scripts else _nothing
        reference = _ask(leader, number, look)
        _take_and_call(dana, running, leader, reference, dialed, look)
        said = running.manage("shell", "-c", MATCHED.format(reference=reference))
        engagement = re.search(r"engagement (\d+)", said)[1]
        _see_the_peer(leader, running, dialed, look)
        _agree(luis, engagement, there)
        _read_both_clocks(leader, there, look)
        _propose(luis, engagement)
        _choose(leader, there, look)
        running.manage("shell", "-c", CLOSED.format(reference=reference))


def _ask(leader: Page, number: str, look) -> str:
    leader.goto("/")
    leader.get_by_label("Who should we call?").fill("Chief Amira Haddad")
    leader.get_by_label("Number", exact=True).fill(number)
    leader.get_by_role("button", name="Call me now").click()
    expect(leader.get_by_role("heading", level=1)).to_contain_text("Dana Ruiz from IACP will call")
    expect(leader.get_by_text("The call comes from (800) 555-0100")).to_be_visible()
    look(leader)
    reference = re.search(r"MV-\w{4,}", leader.content())[0]
    leader.get_by_role("link", name="See where it stands").click()
    expect(leader.get_by_text("Dana Ruiz calls you")).to_be_visible()
    look(leader)
    return reference


def _take_and_call(
    dana: Page, portal: Portal, leader: Page, reference: str, dialed: str, look
) -> None:
    sign_in(dana, "dana@mvai.example")
    dana.goto("/board/")
    dana.get_by_role("button", name=f"Take {reference}").click()
    expect(dana.get_by_text("Dana Ruiz has it")).to_be_visible()
    leader.reload()
    expect(leader.get_by_text("Dana Ruiz has it")).to_be_visible()
    look(leader)

    dana.get_by_role("button", name="I am calling now").click()
    expect(dana.get_by_role("link", name="Dial (202) 555-01")).to_be_visible()
    expect(dana.get_by_text("A text says so on their phone.").first).to_be_visible()
    _readable(dana)
    text = text_to(portal, dialed, "calls you now")
    assert "from (800) 555-0100" in text
    assert reference in text
    dana.get_by_label("We spoke").check()
    dana.get_by_role("button", name="Save the call").click()
    expect(dana.get_by_text("Dana Ruiz begins a call")).to_be_visible()
    leader.reload()
    expect(leader.get_by_text("We spoke")).to_be_visible()


def _see_the_peer(leader: Page, portal: Portal, dialed: str, look) -> None:
    leader.reload()
    expect(leader.get_by_text("Luis Romero")).to_have_count(0)
    leader.get_by_role("button", name="Send me a code").click()
    leader.get_by_label("Six-digit code").fill(code_for(portal, dialed))
    leader.get_by_role("button", name="Open").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("Luis Romero calls you")
    expect(leader.get_by_text("Chief (ret.) Luis Romero")).to_be_visible()
    expect(leader.get_by_role("link", name="(505) 555-0178")).to_be_visible()
    expect(leader.get_by_text("Three questions to ask your peer")).to_be_visible()
    look(leader)


def _agree(luis: Page, engagement: str, there: tuple[ZoneInfo, str, int]) -> None:
    _zone, clock, ahead = there
    sign_in(luis, "luis@advisor.example")
    luis.goto(f"/engagements/{engagement}/")
    luis.get_by_text("Set the time you agreed on").click()
    form = luis.locator(f'form[action$="/{engagement}/time/"]')
    form.get_by_label("When do you talk?: day").fill(_day(3))
    form.get_by_label("When do you talk?: time").fill("12:00")
    form.get_by_label("Video link, if you want one").fill("https://video.example/room")
    _readable(luis)
    form.get_by_role("button", name="Save the time").click()
    expect(luis.get_by_text("12:00 noon MT, your time")).to_be_visible()
    expect(luis.get_by_text(f"{ahead}:00 p.m. {clock}, Chief Amira Haddad’s time")).to_be_visible()
    _readable(luis)


def _read_both_clocks(leader: Page, there: tuple[ZoneInfo, str, int], look) -> None:
    zone, clock, ahead = there
    leader.reload()
    talk = leader.locator("#talk")
    expect(talk.get_by_text(f"{ahead}:00 p.m. {clock}, your time")).to_be_visible()
    expect(talk.get_by_text("12:00 noon MT, Chief (ret.) Luis Romero’s time")).to_be_visible()
    expect(talk.get_by_role("link", name="By video at video.example")).to_be_visible()
    look(leader)
    with leader.expect_download() as loading:
        talk.get_by_role("link", name="Add to my calendar").click()
    calendar = Calendar.from_ical(loading.value.path().read_bytes())
    [event] = calendar.walk("VEVENT")
    assert event["SUMMARY"] == "MVAI call"
    local = event.decoded("DTSTART").astimezone(zone)
    assert (local.date().isoformat(), local.hour) == (_day(3), 12 + ahead)


def _propose(luis: Page, engagement: str) -> None:
    luis.get_by_text("Let the leader choose a time").click()
    form = luis.locator(f'form[action$="/{engagement}/times/"]')
    for name, day in (("First", 4), ("Second", 5)):
        form.get_by_label(f"{name} time: day").fill(_day(day))
        form.get_by_label(f"{name} time: time").fill("09:00")
    form.get_by_role("button", name="Propose these times").click()
    expect(luis.get_by_text("12:00 noon MT, your time")).to_be_visible()


def _choose(leader: Page, there: tuple[ZoneInfo, str, int], look) -> None:
    _zone, clock, ahead = there
    leader.reload()
    look(leader)
    leader.get_by_label(f"{9 + ahead}:00 a.m. {clock}, your time").nth(1).check()
    leader.get_by_role("button", name="Agree on this time").click()
    talk = leader.locator("#talk")
    expect(talk.get_by_text(f"{9 + ahead}:00 a.m. {clock}, your time")).to_be_visible()
    expect(talk.get_by_text("9:00 a.m. MT, Chief (ret.) Luis Romero’s time")).to_be_visible()
    look(leader)


def _day(ahead: int) -> str:
    return (datetime.now(tz=DENVER) + timedelta(days=ahead)).date().isoformat()


def _readable(page: Page) -> None:
    for scheme in ("dark", "light"):
        # Without the fade, in the middle of which nothing has its own color.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert_readable(page)


def _nothing(page: Page) -> None:
    """Without scripts there is nothing to ask axe with; the page is the same."""
