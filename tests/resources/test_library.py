"""The library: what is on show, to whom, and in which language."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from mvai.taxonomy.models import Need
from mvai.web.refusals import Refused
from resources.actions.loading import load_items
from resources.models import CatalogRow, Edition, EditionState
from tests.factories.accounts import UserFactory
from tests.factories.resources import EditionFactory, ItemFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
DRAFT_LABEL = "Draft, not reviewed by IACP"


@pytest.fixture
def items():
    load_items(at=NOON)


def test_every_need_but_the_open_question_has_an_item(items):
    said = {need for edition in Edition.objects.exclude(kind="external") for need in edition.needs}

    assert set(Need.objects.values_list("code", flat=True)) - said == {"UNSURE"}


def test_loading_twice_changes_nothing(items):
    before = Edition.objects.count()
    load_items(at=NOON)

    assert Edition.objects.count() == before


def test_loading_leaves_what_a_person_wrote_as_it_is(items):
    editor = UserFactory()
    edition = Edition.objects.get(item__slug="first-24-hours", language="en")
    edition.title, edition.changed_by = "As written", editor
    edition.save()

    load_items(at=NOON)

    assert Edition.objects.get(pk=edition.pk).title == "As written"


def test_a_file_with_an_unknown_line_is_refused_by_name(tmp_path: Path):
    (tmp_path / "odd.en.md").write_text(
        "---\ntitle: A\nkind: card\nsummary: B\ncolour: red\n---\nText"
    )
    with pytest.raises(Refused, match=r"odd\.en\.md.*colour"):
        load_items(folder=tmp_path, at=NOON)


def test_drafts_are_labeled_in_the_demonstration(client, items, settings):
    settings.DEMO = True
    page = client.get(f"{reverse('resources:library')}?kind=checklist").content.decode()

    drafts = CatalogRow.objects.filter(for_language="en", is_draft=True, kind="checklist")
    assert page.count(DRAFT_LABEL) == drafts.count() > 0


def test_drafts_are_on_show_in_the_demonstration_only(client, items, settings):
    settings.DEMO = False
    page = client.get(reverse("resources:library")).content.decode()

    assert DRAFT_LABEL not in page
    assert "The first 24 hours" not in page
    assert client.get(reverse("resources:item", args=["first-24-hours"])).status_code == 404


def test_an_item_opens_without_a_sign_in(client, items, settings):
    settings.DEMO = True
    page = client.get(reverse("resources:item", args=["first-24-hours"])).content.decode()

    assert "incident commander" in page
    assert DRAFT_LABEL in page


def test_who_reads_spanish_gets_the_spanish_card_and_the_english_text(client):
    item = ItemFactory(slug="kit")
    EditionFactory(item=item, text="## Long\n\nIn English.")
    EditionFactory(item=item, language="es", title="Primeras horas", card="Llame.")

    page = client.get("/es/library/kit/").content.decode()

    assert "Primeras horas" in page
    assert "Llame." in page
    assert '<article class="prose" lang="en"' in page
    assert "Primeras horas" not in client.get("/library/kit/").content.decode()


@pytest.mark.parametrize("query", ["q=zebra", "page=999", "need=NOPE", "kind=%00", "phase[]=1"])
def test_an_odd_question_gets_a_calm_page(client, items, settings, query):
    settings.DEMO = True
    assert client.get(f"{reverse('resources:library')}?{query}").status_code == 200


def test_an_empty_library_says_so(client):
    assert "being reviewed" in client.get(reverse("resources:library")).content.decode()


def test_the_words_of_a_published_edition_never_change():
    edition = EditionFactory()

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(card="Other words.")

    Edition.objects.filter(pk=edition.pk).update(review_by_date=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"kind": "poem"}, "resources_kind_is_known"),
        ({"state": "lost"}, "resources_edition_state_is_known"),
        ({"language": "xx"}, "resources_language_is_ours"),
        ({"title": ""}, "resources_edition_has_a_title"),
        ({"card": ""}, "resources_links_have_an_address_and_others_a_card"),
        ({"kind": "external"}, "resources_links_have_an_address_and_others_a_card"),
        ({"published_at": None}, "resources_published_at_iff_it_was_published"),
        ({"ended_at": NOON}, "resources_ended_at_iff_it_ended"),
    ],
)
def test_the_database_refuses(facts, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EditionFactory(**facts, on_show=False)


@pytest.mark.parametrize(
    ("states", "constraint"),
    [
        (["published", "published"], "resources_one_edition_is_published"),
        (["draft", "in_review"], "resources_one_edition_is_open"),
    ],
)
def test_there_is_one_of_a_state(states, constraint):
    item = ItemFactory()
    EditionFactory(item=item, state=states[0], on_show=False)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EditionFactory(item=item, state=states[1], number=2, on_show=False)


def test_nobody_publishes_what_they_wrote():
    editor = UserFactory()
    with (
        pytest.raises(IntegrityError, match="resources_a_second_person_publishes"),
        transaction.atomic(),
    ):
        EditionFactory(changed_by=editor, published_by=editor)


def test_an_item_has_no_address_of_a_page_of_ours():
    with (
        pytest.raises(IntegrityError, match="resources_slug_is_no_page_of_ours"),
        transaction.atomic(),
    ):
        ItemFactory(slug="ready")


def test_every_state_of_an_edition_has_its_words():
    assert all(state.label for state in EditionState)
