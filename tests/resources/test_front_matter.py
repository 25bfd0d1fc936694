"""An item's file: written and read again it is the same; what it can't mean is said."""

from datetime import date

import pytest

from mvai.web.refusals import Refused
from resources.actions.loading import FIRST_ITEMS
from resources.rules import front_matter

SHORT = "---\ntitle: A\nkind: card\nsummary: B\n{}---\nText"


@pytest.mark.parametrize("path", sorted(FIRST_ITEMS.glob("*.md")), ids=lambda path: path.name)
def test_a_file_is_the_same_to_the_byte_when_written_again(path):
    once = front_matter.read(path.read_text(encoding="utf-8"))
    written = front_matter.write(once.facts, once.card, once.full)

    assert front_matter.read(written) == once
    assert front_matter.write(once.facts, once.card, once.full) == written


def test_what_a_file_leaves_out_has_sensible_values():
    facts = front_matter.read(SHORT.format("review_by: 2027-05-01\n")).facts

    assert facts["author"] == "MVAI"
    assert facts["is_funded"] is True
    assert facts["review_by_date"] == date(2027, 5, 1)
    assert (facts["number"], facts["state"], facts["needs"]) == (1, "draft", [])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("title: A\n", "three dashes"),
        ("\x00", "no text file"),
        ("---\n- a\n---\nText", "lines such as"),
        ("---\ntitle: [\n---\nText", "near line 3"),
        (SHORT.format("needs: MEDIA\n"), "“needs”"),
        (SHORT.format("needs: [1]\n"), "“needs”"),
        (SHORT.format("minutes: 0\n"), "“minutes”"),
        (SHORT.format("minutes: true\n"), "“minutes”"),
        (SHORT.format("state: lost\n"), "“state”"),
        (SHORT.format("funded: 7\n"), "“funded”"),
        (SHORT.format("review_by: soon\n"), "“review_by”"),
        (SHORT.format("author: [a]\n"), "“author”"),
        (SHORT.format(f"advisory: {'a' * 251}\n"), "too long"),
        (SHORT.format("sources: [a]\n"), "“sources”"),
        (SHORT.format("sources: [{title: a, address: 'http://x'}]\n"), "https"),
        (SHORT.format("a: &a [1]\nneeds: *a\n"), "can’t be read"),
        (SHORT.format(f"license: {'a ' * 9_000}\n"), "too long"),
        (SHORT.replace("kind: card", "kind: poem").format(""), "“kind”"),
        (SHORT.replace("title: A\n", "").format(""), "“title” is missing"),
        (SHORT.format("license: !!python/object/apply:os.system [ls]\n"), "can’t be read"),
    ],
)
def test_what_a_file_cannot_mean_is_said(said, why):
    with pytest.raises(Refused, match=why):
        front_matter.read(said)
