"""PostgreSQL is away: the way in stays open, says so, and gives back what was typed."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import Portal, portal

TYPED = {"call_name": "Chief <Ode>", "call_number": "(202) 555-0147", "attempt": "page-one"}
COUNT = "SELECT count(*) FROM requests_assistancerequest"


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that has answered pages, and whose PostgreSQL then stopped."""
    folder = tmp_path_factory.mktemp("away")
    with portal(folder / "var", start=("web",), PROGRAM_NUMBER="(800) 555-0100") as one:
        assert one.http.get("/library/").status_code == 200
        one.postgres.stop()
        yield one


def test_the_landing_page_is_there_without_it(stopped: Portal) -> None:
    answer = stopped.http.get("/")
    assert answer.status_code == 200
    assert "Call me now" in answer.text


def test_a_request_is_answered_plainly_and_with_the_number(stopped: Portal) -> None:
    answer = stopped.http.post("/call-me/", data=TYPED)
    assert answer.status_code == 503
    assert "did not reach us" in answer.text
    assert 'href="tel:' in answer.text
    assert "(800) 555-0100" in answer.text
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_was_typed_is_in_the_form_again_as_the_same_attempt(stopped: Portal) -> None:
    form = stopped.http.post("/call-me/", data=TYPED).text
    for name, value in TYPED.items():
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', form)[0]
        assert f'value="{html.escape(value)}"' in field


def test_a_browser_with_a_session_gets_the_form_as_well(stopped: Portal) -> None:
    answer = stopped.http.get("/", headers={"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"})
    assert answer.status_code in {200, 503}
    assert "Call me now" in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_other_pages_say_that_it_was_not_you(stopped: Portal) -> None:
    answer = stopped.http.get("/library/")
    assert answer.status_code == 503
    assert "It was not you" in answer.text


def test_pressed_again_later_it_is_one_request(tmp_path: Path) -> None:
    with portal(tmp_path / "var", start=("web",)) as one:
        one.postgres.stop()
        assert one.http.post("/call-me/", data=TYPED).status_code == 503
        one.postgres.start()
        for _ in range(2):
            assert "/sent/" in str(one.http.post("/call-me/", data=TYPED).url)
        assert one.scalar(COUNT) == 1
