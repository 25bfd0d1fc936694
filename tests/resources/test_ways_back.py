"""What can be undone, and for how long."""

from datetime import timedelta

import pytest

from resources.actions import workflow
from resources.models import CatalogRow, Edition, EditionState
from tests.resources.desk import AT, begun, published

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def gone(edition, by):
    return workflow.withdraw(edition=edition, reason="Old.", by=by, at=AT)


def test_a_draft_that_was_given_up_is_brought_back(writer, reviewer):
    edition = gone(begun(writer), writer)

    back = workflow.bring_back(edition=edition, by=reviewer, at=LATER)

    assert (back.state, back.ended_at, back.note) == (EditionState.DRAFT, None, "")


def test_it_is_not_brought_back_beside_another_draft(writer):
    edition = gone(begun(writer), writer)
    workflow.new_edition(item=edition.item, language="en", by=writer, at=AT)

    with pytest.raises(workflow.EditionRefused, match="one at a time"):
        workflow.bring_back(edition=edition, by=writer, at=LATER)


def test_what_was_on_show_is_put_back_within_a_day(writer, reviewer):
    edition = gone(published(begun(writer), reviewer), writer)
    assert not CatalogRow.objects.exists()

    back = workflow.put_back(edition=edition, by=writer, at=LATER)

    assert back.is_published
    assert CatalogRow.objects.get(for_language="en").edition == back


def test_after_a_day_a_second_person_reads_it_again(writer, reviewer):
    edition = gone(published(begun(writer), reviewer), writer)

    with pytest.raises(workflow.EditionRefused, match="more than a day"):
        workflow.put_back(edition=edition, by=writer, at=AT + timedelta(hours=25))


def test_a_draft_never_comes_on_show_by_the_way_back(writer):
    edition = gone(begun(writer), writer)

    with pytest.raises(workflow.EditionRefused, match="No reader has seen"):
        workflow.put_back(edition=edition, by=writer, at=LATER)


def test_it_is_not_put_back_beside_what_is_on_show_by_now(writer, reviewer):
    edition = gone(published(begun(writer), reviewer), writer)
    newer = workflow.new_edition(item=edition.item, language="en", by=writer, at=AT)
    published(newer, reviewer)

    with pytest.raises(workflow.EditionRefused, match="on show by now"):
        workflow.put_back(edition=edition, by=writer, at=LATER)


def test_what_was_on_show_is_no_draft_again(writer, reviewer):
    edition = gone(published(begun(writer), reviewer), writer)

    with pytest.raises(workflow.EditionRefused, match="Readers have seen"):
        workflow.bring_back(edition=edition, by=writer, at=LATER)


def test_a_new_version_begins_from_the_words_of_an_old_one(writer, reviewer):
    first = published(begun(writer), reviewer)
    second = workflow.new_edition(item=first.item, language="en", by=writer, at=AT)
    workflow.save(edition=second, revision=1, words={"card": "Worse."}, by=writer, at=AT)
    published(Edition.objects.get(pk=second.pk), reviewer)

    third = workflow.new_edition(item=first.item, language="en", like=first, by=writer, at=AT)

    assert (third.number, third.card, third.state) == (3, "Say little.", EditionState.DRAFT)


def test_after_a_draft_was_given_up_the_next_begins_from_what_readers_see(writer, reviewer):
    first = published(begun(writer), reviewer)
    second = workflow.new_edition(item=first.item, language="en", by=writer, at=AT)
    workflow.save(edition=second, revision=1, words={"card": "Worse."}, by=writer, at=AT)
    gone(Edition.objects.get(pk=second.pk), writer)

    third = workflow.new_edition(item=first.item, language="en", by=writer, at=AT)

    assert third.card == "Say little."
