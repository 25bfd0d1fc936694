"""Two editors at the same moment, on connections of their own."""

import pytest

from resources.actions import workflow
from resources.models import CatalogRow, Edition, EditionState
from tests.resources.desk import A_YEAR_ON, AT, TODAY, begun, editor, published, submitted
from tests.together import at_once, one_begins_and_the_other_comes_between

pytestmark = pytest.mark.django_db(transaction=True)


def save(edition, card, by):
    return workflow.save(edition=edition, revision=1, words={"card": card}, by=by, at=AT)


def publish(edition, by):
    return workflow.publish(
        edition=edition, revision=1, review_by=A_YEAR_ON, by=by, at=AT, today=TODAY
    )


def test_of_two_that_save_at_once_one_is_shown_the_others_text(writer, reviewer):
    edition = begun(writer)

    done = at_once(
        lambda: save(edition, "Owen's.", writer), lambda: save(edition, "Priya's.", reviewer)
    )

    kept = Edition.objects.get()
    [overtaken] = [one for one in done if isinstance(one, workflow.Overtaken)]
    assert overtaken.now.card == kept.card
    assert kept.revision == 2


def test_who_comes_while_another_saves_waits_and_is_overtaken(writer, reviewer):
    edition = begun(writer)

    first, second = one_begins_and_the_other_comes_between(
        lambda: save(edition, "First.", writer),
        lambda: Edition.objects.get().card,
        lambda: save(edition, "Second.", reviewer),
    )

    assert first == "First."
    assert isinstance(second, workflow.Overtaken)
    assert Edition.objects.get().card == "First."


def test_a_text_that_changes_while_it_is_published_is_not_published_unread(writer, reviewer):
    edition = submitted(writer)

    _first, second = one_begins_and_the_other_comes_between(
        lambda: save(edition, "Changed.", writer),
        lambda: None,
        lambda: publish(edition, reviewer),
    )

    assert isinstance(second, workflow.EditionRefused)
    assert Edition.objects.get().state == EditionState.DRAFT


def test_ten_that_begin_a_new_version_get_the_same_one(writer, reviewer):
    item = published(begun(writer), reviewer).item

    done = at_once(
        *[
            lambda: workflow.new_edition(item=item, language="en", by=writer, at=AT)
            for _ in range(10)
        ]
    )

    assert len({edition.pk for edition in done}) == 1
    assert item.editions.count() == 2


def test_ten_that_make_an_item_of_one_address_make_one(writer):
    done = at_once(*[lambda: begun(writer) for _ in range(10)])

    assert sum(isinstance(one, Edition) for one in done) == 1
    assert all(isinstance(one, Edition | workflow.EditionRefused) for one in done)


def test_publishing_and_withdrawing_at_once_leave_what_both_say(writer, reviewer):
    first = published(begun(writer), reviewer)
    second = workflow.new_edition(item=first.item, language="en", by=writer, at=AT)
    workflow.submit(edition=second, by=writer, at=AT)

    done = at_once(
        lambda: publish(second, reviewer),
        lambda: workflow.withdraw(edition=first, reason="Old.", by=editor("A third"), at=AT),
    )

    assert all(isinstance(one, Edition | workflow.EditionRefused) for one in done)
    assert CatalogRow.objects.get(for_language="en").edition_id == second.pk
    assert Edition.objects.published().count() == 1


def test_what_is_put_on_show_is_seen_in_the_order_of_its_moments(writer, reviewer):
    """Else what was counted before the slower of two commits would count as the newest for good."""
    slow, fast = submitted(writer, slug="slow"), submitted(writer, slug="fast")

    was_overtaken, _fast = one_begins_and_the_other_comes_between(
        lambda: publish(slow, reviewer),
        lambda: CatalogRow.objects.filter(slug="fast", is_draft=False).exists(),
        lambda: publish(fast, reviewer),
    )

    assert not was_overtaken
    moments = CatalogRow.objects.filter(for_language="en").order_by("put_at")
    assert [row.slug for row in moments] == ["slow", "fast"]
