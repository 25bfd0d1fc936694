"""What the database refuses of files, imports and links, whoever writes it."""

import pytest
from django.db import IntegrityError, transaction

from resources.models import (
    Attachment,
    ImportLine,
    LibraryImport,
    Link,
    LinkHost,
    LinkRound,
    LinkUse,
    StoredFile,
    StoredPart,
)
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.resources import AttachmentFactory, EditionFactory, LibraryImportFactory

pytestmark = pytest.mark.django_db


def link(**facts) -> Link:
    host = LinkHost.objects.get_or_create(name="a.example")[0]
    return Link.objects.create(**{"host": host, "address": "https://a.example/"} | facts)


def line(**facts) -> ImportLine:
    run = facts.pop("run", None) or LibraryImportFactory()
    return ImportLine.objects.create(
        **{"run": run, "number": 1, "path": "a", "what": "new"} | facts
    )


def twice(make, **facts) -> None:
    make(**facts)
    make(**facts)


def same_person() -> None:
    editor = UserFactory(content_editor=True)
    AttachmentFactory(state="released", decided_at=NOON, decided_by=editor, added_by=editor)


BROKEN = {
    "resources_stored_file_has_bytes": lambda: StoredFile.objects.create(
        size=0, sha256="", created_at=NOON
    ),
    "resources_each_part_is_there_once": lambda: twice(
        StoredPart.objects.create,
        file=StoredFile.objects.create(size=1, sha256="", created_at=NOON),
        number=0,
        data=b"x",
    ),
    "resources_names_of_files_differ": lambda: twice(
        AttachmentFactory, edition=EditionFactory(), name="a.pdf"
    ),
    "resources_file_state_is_known": lambda: AttachmentFactory(scan="well"),
    "resources_file_kind_is_known": lambda: AttachmentFactory(kind="exe"),
    "resources_file_has_bytes_unless_refused": lambda: AttachmentFactory(stored=None),
    "resources_file_decided_at_iff_decided": lambda: AttachmentFactory(decided_at=NOON),
    "resources_found_files_are_refused": lambda: AttachmentFactory(
        state="released", scan="found", decided_at=NOON
    ),
    "resources_a_second_person_lets_a_file_through": same_person,
    "resources_import_state_is_known": lambda: LibraryImportFactory(state="lost"),
    "resources_import_ended_at_iff_it_ended": lambda: LibraryImportFactory(ended_at=NOON),
    "resources_import_is_written_once_confirmed": lambda: LibraryImportFactory(state="writing"),
    "resources_import_lines_once": lambda: twice(line, run=LibraryImportFactory()),
    "resources_import_line_is_known": lambda: line(what="odd"),
    "resources_import_refusal_has_a_reason": lambda: line(what="refused"),
    "resources_one_round_of_links_at_a_time": lambda: twice(
        LinkRound.objects.create, begun_at=NOON
    ),
    "resources_link_result_is_known": lambda: link(result="odd", checked_at=NOON),
    "resources_link_is_checked_or_not": lambda: link(checked_at=NOON),
    "resources_broken_links_fail": lambda: link(broken_since=NOON),
    "resources_good_links_do_not_fail": lambda: link(
        result="good", checked_at=NOON, failing_since=NOON
    ),
    "resources_link_is_noted_once_an_edition": lambda: twice(
        LinkUse.objects.create, link=link(), edition=EditionFactory()
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses(name):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        BROKEN[name]()

    # One row may break a second rule as well; PostgreSQL names the first by name.
    assert "resources_" in str(refusal.value)
    assert name in str(refusal.value) or name in ALSO


# Their rows can't but break another rule, too.
ALSO = {"resources_import_state_is_known"}


def test_every_constraint_has_a_row_that_breaks_it():
    ours = (Attachment, ImportLine, LibraryImport, Link, LinkRound, LinkUse, StoredFile, StoredPart)
    names = {one.name for model in ours for one in model._meta.constraints}

    assert names == set(BROKEN)
