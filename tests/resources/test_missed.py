"""What readers look for in vain reaches the editors: by the words, never by whose they were."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mvai.audit import purging
from mvai.audit.models import AuditEntry
from resources.actions import missed
from resources.actions import synonyms as actions
from resources.actions.synonyms import FIRST_SYNONYMS, load_synonyms
from resources.models import MissedSearch, SynonymGroup
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.resources import EditionFactory, MissedSearchFactory, SynonymGroupFactory
from tests.test_access import sign_in

pytestmark = pytest.mark.django_db


def report(text: str, *, address: str = "203.0.113.5", at: datetime = NOON) -> bool:
    return missed.report(text=text, language="en", with_drafts=False, address=address, at=at)


@pytest.fixture
def editor():
    return UserFactory(roles=["content_editor"])


@pytest.fixture
def desk(client, editor):
    sign_in(client, editor)
    return client


class TestCounting:
    def test_the_same_words_are_one_line_with_their_days(self):
        report("Zebra Crossing")
        report("zebra, crossing", address="203.0.113.6", at=NOON + timedelta(days=2))

        kept = MissedSearch.objects.get()
        assert (kept.words, kept.times) == ("zebra crossing", 2)
        assert kept.last_on - kept.first_on == timedelta(days=2)

    def test_nothing_is_kept_of_who_asked(self):
        names = {field.name for field in MissedSearch._meta.get_fields()}

        assert names == {
            "id", "legal_hold", "words", "language", "times", "first_on", "last_on", "answer",
            "settled_on", "settled_by",
        }  # fmt: skip

    @pytest.mark.parametrize(
        "text",
        [
            "suspect John Smith",
            "123-45-6789",
            "call me at 202 555 0143",
            "moreno@riverton.example",
            "z" * 81,
            "",
            "!!",
        ],
    )
    def test_what_may_be_somebodys_or_is_too_long_is_never_kept(self, text):
        assert not report(text)
        assert not MissedSearch.objects.exists()

    def test_words_that_do_find_something_are_not_counted(self):
        EditionFactory(title="Zebra")

        assert not report("zebra")
        assert report("zebrra")  # found by a guess alone

    def test_one_reader_counts_once_however_often_the_page_is_opened(self):
        for minute in range(3):
            report("zebra", at=NOON + timedelta(minutes=minute))

        assert MissedSearch.objects.get().times == 1

    def test_one_sender_adds_only_so_many(self):
        for number in range(missed.BY_AN_ADDRESS + 5):
            report(f"zebra {'a' * number}q", at=NOON + timedelta(seconds=number))

        assert MissedSearch.objects.count() == missed.BY_AN_ADDRESS

    def test_a_day_holds_only_so_many_new_words(self, monkeypatch):
        monkeypatch.setattr(missed, "A_DAY", 2)
        for number, word in enumerate(("qzebra", "xzebra", "yzebra")):
            report(word, address=f"203.0.113.{number}")

        assert MissedSearch.objects.count() == 2

    def test_a_year_after_they_were_last_asked_they_go(self):
        load_rules = {rule.name: rule for rule in purging.registered()}
        MissedSearchFactory(last_on=date(2025, 11, 1), words="old")
        MissedSearchFactory(last_on=date(2026, 11, 1), words="new")

        purging.run_batch(load_rules["missed_search"], NOON)

        assert [one.words for one in MissedSearch.objects.all()] == ["new"]


class TestTelling:
    def test_the_page_offers_it_and_opening_the_page_counts_nothing(self, client):
        EditionFactory()
        page = client.get("/library/?q=zebra").content.decode()

        assert "Tell the editors" in page
        assert not MissedSearch.objects.exists()

    def test_the_button_comes_back_to_the_search_with_thanks(self, client):
        answer = client.post(reverse("resources:missed"), {"q": "zebra"}, follow=True)

        assert "Thank you. The editors see the words alone" in answer.content.decode()
        assert MissedSearch.objects.get().words == "zebra"

    def test_sent_by_the_page_itself_it_answers_nothing(self, client):
        answer = client.post(reverse("resources:missed"), {"q": "zebra", "silent": "1"})

        assert (answer.status_code, answer.content) == (204, b"")


class TestDesk:
    def test_the_most_asked_stand_first_and_leave_when_settled(self, desk):
        MissedSearchFactory(words="seldom")
        often = MissedSearchFactory(words="often", times=7)
        page = desk.get(reverse("resources:missed_searches")).content.decode()
        assert page.index("often") < page.index("seldom")

        desk.post(reverse("resources:missed_search", args=[often.pk]), {"answer": ""})

        page = desk.get(reverse("resources:missed_searches")).content.decode()
        assert "often" not in page.partition("Settled: often")[2].replace("Settled", "")
        assert "Not for us" in desk.get("/library/desk/missed/?show=settled").content.decode()

    def test_answered_by_an_item_readers_are_shown_it(self, desk, client):
        edition = EditionFactory(slug="kit", title="The kit")
        found = MissedSearchFactory(words="zebra")

        desk.post(reverse("resources:missed_search", args=[found.pk]), {"answer": edition.item.pk})

        assert "The kit" in client.get("/library/?q=zebra").content.decode()
        entry = AuditEntry.objects.get(verb="library.missed_settled")
        assert entry.facts == {"answered": True}

    def test_words_are_changed_at_once_and_audited(self, desk):
        group = SynonymGroupFactory()
        EditionFactory(slug="kit", title="Media")

        desk.post(
            reverse("resources:synonym", args=[group.pk]),
            {"terms": "Media, Réporters\nreporter", "revision": "1"},
        )

        group.refresh_from_db()
        assert group.terms == ["media", "reporter"]
        assert "Media" in desk.get("/library/?q=reporter").content.decode()
        assert AuditEntry.objects.get(verb="library.synonyms_changed").facts == {"terms": 2}

    def test_two_editors_at_once_do_not_overwrite_each_other(self, desk):
        group = SynonymGroupFactory(revision=2)

        page = desk.post(
            reverse("resources:synonym", args=[group.pk]), {"terms": "media, tv", "revision": "1"}
        ).content.decode()

        assert "Somebody else changed these words" in page
        assert SynonymGroup.objects.get().terms == ["media", "press"]

    @pytest.mark.parametrize("terms", ["media", "media, Media", ",,", "a, " + "b" * 41])
    def test_a_line_needs_two_words_that_fit(self, desk, terms):
        page = desk.post(reverse("resources:synonyms"), {"terms": terms}).content.decode()

        assert "field__error" in page
        assert not SynonymGroup.objects.exists()

    def test_what_was_removed_does_not_come_back_with_a_newer_portal(self, editor):
        load_synonyms(at=NOON)
        group = SynonymGroup.objects.get(code="media")
        actions.remove(group=group, by=editor, at=NOON)

        load_synonyms(at=NOON)

        assert not SynonymGroup.objects.in_use().filter(code="media").exists()
        assert AuditEntry.objects.filter(verb="library.synonyms_removed").count() == 1

    def test_what_an_editor_changed_stays_and_the_rest_is_renewed(self, editor, tmp_path):
        load_synonyms(at=NOON)
        group = SynonymGroup.objects.get(code="media")
        actions.change(group=group, revision=1, terms=["media", "tv"], by=editor, at=NOON)
        newer = tmp_path / "synonyms.txt"
        newer.write_text("media: media, press\nfaith: faith, chaplain\n")

        load_synonyms(file=newer, at=NOON)

        terms = dict(SynonymGroup.objects.values_list("code", "terms"))
        assert terms["media"] == ["media", "tv"]
        assert terms["faith"] == ["faith", "chaplain"]

    def test_the_words_that_come_with_the_portal_are_folded_and_many(self):
        load_synonyms(at=NOON)
        groups = list(SynonymGroup.objects.all())

        from resources.rules.words import fold

        assert len(groups) >= 40
        for group in groups:
            assert [fold(term) for term in group.terms] == group.terms, group.code
        assert FIRST_SYNONYMS.exists()


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"words": ""}, "resources_missed_words_are_words"),
        ({"times": 0}, "resources_missed_words_are_words"),
        ({"settled_on": NOON.date()}, "resources_missed_settled_by_somebody"),
    ],
)
def test_the_database_refuses_a_missed_search(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MissedSearchFactory(**facts)


def test_the_database_refuses_an_answer_that_nobody_gave():
    item = EditionFactory().item
    with (
        pytest.raises(IntegrityError, match="resources_missed_answered_only_when_settled"),
        transaction.atomic(),
    ):
        MissedSearchFactory(answer=item)


def test_the_database_refuses_the_same_words_twice():
    MissedSearchFactory(words="zebra")
    with (
        pytest.raises(IntegrityError, match="resources_missed_words_stand_once"),
        transaction.atomic(),
    ):
        MissedSearchFactory(words="zebra")


def test_the_database_refuses_a_line_of_one_word_and_a_code_twice():
    with (
        pytest.raises(IntegrityError, match="resources_synonyms_are_several"),
        transaction.atomic(),
    ):
        SynonymGroupFactory(terms=["media"])
    SynonymGroupFactory(code="media")
    with pytest.raises(IntegrityError, match="resources_synonyms_come_once"), transaction.atomic():
        SynonymGroupFactory(code="media")
