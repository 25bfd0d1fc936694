from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvai.outbox import links
from tests.factories import NOON

HOUR = timedelta(hours=1)


@given(ids=st.lists(st.integers(0, 2**63 - 1), max_size=4), generation=st.integers(0, 2**31))
def test_a_token_says_what_it_was_made_for(ids, generation):
    token = links.make("offer", *ids, generation=generation, lasts=HOUR, now=NOON)

    assert links.read("offer", token, now=NOON) == links.Link(tuple(ids), generation)


def test_a_token_serves_one_purpose_only():
    token = links.make("offer", 7, lasts=HOUR, now=NOON)

    assert links.read("alarm", token, now=NOON) is None


def test_a_token_ends_at_its_time():
    token = links.make("offer", 7, lasts=HOUR, now=NOON)

    assert links.read("offer", token, now=NOON + HOUR - timedelta(seconds=1))
    assert links.read("offer", token, now=NOON + HOUR) is None


def test_a_token_without_an_end_never_ends():
    token = links.make("status", 7, lasts=None, now=NOON)

    assert links.read("status", token, now=NOON + timedelta(days=10_000))


@given(token=st.text(max_size=60))
def test_what_is_no_token_is_refused_without_an_error(token):
    assert links.read("offer", token, now=NOON) is None


@pytest.mark.parametrize("position", range(len(links.make("o", 7, lasts=HOUR, now=NOON))))
def test_a_token_with_one_changed_letter_is_refused(position):
    token = links.make("o", 7, lasts=HOUR, now=NOON)
    other = "x" if token[position] != "x" else "y"

    assert links.read("o", token[:position] + other + token[position + 1 :], now=NOON) is None


def test_a_token_of_the_former_key_is_still_read(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "former" * 10, []
    token = links.make("offer", 7, lasts=HOUR, now=NOON)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "present" * 10, ["former" * 10]

    assert links.read("offer", token, now=NOON)


def test_a_token_fits_into_a_text_message():
    token = links.make("offer", 123_456, 7_890, generation=3, lasts=HOUR, now=NOON)

    assert len(token) <= 48


def test_an_absolute_address_starts_with_the_sites(settings):
    settings.SITE_URL = "https://portal.example"

    assert links.absolute("/o/x/") == "https://portal.example/o/x/"
