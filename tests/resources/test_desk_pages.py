"""The editors' desk, an item's page and a version's page."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from mvai.audit.models import AuditEntry
from resources.actions import notices, workflow
from resources.models import CatalogRow, Edition, EditionState, Item, Link, LinkHost
from tests.factories.resources import EditionFactory, ItemFactory, MissedSearchFactory
from tests.resources.desk import (
    A_YEAR_ON,
    AT,
    TODAY,
    at_desk,
    begun,
    published,
    submitted,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def client(writer):
    return at_desk(writer)


def show(client, section, **asked):
    return client.get(reverse("resources:desk"), {"show": section, **asked})


def titles(page):
    return re.findall(r'class="ref" href="[^"]+" lang="\w\w">([^<]+)<', page.text)


def count(page, label):
    return int(re.search(rf'{label} <span class="num">(\d+)<', page.text)[1])


def test_each_state_has_its_tab_and_its_count(client, writer, reviewer):
    begun(writer, "a", title="In writing")
    submitted(writer, slug="b", title="To read")
    published(begun(writer, "c", title="On show"), reviewer)
    workflow.withdraw(
        edition=published(begun(writer, "d", title="Taken off"), reviewer),
        reason="Out of date.",
        by=writer,
        at=AT,
    )

    for section, label, title in (
        ("writing", "Being written", "In writing"),
        ("review", "To review", "To read"),
        ("published", "Published", "On show"),
        ("withdrawn", "Withdrawn", "Taken off"),
    ):
        page = show(client, section)
        assert titles(page) == [title]
        assert count(page, label) == 1
    assert "Out of date." in show(client, "withdrawn").text


@pytest.mark.parametrize(("days", "is_due"), [(-1, True), (30, True), (31, False)])
def test_what_is_to_be_reviewed_within_a_month_is_due(client, days, is_due):
    EditionFactory(title="Aging", review_by_date=TODAY + timedelta(days=days))

    page = show(client, "due")

    assert titles(page) == (["Aging"] if is_due else [])
    assert ("overdue" in page.text) == (days < 0)


def test_what_i_may_publish_comes_first(client, writer, reviewer):
    submitted(writer, slug="a", title="Mine, and older")
    submitted(reviewer, slug="b", title="Theirs")

    page = show(client, "review")

    assert titles(page) == ["Theirs", "Mine, and older"]
    assert "you may publish it" in page.text
    assert "another editor publishes it" in page.text


def test_a_draft_given_up_beside_what_readers_see_is_not_withdrawn(client, writer, reviewer):
    first = published(begun(writer), reviewer)
    second = workflow.new_edition(item=first.item, language="en", by=writer, at=AT)
    workflow.withdraw(edition=second, reason="", by=writer, at=AT)

    assert titles(show(client, "withdrawn")) == []


def test_languages_stand_side_by_side_and_the_one_behind_is_named(client, writer, reviewer):
    item = ItemFactory(slug="kit")
    EditionFactory(item=item, published_at=AT - timedelta(days=3), state="superseded")
    EditionFactory(item=item, language="es", published_at=AT - timedelta(days=2))
    EditionFactory(item=item, number=2, published_at=AT - timedelta(days=1))

    row = show(client, "published").text.split("<tbody>")[1].split("</tbody>")[0]

    english, spanish = row.split('data-label="')[1:]
    assert english.startswith("English")
    assert "behind the other" not in english
    assert spanish.startswith("Spanish")
    assert "behind the other" in spanish


def test_words_are_looked_for_in_titles_lines_and_addresses(client):
    EditionFactory(slug="first-hours", title="One", summary="What others did first.")
    EditionFactory(slug="vigils", title="Two", summary="Candles.")

    assert titles(show(client, "published", q="candles")) == ["Two"]
    assert titles(show(client, "published", q="first-h others")) == ["One"]
    nothing = show(client, "published", q="nothing of it")
    assert titles(nothing) == []
    assert "Nothing here has “nothing of it”" in nothing.text


def test_long_lists_have_pages_that_keep_the_search(client):
    for number in range(26):
        EditionFactory(slug=f"a-{number}", title=f"Kit {number:02}")

    page = show(client, "published", q="kit")
    assert len(titles(page)) == 25
    assert "show=published&amp;q=kit&amp;page=2" in page.text
    assert len(titles(show(client, "published", q="kit", page=2))) == 1


@pytest.mark.parametrize("section", ["writing", "review", "published", "due", "withdrawn", "odd"])
def test_an_empty_tab_says_what_it_will_hold(client, section):
    assert 'class="empty__title"' in show(client, section).text


def test_the_list_costs_the_same_however_long_it_is(client, django_assert_max_num_queries):
    for number in range(24):
        EditionFactory(slug=f"a-{number}", language="es")

    with django_assert_max_num_queries(16):
        show(client, "published")


def test_others_say_on_the_desk_what_they_have_to_say(client, monkeypatch):
    monkeypatch.setattr(notices, "_sources", {})
    notices.register(
        "links",
        lambda user, now: [notices.Notice("Three links lead to nothing.", "/x/", "See them")],
    )

    page = show(client, "writing").text

    assert "Three links lead to nothing." in page
    assert '<a href="/x/">See them</a>' in page


def test_an_editor_comes_home_to_the_desk(client):
    assert client.get(reverse("dashboard:home"))["Location"] == reverse("resources:desk")
    assert "Library desk" in client.get(reverse("resources:library")).text


class TestANewItem:
    GIVEN = {"title": "A kit", "summary": "What to say.", "kind": "card", "language": "en"}

    def make(self, client, **given):
        return client.post(reverse("resources:new_item"), self.GIVEN | given)

    def test_its_address_is_made_from_the_title(self, client):
        answer = self.make(client, slug="")

        item = Item.objects.get()
        assert item.slug == "a-kit"
        assert answer["Location"] == url("edit", item.editions.get())

    @pytest.mark.parametrize("taken", ["kit", "desk"])
    def test_an_address_that_is_taken_is_refused_with_a_free_one(self, client, taken):
        ItemFactory(slug="kit")

        page = self.make(client, slug=taken)

        assert f"“{taken}” is taken. How about “{taken}-2”?" in page.text
        assert Item.objects.count() == 1

    @pytest.mark.parametrize("odd", ["A Kit", "kit_1", "../kit", "k" * 81, "ä"])
    def test_an_odd_address_is_refused(self, client, odd):
        assert "small letters" in self.make(client, slug=odd).text
        assert not Item.objects.exists()

    def test_a_title_that_is_taken_gets_an_address_with_a_number(self, client):
        ItemFactory(slug="a-kit")
        self.make(client, slug="")

        assert Item.objects.filter(slug="a-kit-2").exists()


class TestAnItem:
    def test_it_shows_its_versions_and_who_did_what(self, client, writer, reviewer):
        edition = published(begun(writer), reviewer)

        page = client.get(url("desk_item", edition.item)).text

        assert "Version 1" in page
        for said in ("began this version", "asked another editor to read it", "published it"):
            assert said in page
        assert "<strong>Priya Nair</strong> published it" in page

    def test_several_savings_in_a_row_are_one_line(self, client, writer):
        edition = begun(writer)
        for revision in (1, 2, 3):
            workflow.save(
                edition=edition,
                revision=revision,
                words={"card": f"{revision}"},
                by=writer,
                at=AT,
            )

        page = client.get(url("desk_item", edition.item)).text

        assert page.count("</strong> wrote") == 1
        assert "3 times" in page

    def test_a_new_version_goes_to_the_form(self, client, writer, reviewer):
        edition = published(begun(writer), reviewer)

        answer = client.post(url("begin", edition.item), {"language": "en"})

        made = edition.item.editions.get(number=2)
        assert answer["Location"] == url("edit", made)
        assert made.card == "Say little."

    def test_writing_in_spanish_begins_without_the_english_texts(self, client, writer, reviewer):
        edition = published(begun(writer), reviewer)

        client.post(url("begin", edition.item), {"language": "es"})

        made = edition.item.editions.get(language="es")
        assert (made.title, made.card) == ("A kit", "")

    def test_a_version_of_another_item_is_no_beginning(self, client, writer):
        one, other = begun(writer, "a"), begun(writer, "b")

        answer = client.post(url("begin", one.item), {"language": "es", "like": other.pk})

        assert answer.status_code == 404


class TestAVersion:
    def test_its_author_is_told_why_they_do_not_publish_it(self, client, writer):
        edition = submitted(writer)

        page = client.get(url("edition", edition)).text
        assert "Somebody else publishes what you wrote" in page
        assert 'type="submit">Publish<' not in page

        answer = client.post(
            url("publish", edition), {"revision": 1, "review_by": A_YEAR_ON.isoformat()}
        )
        assert "Somebody else publishes what you wrote" in answer.text
        assert not CatalogRow.objects.filter(is_draft=False).exists()

    def test_a_second_person_publishes_it_for_a_year(self, writer, reviewer):
        edition, client = submitted(writer), at_desk(reviewer)
        page = client.get(url("edition", edition)).text
        assert 'value="2027-11-23"' in page

        client.post(url("publish", edition), {"revision": 1, "review_by": "2027-11-23"})

        edition.refresh_from_db()
        assert edition.is_published
        assert (edition.published_by, edition.review_by_date) == (reviewer, A_YEAR_ON)

    @pytest.mark.parametrize("day", ["", "2026-11-23", "2030-01-01", "soon", "0027-11-23"])
    def test_the_day_of_review_lies_ahead_and_not_too_far(self, writer, reviewer, day):
        edition, client = submitted(writer), at_desk(reviewer)

        page = client.post(url("publish", edition), {"revision": 1, "review_by": day})

        assert "field--wrong" in page.text
        assert Edition.objects.get().is_in_review

    def test_what_was_saved_again_is_not_published_unread(self, client, writer, reviewer):
        edition = submitted(writer)
        workflow.save(edition=edition, revision=1, words={"card": "Other."}, by=writer, at=AT)
        workflow.submit(edition=edition, by=writer, at=AT)

        page = at_desk(reviewer).post(
            url("publish", edition), {"revision": 1, "review_by": "2027-11-23"}
        )

        assert "saved again since you opened it" in page.text
        assert Edition.objects.get().is_in_review

    def test_it_is_sent_back_with_a_note_that_its_author_reads(self, client, writer, reviewer):
        edition = submitted(writer)
        other = at_desk(reviewer)
        assert "Say what to change" in other.post(url("send_back", edition), {"note": ""}).text

        other.post(url("send_back", edition), {"note": "Shorter, please."})

        assert "Shorter, please." in client.get(url("edition", edition)).text
        assert Edition.objects.get().state == EditionState.DRAFT

    def test_its_author_takes_it_back_without_a_note(self, client, writer):
        edition = submitted(writer)
        client.post(url("send_back", edition), {"note": ""})

        assert Edition.objects.get().state == EditionState.DRAFT

    def test_withdrawing_names_it_and_asks_why(self, client, writer, reviewer):
        edition = published(begun(writer), reviewer)
        page = client.get(url("edition", edition)).text
        assert "Take “A kit” (English) off the library" in page
        assert "Say why" in client.post(url("withdraw", edition), {"reason": ""}).text

        client.post(url("withdraw", edition), {"reason": "Out of date."})
        page = client.get(url("edition", edition)).text
        assert "Out of date." in page
        assert not CatalogRow.objects.exists()

        client.post(url("put_back", edition))
        assert CatalogRow.objects.exists()

    def test_a_draft_is_given_up_without_a_reason_and_brought_back(self, client, writer):
        edition = begun(writer)
        client.post(url("withdraw", edition), {"reason": ""})
        assert "Bring the draft back" in client.get(url("edition", edition)).text

        client.post(url("bring_back", edition))
        assert Edition.objects.get().state == EditionState.DRAFT

    def test_still_right_sets_a_new_day(self, client):
        edition = EditionFactory(review_by_date=TODAY)

        client.post(url("still_right", edition), {"review_by": "2027-05-01"})

        edition.refresh_from_db()
        assert edition.review_by_date == date(2027, 5, 1)
        assert edition.last_reviewed_date == TODAY

    def test_what_is_missing_is_said_instead_of_asking_a_reader(self, client, writer):
        edition = begun(writer, kind="checklist")
        page = client.get(url("edition", edition)).text
        assert "A checklist needs lines to tick" in page
        assert "Ask another editor" not in page

        assert "needs lines to tick" in client.post(url("submit", edition)).text

    def test_two_versions_are_compared_facts_too(self, client, writer, reviewer):
        first = published(begun(writer, needs=["MEDIA"]), reviewer)
        second = workflow.new_edition(item=first.item, language="en", by=writer, at=AT)
        workflow.save(
            edition=second,
            revision=1,
            words={"card": "Say less.", "needs": ["MEDIA", "FAMILIES"], "minutes": 9},
            by=writer,
            at=AT,
        )

        page = client.get(url("differences", second)).text

        assert re.search(r"<del><span[^>]*>\[taken out: </span>little\.<", page)
        assert re.search(r"<ins><span[^>]*>\[added: </span>less\.<", page)
        for label in ("On one page", "About", "Minutes to read"):
            assert f">{label}</h2>" in page
        assert ">Title</h2>" not in page

    def test_any_two_are_compared_and_no_other_items(self, client, writer, reviewer):
        first = published(begun(writer), reviewer)
        spanish = workflow.new_edition(item=first.item, language="es", by=writer, at=AT)
        other = begun(writer, "other", title="Not of it")

        asked = client.get(url("differences", first), {"with": spanish.pk}).text
        assert "Spanish, version 1" in asked

        for odd in (other.pk, "x", "9" * 30, "-1"):
            page = client.get(url("differences", first), {"with": odd})
            assert page.status_code == 200
            assert "Not of it" not in page.text

    def test_marks_in_a_wording_are_shown_as_they_were_typed(self, client):
        edition = EditionFactory(card="<script>alert(1)</script> [x](javascript:alert(2))")
        newer = EditionFactory(item=edition.item, number=2, state="draft", card="Nothing.")

        page = client.get(url("differences", newer)).text

        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_every_step_is_in_the_log_without_a_word_of_it(client, writer, reviewer):
    edition = published(begun(writer, title="Not in the log"), reviewer)
    client.post(url("withdraw", edition), {"reason": "Not in the log"})

    entries = AuditEntry.objects.filter(verb__startswith="library.")
    assert {entry.verb for entry in entries} == {
        "library.begun", "library.submit", "library.publish", "library.withdraw",
    }  # fmt: skip
    assert "Not in the log" not in str([entry.facts for entry in entries])


def test_the_desk_says_which_links_broke_and_what_nobody_found(client):
    MissedSearchFactory.create_batch(2)
    host = LinkHost.objects.create(name="work.example")
    Link.objects.create(
        host=host,
        address="https://work.example/page",
        result="failing",
        checked_at=AT,
        failing_since=AT,
        broken_since=AT,
    )

    page = client.get(reverse("resources:desk")).content.decode()

    assert "1 link is broken." in page
    assert "2 searches found nothing." in page
