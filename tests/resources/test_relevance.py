"""The search answers what tired leaders type (tests/bench/library_queries.py)."""

import pytest

from resources.actions import finding
from resources.actions.loading import load_items
from tests.bench.held_out_queries import FOURTH, SECOND, THIRD
from tests.bench.library_queries import QUERIES, measure
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def find(language: str, text: str) -> list[str]:
    found = finding.search(text=text, language=language, with_drafts=True)
    return [row.slug for row in finding.rows_of(found, {}, start=0, size=20)]


def test_the_right_page_comes_first_or_nearly_so():
    load_items(at=NOON)

    relevance = measure(find)

    assert len(QUERIES) >= 60
    assert relevance.mrr >= 0.9, "\n".join(relevance.later)
    assert relevance.in_first_three >= 0.97, "\n".join(relevance.later)


@pytest.mark.parametrize("queries", [SECOND, THIRD, FOURTH])
def test_words_of_other_hands_find_it_among_the_first_three(queries):
    load_items(at=NOON)

    relevance = measure(find, queries)

    assert relevance.in_first_three >= 0.92, "\n".join(relevance.later)
