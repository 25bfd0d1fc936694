"""The auditor at work: filter, go on, follow a request, take the answer away."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import DESK, PHONE, sign_in, someone
from tests.faults.harness import Portal

pytestmark = pytest.mark.browser

LOOKS = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]


@pytest.fixture(scope="module")
def reference(running: Portal, chrome: Browser) -> str:
    """A request that Dana typed in and opened often enough to fill more than a page."""
    with someone(chrome, running) as page:
        sign_in(page, "dana@mvai.example")
        page.goto("/requests/new/")
        page.get_by_label("Who should we call?").fill("Chief Audit")
        page.get_by_label("Number", exact=True).fill("(202) 555-0188")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_url(re.compile(r"/requests/MV-"))
        found = re.search(r"MV-[0-9A-Z]+", page.url)
        assert found
        for _ in range(55):
            page.request.get(f"/requests/{found[0]}/")
        page.request.get("/duty/plans/")  # not hers
        return found[0]


def lines(page: Page) -> list[str]:
    return page.locator("#entries tbody tr").all_inner_texts()


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=lambda given: str(given)[:20])
def test_the_log_answers_the_auditors_questions(
    running: Portal, chrome: Browser, reference: str, size: dict[str, int], scheme: str
) -> None:
    with someone(chrome, running, viewport=size, color_scheme=scheme) as page:
        sign_in(page, "samuel@mvai.example")
        page.goto("/audit/")
        page.get_by_label("Who", exact=True).fill("dana@mvai")
        page.get_by_label("On what").fill(reference.lower())
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.locator("#entries tbody tr")).to_have_count(50)
        assert all(reference in line and "Dana Ruiz" in line for line in lines(page))
        assert page.get_by_label("On what").input_value() == reference.lower()
        assert_readable(page)

        page.get_by_role("link", name="Older entries").click()
        expect(page.get_by_role("link", name="Newest entries")).to_be_visible()
        assert any("request.filed" in line for line in lines(page))
        assert_readable(page)


def test_what_can_not_be_read_is_said_beside_the_field_and_kept(
    running: Portal, chrome: Browser
) -> None:
    with someone(chrome, running, java_script_enabled=False) as page:
        sign_in(page, "samuel@mvai.example")
        page.goto("/audit/")
        page.get_by_label("From where").fill("the office")
        page.get_by_role("button", name="Show", exact=True).click()

        field = page.get_by_label("From where")
        assert field.input_value() == "the office"
        assert field.get_attribute("aria-invalid") == "true"
        expect(page.locator(".field--wrong")).to_contain_text("Write an address such as")
        assert not lines(page)


def test_a_refused_page_is_found_by_its_result(
    running: Portal, chrome: Browser, reference: str
) -> None:
    with someone(chrome, running) as page:
        sign_in(page, "samuel@mvai.example")
        page.goto("/audit/")
        page.get_by_label("Result").select_option("refused")
        page.get_by_label("What was done").fill("page.refused")
        page.get_by_role("button", name="Show", exact=True).click()

        assert any("duty:plans" in line and "Dana Ruiz" in line for line in lines(page))


def test_the_file_holds_what_the_page_shows(
    running: Portal, chrome: Browser, reference: str
) -> None:
    with someone(chrome, running) as page:
        sign_in(page, "samuel@mvai.example")
        page.goto(f"/audit/?record={reference}&kind=read")
        with page.expect_download() as started:
            page.get_by_role("link", name="Download as a table").click()
        text = Path(started.value.path()).read_text("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))

        assert len(rows) >= 55
        assert {row["Reference"] for row in rows} == {reference}
        assert {row["Kind"] for row in rows} == {"read"}
        page.goto("/audit/?verb=audit.exported")
        assert f"entries: {len(rows)}" in lines(page)[0]


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=lambda given: str(given)[:20])
def test_who_has_looked_is_a_click_from_the_request(
    running: Portal, chrome: Browser, reference: str, size: dict[str, int], scheme: str
) -> None:
    with someone(chrome, running, viewport=size, color_scheme=scheme) as page:
        sign_in(page, "helen@mvai.example")
        page.goto(f"/requests/{reference}/#happening")
        page.get_by_role("link", name="Who has looked").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Who has looked at {reference}")
        assert "Helen Aguirre" in page.locator("tbody tr").first.inner_text()
        assert_readable(page)
