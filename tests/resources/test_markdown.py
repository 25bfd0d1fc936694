"""Library texts: what comes through, what doesn't, and the lines of a checklist."""

import re

import pytest

from resources.rules import markdown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "[x](http://plain.example)",
        "<img src=x onerror=alert(1)>",
        "![x](http://pixel.example/a.png)",
        "[[<script>alert(1)</script>]]",
        "::: note\n<iframe src=https://x.example></iframe>\n:::",
        "## <svg onload=alert(1)>",
        "- [ ] <b onclick=alert(1)>x</b>",
        '| a |\n|---|\n| <a href="javascript:alert(1)">x</a> |',
    ],
)
def test_nothing_that_runs_comes_through(text):
    found = markdown.html(text)

    assert not re.search(r"<(script|img|iframe|svg|b|a[^>]* href)\b", found)


def test_links_lead_out_by_https_or_to_a_phone():
    found = markdown.html("[a](https://work.example) [988](tel:988)")

    assert '<a href="https://work.example" rel="noreferrer">a</a>' in found
    assert '<a href="tel:988" rel="noreferrer">988</a>' in found


def test_lines_know_their_chapter_and_keep_their_key_wherever_they_stand():
    text = (
        "## First hour\n\n- [ ] Name **one** commander.\n- [x] Call.\n\n"
        "## Later\n\n- [ ] Call.\n- Not a line."
    )

    first, second, third = markdown.lines(text)

    assert (first.section, first.text) == ("First hour", "Name one commander.")
    assert (third.section, third.text) == ("Later", "Call.")
    assert third.key == f"{second.key}-2"
    assert markdown.lines("- [ ] Name one  commander.")[0].key == first.key
    assert markdown.html(text).count(f'data-line="{first.key}"') == 1


def test_a_line_shows_no_brackets():
    assert "[ ]" not in markdown.html("- [ ] Call.\n\n- [x] Rest.")


def test_a_callout_has_its_name_in_words():
    assert "Words you can use" in markdown.html("::: words\nWe are here.\n:::")


def test_a_blank_is_a_place_to_write():
    assert '<span class="blank">what happened</span>' in markdown.html("At [[what happened]].")


def test_chapters_have_anchors_that_a_page_can_lead_to():
    text = "## One thing\n\nA\n\n## One thing\n\nB"

    assert [heading.anchor for heading in markdown.headings(text)] == [
        "t-one-thing",
        "t-one-thing-2",
    ]
    assert 'id="t-one-thing-2"' in markdown.html(text)


def test_plain_words_are_kept_for_searching():
    assert markdown.plain("## A\n\n- [ ] **Call** [[who]].") == "A\n[ ] Call who."
