"""Break glass: an administrator opens one request, the manager is told and reviews it."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import assert_readable
from tests.browser.people import DESK, PHONE, sign_in, someone, text_to
from tests.faults.harness import Portal

pytestmark = [pytest.mark.browser, pytest.mark.servers]

WHY = "Nobody at the desk answers, and the leader asks for the advisor’s number."
HELEN = "+12025550102"


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_one_request_is_opened_read_closed_and_reviewed(
    chrome: Browser, running: Portal, size: dict[str, int], scheme: str
):
    shape = {"viewport": size, "color_scheme": scheme}
    with (
        someone(chrome, running, viewport=PHONE, java_script_enabled=False) as leader,
        someone(chrome, running, **shape) as lena,
        someone(chrome, running, **shape) as helen,
    ):
        leader.goto("/")
        leader.get_by_label("Who should we call?").fill(f"Sheriff {scheme.title()} Weaver")
        leader.get_by_label("Number", exact=True).fill("(202) 555-0147")
        leader.get_by_role("button", name="Call me now").click()
        leader.wait_for_url("**/sent/**")
        reference = re.search(r"MV-\w{4,}", leader.content())[0]

        sign_in(lena, "lena@mvai.example")
        lena.goto("/requests/emergency/")
        lena.get_by_label("Reference of the request").fill(reference)
        lena.get_by_role("button", name="Open it for half an hour").click()
        expect(lena.get_by_label("Reference of the request")).to_have_value(reference)
        lena.get_by_label("Why you need to read it now").fill(WHY)
        lena.get_by_role("button", name="Open it for half an hour").click()
        expect(lena.get_by_text(f"Sheriff {scheme.title()} Weaver")).to_be_visible()
        assert_readable(lena)
        address = lena.url
        lena.get_by_role("button", name="Close it now").click()
        expect(lena.get_by_role("alert").or_(lena.get_by_role("status"))).to_contain_text("closed")
        assert_readable(lena)
        assert lena.request.get(address).status == 404

        assert "emergency access" in text_to(running, HELEN, reference)
        sign_in(helen, "helen@mvai.example")
        helen.goto("/requests/emergency/reviews/")
        assert_readable(helen)
        waiting = helen.get_by_role("region", name=reference)
        expect(waiting).to_contain_text("Lena Fischer")
        expect(waiting).to_contain_text(WHY)
        waiting.get_by_label("It was needed").check()
        waiting.get_by_role("button", name="Keep the review").click()
        expect(helen.get_by_role("row", name=reference)).to_contain_text("It was needed")
        assert_readable(helen)
