"""A leader finds the right page on a phone, by keyboard alone, and takes choices away again."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_fits, assert_readable
from tests.browser.people import DESK, PHONE, sign_in, someone
from tests.faults.harness import Portal

pytestmark = [pytest.mark.browser, pytest.mark.servers]

EDITOR = """
from django.utils import timezone
from mvai.accounts.models import User
from mvai.people.models import Person
from resources.actions.loading import load_items
load_items(at=timezone.now())
if not User.objects.filter(email="ines@mvai.example").exists():
    User.objects.create_user(email="ines@mvai.example", roles=["content_editor"],
        person=Person.objects.create(full_name="Ines Duarte"), at=timezone.now())
"""


@pytest.fixture(scope="module")
def library(running: Portal) -> Portal:
    running.manage("shell", "-c", EDITOR)
    return running


def _press(page: Page, key: str, until: str, most: int = 60) -> None:
    """Press a key until what has the focus says so."""
    for _ in range(most):
        page.keyboard.press(key)
        said = page.evaluate(
            "(document.activeElement.id || '') + ' ' + document.activeElement.innerText"
        )
        if re.search(until, said):
            return
    raise AssertionError(f"{until} was never reached by {key}")


def test_a_page_is_found_by_keyboard_on_a_phone(chrome: Browser, library: Portal):
    with someone(chrome, library, viewport=PHONE) as leader:
        leader.goto("/library/")
        assert_readable(leader)
        _press(leader, "Tab", r"^id_q ")
        leader.keyboard.type("what do I say to the press in the first hour")
        leader.keyboard.press("Enter")
        leader.wait_for_url("**q=what**")
        expect(leader.locator(".entry__title a").first).to_contain_text("First statement")
        expect(leader.get_by_role("status").first).to_contain_text("found")
        assert_readable(leader)

        _press(leader, "Tab", "Narrow it down")
        leader.keyboard.press("Enter")
        _press(leader, "Tab", r"^need-MEDIA")
        leader.keyboard.press("Space")
        assert_readable(leader)
        _press(leader, "Tab", "Show these")
        leader.keyboard.press("Enter")
        leader.wait_for_url("**need=MEDIA**")
        expect(leader.locator(".find__results .chip")).to_have_count(3)
        assert_readable(leader)

        leader.get_by_role("link", name="Media and the public").press("Enter")
        leader.wait_for_url(lambda address: "need=" not in address)
        expect(leader.locator(".find__results .chip")).to_have_count(2)


def test_the_hour_gives_its_reason_without_scripts(chrome: Browser, library: Portal):
    with someone(chrome, library, viewport=PHONE, java_script_enabled=False) as leader:
        leader.goto("/library/")
        leader.get_by_role("link", name="The first day").click()
        expect(leader.get_by_text("Because it is the first day.").first).to_be_visible()
        assert_fits(leader)
        leader.get_by_label("Search the library").fill("volenteers")
        leader.get_by_role("button", name="Search", exact=True).click()
        expect(leader.get_by_text("Nothing has “volenteers”.")).to_be_visible()
        leader.get_by_role("button", name="Tell the editors").click()
        expect(leader.get_by_text("Thank you. The editors see the words alone")).to_be_visible()
        assert_fits(leader)


def test_words_in_vain_reach_the_editors_and_are_answered(chrome: Browser, library: Portal):
    with (
        someone(chrome, library, viewport=PHONE) as leader,
        someone(chrome, library, viewport=DESK) as editor,
    ):
        leader.goto("/library/?q=xylophone")
        expect(leader.get_by_text("The editors were told these words")).to_be_visible()
        expect(leader.get_by_role("button", name="Tell the editors")).to_be_hidden()
        assert_readable(leader)

        sign_in(editor, "ines@mvai.example")
        editor.goto("/library/desk/missed/")
        assert_readable(editor)
        editor.get_by_role("link", name="Answer it xylophone").click()
        editor.get_by_label("Answered by").select_option(label="first-24-hours")
        assert_readable(editor)
        editor.get_by_role("button", name="Save").click()
        expect(editor.get_by_text("Settled: xylophone.")).to_be_visible()

        leader.reload()
        expect(leader.get_by_text("The editors chose this page")).to_be_visible()
        assert_readable(leader)


def test_new_words_for_the_same_are_found_at_once(chrome: Browser, library: Portal):
    with (
        someone(chrome, library, viewport=PHONE) as leader,
        someone(chrome, library, viewport=PHONE) as editor,
    ):
        sign_in(editor, "ines@mvai.example")
        editor.goto("/library/desk/synonyms/")
        assert_readable(editor)
        editor.get_by_label("Words that mean the same").fill("volunteers, quokka")
        editor.get_by_role("button", name="Add these words").click()
        expect(editor.get_by_text("Searches know these words")).to_be_visible()

        leader.goto("/library/?q=quokka")
        expect(leader.locator(".entry__title a").first).to_contain_text("Volunteers")

        editor.get_by_role("link", name="Change or remove quokka").or_(
            editor.get_by_role("link", name=re.compile("Change or remove volunteers"))
        ).last.click()
        assert_readable(editor)
        editor.get_by_text("Remove this line").click()
        editor.get_by_role("button", name="Remove it").click()
        expect(editor.get_by_text("Removed.")).to_be_visible()

        leader.reload()
        expect(leader.get_by_role("heading", name="Nothing fits that search")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_the_library_reads_well_in_either_light(
    chrome: Browser, library: Portal, size: dict, scheme: str
):
    with someone(chrome, library, viewport=size, color_scheme=scheme) as leader:
        for query in ("", "?hour=DAY1", "?q=family+press", "?q=press&need=AAR", "?q=volenteers"):
            leader.goto(f"/library/{query}")
            assert_readable(leader)
