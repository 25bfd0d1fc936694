import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvai.web.browsers import browser_words

KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"


WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML}"
ANDROID = f"Mozilla/5.0 (Linux; Android 15; SM-S921U) {KHTML}"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101"


@pytest.mark.parametrize(
    ("called", "words"),
    [
        (f"{WINDOWS} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        (f"{ANDROID} Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        (f"{IPHONE} Version/18.0 Safari/604.1", "Safari · iPhone"),
        (f"{LINUX} Firefox/140.0", "Firefox · Linux"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_would(called, words):
    assert browser_words(called) == words


@given(st.text())
def test_whatever_it_calls_itself_nothing_of_it_is_shown(called):
    assert len(browser_words(called)) < 40
