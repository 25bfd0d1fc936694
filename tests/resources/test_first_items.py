"""The items the portal comes with: complete, plain, calm, and in Spanish on one page."""

import math
import re
from functools import cache

import pytest

from mvai.taxonomy.terms import NEEDS, PHASES, SETTINGS
from resources.actions.loading import FIRST_ITEMS
from resources.rules import front_matter, markdown
from resources.states import Audience, Kind
from tests import reading
from tests.test_wording import EASE, GRADE, avoided_in

PATHS = sorted(FIRST_ITEMS.glob("*.md"))
CODES = {
    "needs": {code for code, *_ in NEEDS},
    "phases": {code for code, *_ in PHASES},
    "settings": {code for code, *_ in SETTINGS},
    "audiences": set(Audience.values),
}
LONGEST_CARD = 165  # words: one page, read standing up
LONGEST_LINE = 300
# Of the titles of others' works, and the field's own names.
NAMES = (
    "criminal case",
    "criminal trial",
    "active shooter",
    "Active Shooter",
    "fire service",
    "fire/EMS",
    "Fire/EMS",
)


@cache
def text_of(path):
    return front_matter.read(path.read_text(encoding="utf-8"))


def language(path):
    return path.name.split(".")[1]


OURS = [path for path in PATHS if text_of(path).facts["kind"] != Kind.EXTERNAL]
LINKS = [path for path in PATHS if text_of(path).facts["kind"] == Kind.EXTERNAL]


def said_by(text):
    """All its words, without marks and addresses."""
    facts = text.facts
    words = f"{text.card}\n\n{text.full}"
    words = re.sub(r"\]\([^)]*\)|https?://\S+|^:::.*$|[*_`#|\[\]]", " ", words, flags=re.M)
    head = (facts["title"], facts["summary"], facts["advisory"], ", ".join(facts["keywords"]))
    return "\n".join([*head, words])


def paragraphs(text):
    lines = markdown.plain(f"{text.card}\n\n{text.full}").splitlines()
    return [line.removeprefix("[ ] ") for line in lines if len(line.split()) > 3]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
class TestEveryItem:
    def test_is_found_by_codes_that_exist(self, path):
        facts = text_of(path).facts

        assert {name: set(facts[name]) - known for name, known in CODES.items()} == {
            name: set() for name in CODES
        }
        assert facts["needs"]
        assert facts["phases"]

    def test_says_no_word_that_we_avoid(self, path):
        text = text_of(path)
        words = said_by(text)
        for name in (*NAMES, *(one["title"] for one in text.facts["sources"])):
            words = words.replace(name, "")
        if text.facts["kind"] == Kind.EXTERNAL:
            words = words.replace(text.facts["title"], "")

        assert avoided_in(words, language(path)) == []


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
class TestOurTexts:
    def test_begin_with_a_card_of_one_page(self, path):
        assert 20 <= len(text_of(path).card.split()) <= LONGEST_CARD

    def test_are_read_with_ease(self, path):
        said = paragraphs(text_of(path))

        if language(path) == "en":
            assert reading.grade(said) <= GRADE
        else:
            assert reading.ease(said) >= EASE

    def test_say_honestly_how_long_they_take(self, path):
        text = text_of(path)
        if language(path) == "en":
            words = len(f"{text.card} {text.full}".split())
            assert abs(text.facts["minutes"] - math.ceil(words / 200)) <= 1

    def test_have_lines_that_are_read_at_a_glance(self, path):
        text = text_of(path)
        lines = markdown.lines(f"{text.card}\n\n{text.full}")

        assert [line.text for line in lines if len(line.text) > LONGEST_LINE] == []
        if text.facts["kind"] == Kind.CHECKLIST and language(path) == "en":
            assert len(lines) >= 20
            assert all(line.section for line in lines)

    def test_come_in_spanish_on_one_page(self, path):
        english, spanish = (
            text_of(path.with_name(f"{path.name.split('.')[0]}.{code}.md")) for code in ("en", "es")
        )

        same = ("kind", "needs", "phases", "audiences", "settings", "sort", "is_funded")
        assert [english.facts[name] for name in same] == [spanish.facts[name] for name in same]
        assert bool(english.facts["advisory"]) == bool(spanish.facts["advisory"])

    def test_wait_for_a_second_person(self, path):
        assert text_of(path).facts["state"] == "draft"


@pytest.mark.parametrize("path", LINKS, ids=lambda path: path.name)
def test_a_link_is_a_record_and_no_text(path):
    text = text_of(path)

    assert text.facts["address"].startswith("https://")
    assert text.facts["author"] != "MVAI"
    assert not text.facts["is_funded"]
    assert not text.card + text.full
