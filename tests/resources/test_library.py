"""The library: what is on show, to whom, and how its texts are cleaned."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mvai.web.refusals import Refused
from resources.actions import load_entries
from resources.models import Entry, EntryState, Kind
from resources.templatetags.markdown import markdown

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
DRAFT_LABEL = "Draft, not reviewed by IACP"


@pytest.fixture
def entries():
    load_entries(at=NOON)


def test_every_need_but_the_open_question_has_an_entry(entries):
    from mvai.taxonomy.models import Need

    without = Need.objects.exclude(code="UNSURE").exclude(
        code__in=Entry.objects.exclude(kind=Kind.EXTERNAL).values("needs")
    )
    assert not without.exists()


def test_loading_twice_changes_nothing(entries):
    before = Entry.objects.count()
    load_entries(at=NOON)
    assert Entry.objects.count() == before


def test_loading_leaves_a_published_entry_as_it_is(entries):
    Entry.objects.filter(slug="first-24-hours").update(
        state=EntryState.PUBLISHED, title="As reviewed"
    )
    load_entries(at=NOON)
    assert Entry.objects.get(slug="first-24-hours").title == "As reviewed"


def test_a_file_with_an_unknown_line_is_refused_by_name(tmp_path: Path):
    (tmp_path / "odd.md").write_text("title: A\nkind: card\nsummary: B\ncolour: red\n---\nText")
    with pytest.raises(Refused, match=r"odd\.md.*colour"):
        load_entries(folder=tmp_path, at=NOON)


def test_drafts_are_labeled_in_the_demonstration(client, entries, settings):
    settings.DEMO = True
    page = client.get(reverse("resources:library")).content.decode()
    assert page.count(DRAFT_LABEL) == Entry.objects.filter(state=EntryState.DRAFT).count()


def test_drafts_are_on_show_in_the_demonstration_only(client, entries, settings):
    settings.DEMO = False
    page = client.get(reverse("resources:library")).content.decode()
    assert DRAFT_LABEL not in page
    assert "The first 24 hours" not in page
    assert client.get(reverse("resources:entry", args=["first-24-hours"])).status_code == 404


def test_an_entry_opens_without_a_sign_in(client, entries, settings):
    settings.DEMO = True
    page = client.get(reverse("resources:entry", args=["first-24-hours"])).content.decode()
    assert "Confirm one incident commander" in page
    assert DRAFT_LABEL in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=families+media", "first-statement-kit"),
        ("need=WELLNESS&phase=HOUR", "officer-and-staff-wellness"),
        ("kind=checklist&need=VOLUNTEERS", "volunteers-and-donations"),
    ],
)
def test_searching_narrows(client, entries, settings, query, found):
    settings.DEMO = True
    page = client.get(f"{reverse('resources:library')}?{query}").content.decode()
    assert reverse("resources:entry", args=[found]) in page
    assert reverse("resources:entry", args=["three-questions"]) not in page


@pytest.mark.parametrize("query", ["q=zebra", "page=999", "need=NOPE", "kind=%00", "phase[]=1"])
def test_an_odd_question_gets_a_calm_page(client, entries, settings, query):
    settings.DEMO = True
    assert client.get(f"{reverse('resources:library')}?{query}").status_code == 200


def test_an_empty_library_says_so(client):
    assert "being reviewed" in client.get(reverse("resources:library")).content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "<img src=x onerror=alert(1)>",
    ],
)
def test_nothing_that_runs_comes_through_markdown(text):
    html = markdown(text)
    assert "<script" not in html
    assert "<img" not in html
    assert "href=" not in html


def test_a_link_entry_needs_an_address():
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(slug="x", title="X", kind=Kind.EXTERNAL, summary="X", changed_at=NOON)


@pytest.mark.parametrize(("field", "value"), [("kind", "poem"), ("state", "lost")])
def test_kinds_and_states_are_known(field, value):
    facts = {"slug": "x", "title": "X", "kind": "card", "summary": "X", "text": "X"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(**facts | {field: value}, changed_at=NOON)
