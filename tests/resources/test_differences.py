"""Where two wordings differ, word by word."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.rules.differences import ADDED, SAME, SKIPPED, TAKEN, between, pieces_of

TEXTS = st.lists(st.sampled_from(["Say ", "little.", "\n", "\n\n", " ", "más", "- [ ] x\n"])).map(
    "".join
)


def said(before, after):
    return [(piece.kind, piece.text) for piece in pieces_of(before, after)]


def test_a_word_that_changed_is_named_and_nothing_else():
    assert said("Say little today.", "Say less today.") == [
        (SAME, "Say "),
        (TAKEN, "little"),
        (ADDED, "less"),
        (SAME, " today."),
    ]


def test_a_new_line_is_added_as_a_whole():
    assert said("One.\nThree.", "One.\nTwo.\nThree.") == [
        (SAME, "One.\n"),
        (ADDED, "Two.\n"),
        (SAME, "Three."),
    ]


def test_long_stretches_as_before_are_left_out_of_sight():
    lines = [f"Line {number}.\n" for number in range(40)]
    pieces = pieces_of("".join(lines), "".join([*lines[:20], "New.\n", *lines[20:]]))

    assert [piece.kind for piece in pieces] == [SKIPPED, SAME, ADDED, SAME, SKIPPED]
    assert pieces[0].lines == 18


def test_facts_that_say_the_same_are_not_listed():
    before, after = {"title": "A", "needs": "Media"}, {"title": "A", "needs": "Media\nFamilies"}

    assert [change.field for change in between(before, after)] == ["needs"]


@given(TEXTS, TEXTS)
def test_both_wordings_can_be_read_from_the_pieces(before, after):
    pieces = pieces_of(before, after)

    assert "".join(one.text for one in pieces if one.kind != ADDED) == before
    assert "".join(one.text for one in pieces if one.kind != TAKEN) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\n" * 50_000, "b\n" * 50_000),
        ("a " * 50_000, "b " * 49_999),
        ("a\n" * 50_000, "a\n" * 49_000),
        ("".join(f"{n}\n" for n in range(20_000)), "".join(f"{n}\n" for n in range(20_000, 0, -1))),
    ],
    ids=["all lines", "one long line", "the same line", "upside down"],
)
def test_the_longest_texts_are_compared_in_a_moment(before, after):
    began = time.process_time()
    pieces_of(before[:100_000], after[:100_000])

    assert time.process_time() - began < 5
