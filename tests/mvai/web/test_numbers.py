"""Numbers are read as people type them, and never changed into something else."""

import pytest

from mvai.web import numbers


@pytest.mark.parametrize(
    "typed", ["3085550121", "308-555-0121", "(308) 555 0121", "+1 308 555 0121", "1-308-555-0121"]
)
def test_a_number_is_shown_one_way_however_it_was_typed(typed):
    assert numbers.number_words(typed) == "(308) 555-0121"
    assert numbers.number_link(typed) == "tel:+1-308-555-0121"


def test_an_extension_is_kept():
    assert numbers.number_words("308-555-0121 ext. 12") == "(308) 555-0121 ext. 12"
    assert numbers.number_link("308-555-0121 x12") == "tel:+1-308-555-0121;ext=12"


@pytest.mark.parametrize("typed", ["call the desk", "", "12", "county dispatch, ask for Tom"])
def test_what_is_not_a_number_stays_as_it_was_typed(typed):
    assert numbers.number_words(typed) == typed
    assert numbers.number_link(typed) == ""
