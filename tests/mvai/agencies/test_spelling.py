"""Which word of the directory a misspelled one is meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvai.agencies.spelling import Vocabulary, distance, vocabulary
from tests.factories.agencies import AgencyFactory

WORDS = Vocabulary({"riverton": 3, "riverside": 9, "port": 40, "pratt": 1, "troy": 2, "tray": 7})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rivreton", ["riverton"]),
        ("rivertn", ["riverton"]),
        ("rivverton", ["riverton"]),
        ("rivertom", ["riverton"]),
        ("prot", ["port"]),
        ("try", ["tray", "troy"]),  # the more usual first
        ("zzzz", []),
        ("ri", []),
    ],
)
def test_a_word_with_a_slip_is_near_the_one_that_is_meant(typed, meant):
    assert WORDS.near(typed) == meant


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abbc", 1), ("abcd", "badc", 2)],
)
def test_the_distance_counts_slips(one, other, far):
    assert distance(one, other) == distance(other, one) == far


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_the_distance_is_nothing_for_the_same_word_alone(one, other):
    assert (distance(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


def test_a_beginning_is_known():
    assert WORDS.knows("rivers")
    assert not WORDS.knows("rivet")


@pytest.mark.django_db
def test_the_words_are_read_again_when_agencies_were_added():
    AgencyFactory(name="Riverton Police Department")
    assert vocabulary().has("riverton")
    assert vocabulary() is vocabulary()

    AgencyFactory(name="Lakeview Police Department", county="Stone Oak")

    assert vocabulary().has("lakeview")
    assert vocabulary().has("oak")
