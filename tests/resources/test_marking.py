"""Rows carry the marks of the lists of words that mean the same, whatever changes when."""

import pytest

from resources.actions import finding, synonyms
from resources.models import CatalogRow
from tests.factories.resources import EditionFactory, SynonymGroupFactory
from tests.resources.desk import AT, editor
from tests.together import one_begins_and_the_other_comes_between

pytestmark = pytest.mark.django_db


def slugs(text: str) -> list[str]:
    found = finding.search(text=text, language="en", with_drafts=False)
    return [row.slug for row in finding.rows_of(found, {}, start=0, size=50)]


@pytest.fixture
def owen():
    return editor("Owen Castellano")


class TestAList:
    def test_it_counts_from_its_change_until_it_is_removed(self, owen):
        EditionFactory(slug="tv", title="Cameras outside")

        group = synonyms.add(terms=["press", "cameras"], by=owen, at=AT)
        assert slugs("press") == ["tv"]

        synonyms.change(group=group, revision=1, terms=["press", "radio"], by=owen, at=AT)
        assert slugs("press") == []

        synonyms.change(group=group, revision=2, terms=["press", "outside"], by=owen, at=AT)
        assert slugs("press") == ["tv"]

        synonyms.remove(group=group, by=owen, at=AT)
        assert slugs("press") == []

    def test_it_counts_in_what_is_put_on_show_after_it(self):
        SynonymGroupFactory(terms=["press", "cameras"])
        EditionFactory(slug="tv", title="Cameras outside")

        assert slugs("press") == ["tv"]

    def test_two_lists_of_one_word_both_count(self):
        SynonymGroupFactory(terms=["press", "cameras"])
        SynonymGroupFactory(terms=["press", "newspaper"])
        EditionFactory(slug="tv", title="Cameras outside")
        EditionFactory(slug="paper", title="The newspapers")

        assert sorted(slugs("press")) == ["paper", "tv"]

    def test_its_words_count_by_where_they_stand_and_after_the_word_itself(self):
        SynonymGroupFactory(terms=["press", "cameras"])
        EditionFactory(slug="text", title="One", card="Cameras.")
        EditionFactory(slug="summary", title="Two", summary="Cameras.")
        EditionFactory(slug="keyword", title="Three", keywords=["cameras"])
        EditionFactory(slug="title", title="Cameras")
        EditionFactory(slug="itself", title="Press")

        assert slugs("press") == ["itself", "title", "keyword", "summary", "text"]

    def test_one_of_words_that_any_text_has_marks_nothing(self):
        SynonymGroupFactory(terms=["before", "do first"])
        EditionFactory(slug="tv", title="What to do, and the first hour")

        assert slugs("zebra before") == []

    @pytest.mark.parametrize("typed", ["#{}", "'#{}'", "{}", "\\#{}"])
    def test_nobody_finds_its_mark_by_typing_it(self, typed):
        group = SynonymGroupFactory(terms=["press", "cameras"])
        EditionFactory(slug="tv", title="Cameras outside")

        assert slugs(f"zebra {typed.format(group.pk)}") == []

    def test_rows_that_come_out_as_they_were_are_left_alone(self, owen):
        EditionFactory(slug="tv", title="Cameras outside")
        EditionFactory(slug="other", title="Something else")
        group = SynonymGroupFactory(terms=["press", "cameras"])
        CatalogRow.objects.update(put_at=AT)

        synonyms.change(group=group, revision=1, terms=["press", "cameras", "tv"], by=owen, at=AT)

        assert not CatalogRow.objects.exclude(put_at=AT).exists()

    def test_marking_again_changes_nothing(self):
        synonyms.load_synonyms(at=AT)
        EditionFactory(slug="tv", title="Press and families", card="The media. A hospital.")
        CatalogRow.objects.update(put_at=AT)

        synonyms.load_synonyms(at=AT)

        assert not CatalogRow.objects.exclude(put_at=AT).exists()


@pytest.mark.django_db(transaction=True)
def test_a_list_that_changes_while_a_page_is_put_on_show_counts_in_it(owen):
    """Whichever comes first, the other waits and then sees what it left."""
    group = SynonymGroupFactory(terms=["press", "radio"])

    one_begins_and_the_other_comes_between(
        lambda: synonyms.change(
            group=group, revision=1, terms=["press", "cameras"], by=owen, at=AT
        ),
        lambda: None,
        lambda: EditionFactory(slug="tv", title="Cameras outside"),
    )
    assert slugs("press") == ["tv"]


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_put_on_show_while_a_list_changes_has_it_too(owen):
    group = SynonymGroupFactory(terms=["press", "radio"])

    one_begins_and_the_other_comes_between(
        lambda: EditionFactory(slug="tv", title="Cameras outside"),
        lambda: None,
        lambda: synonyms.change(
            group=group, revision=1, terms=["press", "cameras"], by=owen, at=AT
        ),
    )
    assert slugs("press") == ["tv"]
