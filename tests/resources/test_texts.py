"""What is said about a text that readers would not see as it was meant."""

import pytest

from resources.rules import texts
from resources.rules.front_matter import FULL_TEXT
from resources.rules.markdown import html

GOOD = """## First
- [ ] Call [988](tel:988), or read [the guide](https://www.ojp.gov/guide "Guide").
- Write to <https://www.ojp.gov/>.

::: words
“We speak at [[time]].”
:::

`<b>` and `[x](http://x)` in code stay as they are, and so does 3 < 4.
"""


def test_a_good_text_has_no_troubles():
    assert texts.troubles(GOOD) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[x](javascript:alert(1))", "no link"),
        ("[x](data:text/html,x)", "no link"),
        ("[x](http://plain.example/)", "no link"),
        ("[x](/library/kit/)", "no link"),
        ("[x](https://me@evil.example/)", "no link"),
        ("[x][1]\n\n[1]: http://plain.example/", "no link"),
        ("![a face](https://x.example/a.png)", "Pictures"),
        ("<script>alert(1)</script>", "not shown as a mark"),
        ("a <b>bold</b> word", "not shown as a mark"),
        (FULL_TEXT, "not shown as a mark"),
        ("::: advice\nx\n:::", "no callout “advice”"),
        ("::: note\nx", "has no end"),
        ("::: note\n::: care\nx\n:::", "has no end"),
        ("x" * 100_001, "too long"),
    ],
)
def test_what_readers_would_not_see_is_said(text, words):
    assert any(words in trouble for trouble in texts.troubles(text)), texts.troubles(text)


def test_a_longest_text_is_still_taken():
    assert texts.troubles("x" * 100_000) == []


def test_every_link_that_is_taken_is_shown_as_one():
    assert html(GOOD).count("<a ") == 3


def test_minutes_are_counted_from_the_words_alone():
    assert texts.minutes_to_read("word " * 200, "## word\n" * 200) == 2
    assert texts.minutes_to_read("") == 1
