"""Readers find the page: by words, by what it is about, and by the hour they are in."""

import re

import pytest
from django.db import connection
from django.urls import reverse

from resources.actions import finding
from resources.models import CatalogRow, MissedSearch
from tests.factories.accounts import UserFactory
from tests.factories.resources import (
    EditionFactory,
    ItemFactory,
    MissedSearchFactory,
    SynonymGroupFactory,
)

pytestmark = pytest.mark.django_db
LIBRARY = "/library/"


def slugs(text: str, language: str = "en", **chosen: list[str]) -> list[str]:
    found = finding.search(text=text, language=language, with_drafts=False)
    return [row.slug for row in finding.rows_of(found, chosen, start=0, size=50)]


def counts(text: str = "", **chosen: list[str]) -> dict[str, int]:
    found = finding.search(text=text, language="en", with_drafts=False)
    counted = finding.count(found, chosen)
    return {"total": counted.total, **counted.by_facet}


@pytest.fixture
def shelf():
    """Three pages about families, media and sleep."""
    EditionFactory(
        slug="families",
        title="A center for families",
        summary="Where they go.",
        keywords=["reunification"],
        card="Open a quiet room. Keep the press away.",
        needs=["VICTIMS"],
        phases=["HOUR", "DAY1"],
        kind="checklist",
    )
    EditionFactory(
        slug="press",
        title="Speaking to the press",
        summary="What to say first.",
        keywords=["spokesperson"],
        card="Say when you speak next.",
        needs=["MEDIA"],
        phases=["HOUR"],
        audiences=["spokesperson"],
    )
    EditionFactory(
        slug="sleep",
        title="Rest for your people",
        summary="Relief on a clock.",
        keywords=["fatigue"],
        card="Nobody works past 16 hours.",
        needs=["WELLNESS"],
        phases=["DAY1"],
    )


class TestWords:
    def test_a_title_counts_more_than_a_text(self, shelf):
        assert slugs("press") == ["press", "families"]

    @pytest.mark.parametrize(
        "text",
        [
            "reunification",
            "REUNIFICATION",
            '"reunification"',
            "réunification",
            "reunif",
            "where is the reunification of them?",
            "reunifcation",
            "reunificaton site",
        ],
    )
    def test_capitals_quotes_accents_beginnings_questions_and_slips_do_not_matter(
        self, shelf, text
    ):
        assert slugs(text)[0] == "families"

    def test_a_slip_in_a_short_word_is_read(self, shelf):
        assert slugs("rset") == slugs("rest") == ["sleep"]

    def test_any_of_the_words_is_enough_and_more_of_them_come_first(self, shelf):
        assert slugs("press spokesperson rest") == ["press", "sleep"]

    @pytest.mark.parametrize("text", ["", "   ", "!!", "’", "\0"])
    def test_without_a_word_everything_is_shown(self, shelf, text):
        assert len(slugs(text)) == 3

    @pytest.mark.parametrize("text", ["zzzzqq", "the", "' & | ! :* <->", "a" * 500])
    def test_what_nobody_wrote_finds_nothing_and_breaks_nothing(self, shelf, text):
        assert len(slugs(text)) in (0, 3)

    def test_words_that_mean_the_same_find_the_same_from_the_moment_they_are_written(self, shelf):
        assert slugs("vocero") == []

        SynonymGroupFactory(terms=["spokesperson", "vocero", "pio"])

        assert slugs("vocero")[0] == slugs("PIO")[0] == "press"

    def test_an_expression_counts_as_one_word(self, shelf):
        SynonymGroupFactory(terms=["reunification", "family assistance center", "fac"])

        assert slugs("family assistance centers")[0] == "families"

    def test_an_expression_that_means_the_same_is_found_word_after_word(self, shelf):
        SynonymGroupFactory(terms=["zebra", "quiet room"])
        SynonymGroupFactory(terms=["giraffe", "room quiet"])

        assert slugs("zebra") == ["families"]
        assert slugs("giraffe") == []

    def test_who_reads_spanish_finds_by_the_words_of_both_languages(self):
        item = ItemFactory(slug="kit")
        EditionFactory(item=item, title="Press kit")
        EditionFactory(item=item, language="es", title="Qué decir", card="Hable con la prensa.")

        assert slugs("press", "es") == slugs("prensa", "es") == slugs("que decir", "es") == ["kit"]

    def test_drafts_are_found_where_drafts_are_shown_only(self, shelf):
        EditionFactory(slug="draft", title="Zebra", state="draft")

        assert slugs("zebra") == []
        found = finding.search(text="zebra", language="en", with_drafts=True)
        assert [r.slug for r in finding.rows_of(found, {}, start=0, size=9)] == ["draft"]

    def test_a_changed_title_is_found_at_once_by_a_slip_too(self, shelf):
        assert slugs("gifaffe") == []
        EditionFactory(slug="new", title="Giraffe")

        assert slugs("gifaffe") == ["new"]


class TestFacets:
    def test_each_is_counted_with_what_is_chosen_in_the_others(self, shelf):
        found = counts(need=["need:VICTIMS"], phase=["phase:HOUR"])

        assert found["total"] == 1
        assert (found["need:VICTIMS"], found["need:MEDIA"]) == (1, 1)
        assert "need:WELLNESS" not in found  # nothing of the first hour is about it
        assert (found["phase:HOUR"], found["phase:DAY1"]) == (1, 1)
        assert found["kind:checklist"] == 1
        assert "kind:card" not in found

    def test_two_values_of_one_facet_are_either(self, shelf):
        assert counts(need=["need:VICTIMS", "need:MEDIA"])["total"] == 2

    def test_they_count_what_the_words_found(self, shelf):
        assert counts("press")["total"] == 2
        assert counts("press")["need:VICTIMS"] == 1

    def test_the_counts_of_the_whole_library_follow_each_change(self, shelf):
        assert counts()["total"] == 3
        EditionFactory(slug="fourth", needs=["MEDIA"])
        assert (counts()["total"], counts()["need:MEDIA"]) == (4, 2)
        CatalogRow.objects.filter(slug="fourth").delete()
        assert (counts()["total"], counts()["need:MEDIA"]) == (3, 1)


class TestManyFit:
    """Of more rows than can be weighed one by one, the counts are right all the same."""

    @pytest.fixture(autouse=True)
    def few_at_once(self, monkeypatch):
        monkeypatch.setattr("resources.actions.searching.AT_ONCE", 3)

    @pytest.fixture
    def many(self):
        for number in range(5):
            EditionFactory(slug=f"text-{number}", title="Other", card="The press and so on.",
                           needs=["MEDIA"] if number else [])  # fmt: skip
        EditionFactory(slug="best", title="The press", needs=["MEDIA"])

    def test_all_are_counted_and_the_best_comes_first(self, many):
        assert counts("press")["total"] == 6
        assert counts("press")["need:MEDIA"] == 5
        assert slugs("press")[0] == "best"
        assert len(set(slugs("press"))) == 6

    def test_what_is_chosen_holds(self, many):
        assert sorted(slugs("press", need=["need:MEDIA"])) == [
            "best", "text-1", "text-2", "text-3", "text-4"
        ]  # fmt: skip

    def test_a_rare_word_chooses_beside_titles_that_have_the_others(self, many):
        EditionFactory(slug="both", title="Press and radio")

        assert slugs("press radio") == ["both", "best"]

    def test_of_usual_words_all_are_asked_for(self, many):
        for number in range(4):
            EditionFactory(slug=f"radio-{number}", title="Other", card="The radio.")
        EditionFactory(slug="both", title="Press and radio")

        assert slugs("press radio") == ["both"]


class TestLargeShelf:
    """Of more rows than anybody reads on to, the counts are a least, and they say so."""

    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        monkeypatch.setattr("resources.actions.searching.AT_ONCE", 2)
        monkeypatch.setattr("resources.actions.searching.OVERSEEN", 4)
        for number in range(6):
            EditionFactory(slug=f"text-{number}", title="Other", card="The press and so on.",
                           needs=["MEDIA"] if number else ["VICTIMS"])  # fmt: skip
        EditionFactory(slug="best", title="The press", needs=["MEDIA"])

    def test_counting_ends_and_the_page_says_more_than(self, client):
        page = client.get(f"{LIBRARY}?q=press").content.decode()

        assert counts("press")["total"] == 4
        assert "More than 4 pages found" in page
        assert re.search(r'aria-hidden="true">\d\+</span>', page)
        assert "at least" in page

    def test_a_choice_that_leaves_few_is_counted_whole(self, client):
        page = client.get(f"{LIBRARY}?q=press&need=VICTIMS").content.decode()

        assert counts("press", need=["need:VICTIMS"])["total"] == 1
        assert "1 page found" in page

    def test_no_row_comes_twice_however_far_one_reads_on(self):
        found = finding.search(text="press", language="en", with_drafts=False)
        pages = [finding.rows_of(found, {}, start=start, size=1) for start in range(4)]

        assert pages[0][0].slug == "best"
        assert len({row.pk for page in pages for row in page}) == 4

    def test_a_whole_shelf_says_more_than(self, client):
        assert "More than 4 pages in the library" in client.get(LIBRARY).content.decode()

    def test_here_too_an_expression_is_found_word_after_word(self):
        SynonymGroupFactory(terms=["spokesperson", "press officer"])
        EditionFactory(slug="officer", title="The press officer", card="Speak.")
        EditionFactory(slug="other", title="An officer of the press", card="Speak.")

        assert slugs("spokesperson") == ["officer"]

    def test_postgresql_plans_as_before_afterward(self):
        slugs("press")

        with connection.cursor() as cursor:
            cursor.execute("SHOW enable_seqscan")
            assert cursor.fetchone() == ("on",)


class TestPage:
    def test_words_are_marked_and_said_back(self, client, shelf):
        page = client.get(f"{LIBRARY}?q=quiet").content.decode()

        assert "Open a <mark>quiet</mark> room." in page
        assert "1 page found" in page
        assert 'value="quiet"' in page

    def test_markup_in_the_words_stays_text(self, client, shelf):
        page = client.get(f"{LIBRARY}?q=<script>alert(1)</script>").content.decode()

        assert "<script>alert" not in page

    def test_a_slip_is_named_with_what_it_was_taken_for(self, client, shelf):
        page = client.get(f"{LIBRARY}?q=reunifcation").content.decode()

        assert "Nothing has “reunifcation”" in page
        assert "<strong>reunification</strong>" in page

    def test_each_choice_can_be_taken_away_alone(self, client, shelf):
        page = client.get(f"{LIBRARY}?q=press&need=MEDIA&need=VICTIMS&phase=HOUR").content.decode()
        addresses = re.findall(r'class="chip[^"]*" href="([^"]+)"', page)

        assert addresses == [
            "/library/?need=MEDIA&amp;need=VICTIMS&amp;phase=HOUR",
            "/library/?need=VICTIMS&amp;phase=HOUR&amp;q=press",
            "/library/?need=MEDIA&amp;phase=HOUR&amp;q=press",
            "/library/?need=MEDIA&amp;need=VICTIMS&amp;q=press",
            "/library/",
        ]

    def test_counts_are_said_in_words(self, client, shelf):
        page = client.get(LIBRARY).content.decode()

        assert re.search(r"The first hour.{1,120}2 pages", page, re.DOTALL)

    def test_a_choice_without_a_page_can_still_be_taken_back(self, client, shelf):
        page = client.get(f"{LIBRARY}?q=press&need=AAR").content.decode()

        assert "Nothing fits that search" in page
        assert "Take one of your choices away" in page
        assert 'id="need-AAR" checked' in page
        assert "Tell the editors" not in page  # the words did find something

    def test_a_later_page_keeps_words_and_choices(self, client):
        for number in range(23):
            EditionFactory(slug=f"n-{number}", title=f"Page {number} of the press", needs=["MEDIA"])

        page = client.get(f"{LIBRARY}?q=press&need=MEDIA&page=2").content.decode()

        assert page.count("entry__title") == 3
        assert 'href="?q=press&amp;need=MEDIA&amp;page=1"' in page

    def test_unknown_choices_are_left_out(self, client, shelf):
        page = client.get(f"{LIBRARY}?need=NOPE&hour=NOPE&kind=checklist").content.decode()

        assert "1 page found" in page

    def test_it_asks_few_queries(self, client, shelf, django_assert_max_num_queries):
        with django_assert_max_num_queries(14):
            client.get(f"{LIBRARY}?q=press quiet&need=VICTIMS&phase=HOUR")


class TestHour:
    def test_the_reason_names_the_hour_and_what_was_asked(self, shelf):
        first = finding.for_the_hour(
            phase="DAY1", needs=["VICTIMS"], language="en", with_drafts=False
        )[0]

        assert first.row.slug == "families"
        assert first.why == "Because it is the first day and you asked about families."

    def test_what_was_asked_comes_before_what_only_fits_the_hour(self, shelf):
        found = finding.for_the_hour(
            phase="DAY1", needs=["MEDIA"], language="en", with_drafts=False
        )

        assert [(one.row.slug, one.why) for one in found] == [
            ("press", "Because you asked about the media."),
            ("families", "Because it is the first day."),
            ("sleep", "Because it is the first day."),
        ]

    @pytest.mark.parametrize("audience", ["family", "advisor", "successor"])
    def test_pages_for_others_come_only_where_asked_for(self, audience):
        EditionFactory(slug="theirs", phases=["DAY1"], audiences=[audience])
        hour = {"phase": "DAY1", "language": "en", "with_drafts": False}

        assert finding.for_the_hour(**hour) == []
        assert finding.for_the_hour(**hour, audiences=[audience])[0].row.slug == "theirs"

    def test_what_is_written_for_another_place_is_left_out(self):
        EditionFactory(slug="schools", phases=["DAY1"], settings=["K12"])
        hour = {"phase": "DAY1", "language": "en", "with_drafts": False}

        assert finding.for_the_hour(**hour, settings=["WORSHIP"]) == []
        assert len(finding.for_the_hour(**hour, settings=["K12"])) == 1

    def test_the_library_offers_every_hour_and_shows_the_reason(self, client, shelf):
        page = client.get(f"{LIBRARY}?hour=HOUR&need=MEDIA").content.decode()

        assert "Because it has just happened and you asked about the media." in page
        assert page.count('#hour"') == 9


class TestRelated:
    def test_shared_needs_count_and_no_kind_comes_thrice(self):
        EditionFactory(slug="this", needs=["MEDIA"], phases=["DAY1"])
        for number in range(3):
            EditionFactory(slug=f"card-{number}", needs=["MEDIA"], phases=["DAY1"])
        EditionFactory(slug="guide", kind="guidebook", needs=["MEDIA"])
        EditionFactory(slug="other", needs=["AAR"])
        row = CatalogRow.objects.get(slug="this", for_language="en")

        assert [one.slug for one in finding.related(row)] == ["card-0", "card-1", "guide"]


class TestAnswered:
    def test_words_that_an_editor_answered_show_the_page(self, client, shelf):
        item = CatalogRow.objects.filter(slug="sleep").first().item
        missed = MissedSearchFactory(words="zzzz qqqq")
        MissedSearch.objects.filter(pk=missed.pk).update(
            answer=item, settled_on=missed.last_on, settled_by=UserFactory()
        )

        page = client.get(f"{LIBRARY}?q=Zzzz,+QQQQ").content.decode()

        assert "The editors chose this page" in page
        assert reverse("resources:item", args=["sleep"]) in page
        assert "Tell the editors" not in page
