"""From draft to published: who may, what is kept, and what readers see meanwhile."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from mvai.accounts.roles import Role
from mvai.audit.models import AuditEntry
from resources.actions import workflow
from resources.models import CatalogRow, Edition
from resources.states import MOVES, EditionState
from tests.factories.accounts import UserFactory
from tests.factories.resources import EditionFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
WORDS = {"title": "A kit", "kind": "card", "summary": "What to say.", "card": "Say little."}


@pytest.fixture
def writer():
    return UserFactory(roles=[Role.CONTENT_EDITOR])


@pytest.fixture
def reviewer():
    return UserFactory(roles=[Role.CONTENT_EDITOR])


def begun(by):
    return workflow.new_item(slug="kit", language="en", words=WORDS, by=by, at=NOON)


def published(edition, by):
    workflow.submit(edition=edition, by=edition.changed_by, at=NOON)
    return workflow.publish(
        edition=edition, revision=edition.revision, review_by=date(2027, 11, 23), by=by, at=NOON,
        today=TODAY,
    )  # fmt: skip


def test_a_second_person_publishes(writer, reviewer):
    edition = begun(writer)
    assert CatalogRow.objects.get(for_language="en").is_draft

    done = published(edition, reviewer)

    assert (done.state, done.last_reviewed_date) == (EditionState.PUBLISHED, TODAY)
    assert not CatalogRow.objects.get(for_language="en").is_draft
    assert AuditEntry.objects.filter(verb="library.publish", actor_id=reviewer.pk).exists()


def test_nobody_publishes_what_they_wrote_or_asked_to_be_read(writer, reviewer):
    edition = begun(writer)
    workflow.submit(edition=edition, by=reviewer, at=NOON)

    for by in (writer, reviewer):
        with pytest.raises(workflow.EditionRefused, match="Somebody else"):
            workflow.publish(
                edition=edition, revision=1, review_by=None, by=by, at=NOON, today=TODAY
            )


def test_the_newer_version_replaces_the_one_before(writer, reviewer):
    first = published(begun(writer), reviewer)
    second = workflow.new_edition(item=first.item, language="en", by=writer, at=NOON)
    assert (second.number, second.card) == (2, "Say little.")
    assert CatalogRow.objects.get(for_language="en").edition == first

    workflow.save(edition=second, revision=1, words={"card": "Say less."}, by=writer, at=NOON)
    published(Edition.objects.get(pk=second.pk), reviewer)

    first.refresh_from_db()
    assert first.state == EditionState.SUPERSEDED
    assert CatalogRow.objects.get(for_language="en").edition == second


def test_two_editors_at_once_overwrite_nothing(writer, reviewer):
    edition = begun(writer)
    workflow.save(edition=edition, revision=1, words={"card": "One."}, by=writer, at=NOON)

    with pytest.raises(workflow.Overtaken) as refused:
        workflow.save(edition=edition, revision=1, words={"card": "Two."}, by=reviewer, at=NOON)

    assert refused.value.now.card == "One."
    assert Edition.objects.get(pk=edition.pk).card == "One."


def test_what_is_saved_twice_is_kept_once(writer):
    edition = begun(writer)
    for _ in range(2):
        workflow.save(edition=edition, revision=1, words={"card": "One."}, by=writer, at=NOON)

    assert Edition.objects.get(pk=edition.pk).revision == 2


def test_what_was_changed_after_it_was_read_is_not_published(writer, reviewer):
    edition = begun(writer)
    workflow.submit(edition=edition, by=writer, at=NOON)
    workflow.save(edition=edition, revision=1, words={"card": "One."}, by=writer, at=NOON)
    workflow.submit(edition=edition, by=writer, at=NOON)

    with pytest.raises(workflow.Overtaken):
        workflow.publish(
            edition=edition, revision=1, review_by=None, by=reviewer, at=NOON, today=TODAY
        )


def test_sent_back_it_is_a_draft_with_a_note(writer, reviewer):
    edition = begun(writer)
    workflow.submit(edition=edition, by=writer, at=NOON)

    back = workflow.send_back(edition=edition, note="Shorter.", by=reviewer, at=NOON)

    assert (back.state, back.note, back.submitted_at) == (EditionState.DRAFT, "Shorter.", None)


def test_withdrawn_it_is_gone_from_the_library(writer, reviewer):
    edition = published(begun(writer), reviewer)

    workflow.withdraw(edition=edition, reason="Out of date.", by=writer, at=NOON)

    assert not CatalogRow.objects.exists()


def test_an_empty_text_is_not_sent_for_review(writer):
    edition = begun(writer)
    workflow.save(edition=edition, revision=1, words={"card": ""}, by=writer, at=NOON)

    with pytest.raises(workflow.EditionRefused, match="empty"):
        workflow.submit(edition=edition, by=writer, at=NOON)


def test_an_address_is_given_once(writer):
    begun(writer)
    with pytest.raises(workflow.EditionRefused) as refused:
        begun(writer)

    assert refused.value.field == "slug"


def test_only_editors_write(writer):
    edition = begun(writer)
    other = UserFactory(roles=[Role.DUTY_OFFICER])

    with pytest.raises(PermissionDenied):
        workflow.save(edition=edition, revision=1, words={"card": "x"}, by=other, at=NOON)


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", EditionState)
def test_a_move_is_made_from_its_states_only(name, state, writer, reviewer):
    if name in ("supersede", "bring_back", "put_back"):
        return  # made by publishing alone; the ways back depend on more (test_ways_back.py)
    edition = EditionFactory(state=state, changed_by=writer)
    extra = {
        "submit": {},
        "send_back": {"note": ""},
        "publish": {"revision": 1, "review_by": None, "today": TODAY},
        "withdraw": {"reason": ""},
    }[name]

    def move():
        return getattr(workflow, name)(edition=edition, by=reviewer, at=NOON, **extra)

    if state in MOVES[name].sources:
        assert move().state == MOVES[name].target
    else:
        with pytest.raises(workflow.EditionRefused, match="can’t be done"):
            move()
