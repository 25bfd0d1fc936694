"""A leader asks for a call in Spanish, on a small phone: one tap, and everything after it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import PHONE, someone, text_to
from tests.faults.harness import Portal

pytestmark = [pytest.mark.browser, pytest.mark.servers]


def test_one_tap_and_everything_is_spanish(chrome: Browser, running: Portal):
    for scheme in ("light", "dark"):
        with someone(chrome, running, viewport=PHONE, color_scheme=scheme) as leader:
            leader.goto("/")
            assert_readable(leader)
            leader.get_by_role("link", name="Español").click()
            expect(leader.get_by_role("heading", level=1)).to_have_text(
                "Le llamará un colega que ya pasó por esto."
            )
            _ask(leader, number="(202) 555-0161" if scheme == "light" else "(202) 555-0162")
            _look_at_the_status_page(leader)


def test_spanish_needs_no_javascript_and_no_cookies(chrome: Browser, running: Portal):
    with someone(chrome, running, viewport=PHONE, java_script_enabled=False) as leader:
        leader.goto("/")
        leader.get_by_role("link", name="Español").click()
        leader.get_by_label("¿A quién debemos llamar?").fill("Jefa Amira O’Neil")
        leader.get_by_role("button", name="Llámenme ahora").click()
        expect(leader.get_by_role("alert")).to_contain_text(
            "Deje un número donde podamos llamarle."
        )
        leader.context.clear_cookies()
        leader.get_by_label("Número", exact=True).fill("(202) 555-0163")
        leader.get_by_role("button", name="Llámenme ahora").click()
        expect(leader.get_by_role("heading", level=1)).to_contain_text("le llamará antes de la")
        expect(leader.locator("html")).to_have_attribute("lang", "es")

    text = text_to(running, "+12025550163", "tenemos su solicitud")
    assert "hora del" in text
    assert "/es/status/" in text


def test_a_browser_that_speaks_spanish_is_answered_in_spanish(chrome: Browser, running: Portal):
    with someone(chrome, running, viewport=PHONE, locale="es-MX") as leader:
        leader.goto("/")
        expect(leader.locator("html")).to_have_attribute("lang", "es")
        leader.get_by_role("link", name="English").click()
        expect(leader.get_by_role("heading", level=1)).to_contain_text("A peer who has been")
        leader.get_by_role("link", name="Support for you").click()
        expect(leader.locator("html")).to_have_attribute("lang", "en")
        leader.get_by_role("link", name="Mass Violence Advisory Initiative").click()
        expect(leader.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_other_doors_are_readable_in_spanish(chrome: Browser, running: Portal, scheme: str):
    with someone(chrome, running, viewport=PHONE, color_scheme=scheme) as leader:
        for door in ("first-hour", "other-help", "library", "library/ready", "about", "privacy"):
            leader.goto(f"/es/{door}/")
            expect(leader.locator("html")).to_have_attribute("lang", "es")
            assert_readable(leader)
        for form in ("prepare", "could-help", "could-help/nominate"):
            leader.goto(f"/es/{form}/")
            assert_readable(leader)
            leader.get_by_role("main").get_by_role("button").last.click()
            expect(leader.get_by_role("alert")).to_contain_text("Revise")
            assert_readable(leader)


def test_a_line_that_is_kept_back_is_explained_in_spanish(chrome: Browser, running: Portal):
    with someone(chrome, running, viewport=PHONE) as leader:
        leader.goto("/es/")
        leader.get_by_label("¿A quién debemos llamar?").fill("Jefa Amira O’Neil")
        leader.get_by_label("Número", exact=True).fill("la oficina de noche, ext. 4")
        leader.get_by_role("button", name="Llámenme ahora").click()
        leader.wait_for_url("**/es/sent/**")
        leader.locator("details:has([name=note]) > summary").click()
        leader.locator("[name=email]").fill("no es una dirección")
        leader.locator("[name=note]").fill("DOB 4/12/1987")
        leader.get_by_role("button", name="Agregar esto a mi solicitud").click()
        expect(leader.get_by_role("alert")).to_contain_text("Revise un punto")
        assert_readable(leader)


def test_pages_of_the_desk_stay_english(chrome: Browser, running: Portal):
    with someone(chrome, running, locale="es-MX") as dana:
        dana.goto("/account/demo/")
        expect(dana.locator("html")).to_have_attribute("lang", "en")


def _ask(leader: Page, *, number: str) -> None:
    assert_readable(leader)
    leader.get_by_label("¿A quién debemos llamar?").fill("Sheriff Tom Weaver")
    leader.get_by_role("button", name="Llámenme ahora").click()
    expect(leader.get_by_role("alert")).to_contain_text("Revise un punto")
    assert_readable(leader)
    leader.get_by_label("Número", exact=True).fill(number)
    leader.get_by_role("button", name="Llámenme ahora").click()
    expect(leader.get_by_role("heading", level=1)).to_contain_text("le llamará antes de la")
    expect(leader).to_have_url(re.compile(r"/es/sent/"))
    closed = leader.locator("main details:not([open]) > summary")
    while closed.count():
        closed.first.click()
    assert_readable(leader)


def _look_at_the_status_page(leader: Page) -> None:
    leader.get_by_role("link", name="Ver cómo va").click()
    expect(leader).to_have_url(re.compile(r"/es/status/"))
    assert_readable(leader)
    leader.get_by_role("link", name="English").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("We have your request")
