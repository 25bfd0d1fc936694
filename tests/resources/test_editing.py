"""The form: every fact, the text as readers see it, and nothing typed is lost."""

import html
import json
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from mvai.accounts.lock.models import KeptForm
from resources.actions import workflow
from resources.models import Edition, EditionState
from resources.rules import markdown
from tests.factories.accounts import sign_in
from tests.mvai.accounts.lock_world import Forms
from tests.resources.desk import AT, at_desk, begun, form_of, published, submitted, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def client(writer):
    return at_desk(writer)


@pytest.fixture
def edition(writer):
    return begun(writer)


def send(client, edition, **changed):
    return client.post(url("edit", edition), form_of(edition, **changed))


def test_saved_as_it_was_shown_nothing_changes(client, edition):
    send(client, edition)

    assert Edition.objects.get().revision == 1


def test_every_fact_can_be_written(client, edition):
    answer = send(
        client,
        edition,
        title="A better kit",
        kind="checklist",
        summary="More.",
        author="A police department",
        needs=["MEDIA", "LEADER"],
        phases=["DAY1"],
        audiences=["head", "spokesperson"],
        settings=["K12"],
        keywords="press,  reporters ,press\nTV",
        minutes="7",
        advisory="It is hard to read.",
        card="- [ ] Say little.\r\n",
        text="## Later\r\n\r\nMore.",
        sources="The guide https://www.ojp.gov/guide\r\n\r\nAnother one https://ovc.ojp.gov/",
        license="Free to copy.",
        is_funded="",
    )

    assert answer["Location"] == url("edition", edition)
    kept = Edition.objects.get()
    assert (kept.title, kept.kind, kept.revision) == ("A better kit", "checklist", 2)
    assert sorted(kept.needs) == ["LEADER", "MEDIA"]
    assert (kept.phases, kept.audiences) == (["DAY1"], ["head", "spokesperson"])
    assert (kept.settings, kept.keywords) == (["K12"], ["press", "reporters", "TV"])
    assert (kept.card, kept.text) == ("- [ ] Say little.", "## Later\n\nMore.")
    assert kept.sources == [
        {"title": "The guide", "address": "https://www.ojp.gov/guide"},
        {"title": "Another one", "address": "https://ovc.ojp.gov/"},
    ]
    assert (kept.minutes, kept.is_funded, kept.changed_by.person.full_name) == (
        7, False, "Owen Castellano",
    )  # fmt: skip


def test_minutes_left_empty_are_counted(client, edition):
    send(client, edition, minutes="", text="word " * 900)

    assert Edition.objects.get().minutes == 5


def test_the_order_of_boxes_changes_nothing(client, edition):
    Edition.objects.update(needs=["MEDIA", "LEADER"])
    edition.refresh_from_db()

    send(client, edition, needs=["LEADER", "MEDIA"])

    assert Edition.objects.get().needs == ["MEDIA", "LEADER"]
    assert Edition.objects.get().revision == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Give it a title"),
        ("needs", ["NONSENSE"], "choose from the list"),
        ("phases", ["K12"], "choose from the list"),
        ("audiences", ["everybody"], "choose from the list"),
        ("settings", ["MEDIA"], "choose from the list"),
        ("minutes", "0", "From 1 to 600"),
        ("minutes", "601", "From 1 to 600"),
        ("address", "http://plain.example/", "begins with https://"),
        ("address", "javascript:alert(1)", "begins with https://"),
        ("address", "https://me@evil.example/", "as it stands on the site"),
        ("sources", "The guide http://plain.example/", "begins with https://"),
        ("sources", "https://no.title.example/", "Write a title"),
        ("sources", "a https://x.example/\n" * 41, "Forty sources"),
        ("keywords", "x" * 61, "is long for a word"),
        ("card", "[x](javascript:alert(1))", "no link that readers can follow"),
        ("text", "x" * 100_001, "too long"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(client, edition, field, value, words):
    page = send(client, edition, **{field: value}, license="As typed.")

    assert page.status_code == 200
    assert words in html.unescape(page.text)
    assert 'value="As typed."' in page.text
    assert Edition.objects.get().revision == 1


def test_a_text_as_long_as_may_be_is_taken(client, edition):
    long = ("— palabra más\n" * 8_000)[:100_000].strip()

    send(client, edition, card=long, text=long)

    assert Edition.objects.get().text == long


def test_show_it_shows_the_text_and_saves_nothing(client, edition):
    page = send(client, edition, show="1", card="Say **less**.", license="As typed.")

    assert "<strong>less</strong>" in page.text
    assert "Say **less**." in page.text
    assert 'value="As typed."' in page.text
    assert Edition.objects.get().revision == 1


@pytest.mark.parametrize(
    "said",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://x.example/a.png)"],
)
def test_the_view_beside_the_text_is_clean(client, said):
    page = client.post(reverse("resources:preview"), {"card": said}).text

    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_saving_goes_on_where_that_was_asked(client, edition):
    answer = send(client, edition, go_on="1", card="More.")

    assert answer["Location"] == url("edit", edition)


def test_what_waits_for_a_reader_is_a_draft_again_when_it_is_changed(client, writer, reviewer):
    edition = submitted(writer)

    send(at_desk(reviewer), edition, card="With a comma, here.")

    kept = Edition.objects.get()
    assert (kept.state, kept.changed_by) == (EditionState.DRAFT, reviewer)


class TestTwoEditors:
    @pytest.fixture
    def page(self, client, edition, reviewer):
        """The reviewer saved first; the writer sends what they wrote."""
        workflow.save(
            edition=edition,
            revision=1,
            words={"card": "Say nothing.", "title": "Their kit"},
            by=reviewer,
            at=AT,
        )
        return send(client, edition, card="Say less.", summary="Mine.")

    def test_both_texts_are_shown_with_their_differences(self, page):
        assert "Somebody else saved while you were writing" in page.text
        assert "Priya Nair saved version 1" in page.text
        assert re.search(r"<del><span[^>]*>\[taken out: </span>nothing\.<", page.text)
        assert re.search(r"<ins><span[^>]*>\[added: </span>less\.<", page.text)
        assert "Keep theirs: On one page" in page.text

    def test_what_was_typed_is_still_there_and_theirs_is_still_saved(self, page):
        assert ">\nSay less.</textarea>" in page.text
        assert 'value="Mine."' in page.text
        assert Edition.objects.get().card == "Say nothing."

    def test_saving_on_top_is_a_second_press(self, client, edition, page):
        assert 'name="revision" value="2"' in page.text

        send(client, edition, card="Say less.", summary="Mine.", revision=2)

        kept = Edition.objects.get()
        assert (kept.card, kept.title, kept.summary) == ("Say less.", "A kit", "Mine.")

    def test_a_fact_may_stay_as_they_have_it(self, client, edition, page):
        send(client, edition, card="Say less.", summary="Mine.", revision=2, theirs=["title"])

        kept = Edition.objects.get()
        assert (kept.card, kept.title) == ("Say less.", "Their kit")

    def test_who_is_overtaken_again_is_asked_again(self, client, edition, page, reviewer):
        workflow.save(edition=edition, revision=2, words={"card": "Third."}, by=reviewer, at=AT)

        again = send(client, edition, card="Say less.", revision=2)

        assert "Somebody else saved while you were writing" in again.text
        assert Edition.objects.get().card == "Third."


class TestClosedMeanwhile:
    @pytest.fixture
    def closed(self, edition, reviewer):
        return published(edition, reviewer)

    def test_what_was_typed_can_be_kept_as_a_new_version(self, client, closed):
        page = send(client, closed, card="Say less.")
        assert "This version was closed while you were writing" in page.text
        assert ">\nSay less.</textarea>" in page.text

        send(client, closed, card="Say less.", anew="1")

        newer = Edition.objects.get(number=2)
        assert (newer.state, newer.card) == (EditionState.DRAFT, "Say less.")
        closed.refresh_from_db()
        assert closed.card == "Say little."

    def test_where_a_newer_one_is_open_both_are_shown(self, client, closed, reviewer):
        newer = workflow.new_edition(item=closed.item, language="en", by=reviewer, at=AT)

        for more in ({}, {"anew": "1"}):
            page = send(client, closed, card="Say less.", **more)
            assert "Somebody else saved while you were writing" in page.text
            assert f'action="{url("edit", newer)}"' in page.text
        assert Edition.objects.get(number=2).card == "Say little."

    def test_the_form_of_a_closed_version_leads_to_its_page(self, client, closed):
        assert client.get(url("edit", closed))["Location"] == url("edition", closed)


LONG = "".join(f"{number}. Línea de la lista, con “comillas”.\n" for number in range(2_000))


class TestNothingIsLost:
    def test_a_long_text_waits_behind_the_lock(self, client, writer, edition):
        assert len(LONG) > 64 * 1024
        from mvai.accounts.lock import actions

        kept = actions.keep_form(
            user=writer,
            sign_in="x",
            path=url("edit", edition),
            fields=[("card", LONG), ("text", LONG)],
            at=AT,
            expires_at=AT.replace(year=2027),
        )

        assert kept is not None
        [said] = actions.written_by(user=writer, sign_in="x", at=AT)
        assert dict(said.fields)["text"] == LONG
        assert KeptForm.objects.count() == 1

    def test_with_a_key_that_was_too_old_it_is_sent_once_more(self, writer, edition):
        strict = sign_in(Client(enforce_csrf_checks=True), writer)
        path = url("edit", edition)
        sent = form_of(edition, card=LONG.strip(), text=LONG.strip())

        refused = strict.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"})

        assert refused.status_code == 403
        fields: dict[str, list[str]] = {}
        for name, value in Forms(refused.text).going_to(path):
            fields.setdefault(name, []).append(value)
        strict.post(path, fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert Edition.objects.get().text == LONG.strip()

    def test_the_view_beside_keeps_no_form_when_the_session_is_locked(self, client, edition):
        """It asks by itself: kept, it would push out what was typed."""
        from tests.mvai.accounts.lock_world import HALF_AN_HOUR, leave_alone

        session = client.session
        session.setdefault("lock_active", AT.timestamp())
        session.save()
        leave_alone(client, HALF_AN_HOUR)

        client.post(
            reverse("resources:preview"),
            {"card": "x"},
            headers={"HX-Request": "true", "X-By-A-Person": "no"},
        )

        assert not KeptForm.objects.exists()


def test_the_help_names_every_callout(client, edition):
    page = client.get(url("edit", edition)).text

    for name in markdown.CALLOUTS:
        assert f"::: {name}" in page


def test_no_word_of_a_text_is_in_the_log(client, edition):
    from mvai.audit.models import AuditEntry

    send(client, edition, card="Unheard of.")

    entry = AuditEntry.objects.get(verb="library.saved")
    assert "Unheard" not in json.dumps(entry.facts)
