"""A checklist that a team fills in together, in real browsers: from sharing to deleting."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_fits, assert_readable
from tests.browser.people import DESK, PHONE, someone
from tests.faults.harness import Portal

pytestmark = [pytest.mark.browser, pytest.mark.servers]

ITEM = """
from django.utils import timezone
from resources.actions.catalog import put_on_show
from resources.models import Edition, Item
now = timezone.now()
item, is_new = Item.objects.get_or_create(slug="team-day", defaults={"created_at": now})
if is_new:
    Edition.objects.create(item=item, language="en", number=1, state="published",
        title="A day for a team", kind="checklist", summary="What others did first.",
        card="Call somebody.", changed_at=now, published_at=now, text='''## First hour

- [ ] Name the incident commander for each shift, and write the name where dispatch sees it.
- [ ] Call the chief beside you.
- [ ] Open a page for offers of help.

## Days 2 and 3

- [ ] Sleep six hours.
''')
    put_on_show(item)
"""
SHARE = "/library/team-day/share/"


@pytest.fixture(scope="module")
def team_item(running: Portal) -> str:
    running.manage("shell", "-c", ITEM)
    return SHARE


def share(page: Page, address: str, agency: str) -> tuple[str, str]:
    """Save a copy; the team's address and the keeper's."""
    page.goto(address)
    return share_from_here(page, agency)


def share_from_here(page: Page, agency: str) -> tuple[str, str]:
    page.get_by_label("Whose checklist is it?").fill(agency)
    page.get_by_label("I know that this copy is saved").check()
    page.get_by_role("button", name="Save the copy").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keep")
    return (
        page.get_by_label("For your team").input_value(),
        page.get_by_label("For you: this page").input_value(),
    )


@pytest.fixture
def shared(chrome: Browser, running: Portal, team_item: str, request) -> Iterator[tuple[str, str]]:
    with someone(chrome, running) as page:
        yield share(page, team_item, request.node.name[:60])


def box(page: Page, words: str):
    return page.get_by_role("checkbox", name=re.compile(re.escape(words)))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_read_well(chrome, running, team_item, size, scheme):
    with someone(chrome, running, viewport=size, color_scheme=scheme) as page:
        page.goto(team_item)
        assert_readable(page)
        page.get_by_role("button", name="Save the copy").click()
        expect(page.get_by_text("Give the name of your agency")).not_to_have_count(0)
        assert_readable(page)
        team, manage = share(page, team_item, f"Riverton PD {size['width']} {scheme}")
        assert_readable(page)
        page.goto(team)
        assert_readable(page)
        box(page, "Sleep six hours").click()
        expect(page.get_by_text("1 of 4 done")).to_be_visible()
        page.get_by_role("link", name="Owner, due, note").first.click()
        assert_readable(page)
        page.get_by_label("Who does it").fill("Sgt. Kim Lee")
        page.get_by_label("Due on").fill("2027-01-03")
        page.get_by_label("Note").fill("Two phones.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Sgt. Kim Lee").first).to_be_visible()
        page.get_by_text("Add a line of our own").click()
        assert_readable(page)
        page.goto(manage + "remove/")
        assert_readable(page)


def test_two_people_see_each_others_ticks_without_a_new_page(chrome, running, shared):
    team, _manage = shared
    with someone(chrome, running) as first, someone(chrome, running, viewport=PHONE) as second:
        first.goto(team)
        second.goto(team)

        box(first, "Call the chief").click()
        box(second, "Sleep six hours").click()

        for page in (first, second):
            expect(box(page, "Call the chief")).to_be_checked()
            expect(box(page, "Sleep six hours")).to_be_checked()
            expect(page.get_by_text("2 of 4 done")).to_be_visible()
        second.reload()
        expect(box(second, "Call the chief")).to_be_checked()


def test_a_tick_that_the_network_swallows_is_sent_again(chrome, running, shared):
    team, _manage = shared
    with someone(chrome, running) as page:
        page.goto(team)
        lost = []

        def swallow(route):
            if lost:
                route.continue_()
            else:
                lost.append(1)
                route.fulfill(status=200, body="")  # cut short on its way

        page.route("**/tick/", swallow)
        box(page, "Call the chief").click()
        expect(page.get_by_text("Not saved yet")).to_be_visible()
        expect(page.locator("[data-team-state]")).to_have_text("Saved.")
        page.unroute("**/tick/")
        page.reload()
        expect(box(page, "Call the chief")).to_be_checked()


def test_a_conflict_on_a_note_keeps_both(chrome, running, shared):
    team, _manage = shared
    with someone(chrome, running) as first, someone(chrome, running) as second:
        for page in (first, second):
            page.goto(team)
            page.get_by_role("link", name="Owner, due, note").first.click()
        first.get_by_label("Note").fill("Two phones.")
        first.get_by_role("button", name="Save").click()
        expect(first.get_by_text("Two phones.")).to_be_visible()

        second.get_by_label("Note").fill("Three phones.")
        # It shows beside the field while the other is still writing …
        expect(second.get_by_text("Now it says:")).to_be_visible()
        expect(second.get_by_text("Two phones.")).to_be_visible()
        assert_readable(second)
        # … and saving asks once more.
        second.get_by_role("button", name="Save").click()
        expect(second.get_by_role("alert")).to_contain_text("Somebody else changed this line")
        expect(second.get_by_label("Note")).to_have_value("Three phones.")
        expect(second.get_by_text("Two phones.")).to_be_visible()
        assert_readable(second)
        second.get_by_role("button", name="Save mine").click()
        expect(second.get_by_text("Three phones.")).to_be_visible()


def test_it_works_without_javascript(chrome, running, team_item):
    with someone(chrome, running, viewport=PHONE, java_script_enabled=False) as page:
        team, _manage = share(page, team_item, "Lakeside PD")
        assert_fits(page)
        page.goto(team)
        box(page, "Call the chief").click()
        expect(box(page, "Call the chief")).to_be_checked()
        assert_fits(page)
        page.get_by_text("Add a line of our own").click()
        page.get_by_label("What is to be done").fill("Call the mayor.")
        page.get_by_label("In which part").select_option("Days 2 and 3")
        page.get_by_role("button", name="Add the line").click()
        expect(page.get_by_text("Call the mayor.")).to_be_visible()
        page.get_by_role("link", name="Owner, due, note").first.click()
        page.get_by_role("button", name="Set aside").click()
        expect(page.get_by_text("1 line set aside")).to_be_visible()
        page.get_by_role("button", name="Bring it back").first.click()
        expect(page.get_by_text("Back on the list:")).to_be_visible()
        assert_fits(page)


def test_ticks_of_this_device_come_along_when_asked(chrome, running, team_item):
    with someone(chrome, running) as page:
        page.goto(team_item)
        expect(page.get_by_label("Bring along what I have ticked")).to_be_hidden()
        key = running.scalar(
            "SELECT key FROM resources_teamline WHERE text = 'Sleep six hours.' LIMIT 1"
        )
        kept = f'{{"stamp": "x", "lines": ["{key}"], "ticked": ["{key}"]}}'
        page.evaluate(f"localStorage.setItem('ticks:team-day', '{kept}')")
        page.reload()
        page.get_by_label("Bring along what I have ticked").check()
        team, _manage = share_from_here(page, "Device PD")
        page.goto(team)
        expect(box(page, "Sleep six hours")).to_be_checked()
        expect(page.get_by_text("1 of 4 done")).to_be_visible()


def test_it_is_deleted_after_one_question(chrome, running, shared):
    team, manage = shared
    with someone(chrome, running) as page:
        page.goto(manage)
        page.get_by_role("link", name="Delete the checklist").click()
        page.get_by_label("Yes", exact=True).check()
        page.get_by_role("button", name="Delete “A day for a team”").click()
        expect(page.get_by_role("alert")).to_contain_text("Nothing was deleted")
        assert_readable(page)
        page.get_by_label("No", exact=True).check()
        page.get_by_role("button", name="Delete “A day for a team”").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The checklist is deleted")
    answer = running.http.get(team)
    assert answer.status_code == 404
