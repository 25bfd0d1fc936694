"""The catalog as a zip: out, in again, and out once more to the same bytes."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from mvai.audit.models import AuditEntry
from resources.actions import workflow
from resources.actions.exporting import export_library
from resources.actions.loading import load_items
from resources.models import Attachment, CatalogRow, Edition, Item, StoredFile, StoredPart
from resources.rules import front_matter
from resources.states import EditionState, FileState
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.resources import AttachmentFactory, EditionFactory
from tests.resources.made_files import docx, edition_file, zip_of


def exported() -> bytes:
    file = io.BytesIO()
    export_library(file, by=None, at=NOON)
    return file.getvalue()


def emptied() -> None:
    for model in (Attachment, CatalogRow, Edition, Item, StoredPart, StoredFile):
        model._base_manager.all()._raw_delete("default")


def a_full_library() -> None:
    """Every state, both languages, files, and texts that are hard to write down."""
    load_items(at=NOON)
    editor = UserFactory(content_editor=True)
    first = EditionFactory(
        slug="kit", state="superseded", changed_by=editor, note="Told: “no”", number=1
    )
    second = EditionFactory(
        item=first.item,
        number=2,
        title='A "kit": with\ttabs, #marks and \U0001f469',
        sources=[{"title": "A: b", "address": "https://example.org/?a=1&b=2"}],
        keywords=["yes", "no", "2026-11-29", "null"],
        needs=["MEDIA"],
        card="  One\r\n<!-- full text -->\n\\<!-- full text -->\nTwo  \n",
        text="# A\n\n---\ntitle: not this\n---\n<!-- full text -->\nend",
        published_by=editor,
        last_reviewed_date=date(2026, 11, 1),
        published_at=NOON + timedelta(microseconds=5),
    )
    EditionFactory(item=first.item, number=3, state="draft", card="")
    EditionFactory(item=first.item, language="es", state="in_review", submitted_at=NOON)
    EditionFactory(slug="gone", state="withdrawn")
    EditionFactory(slug="elsewhere", kind="external", card="", address="http://example.org/a")
    AttachmentFactory(edition=first, released=True, name="plan.pdf")
    AttachmentFactory(edition=second, name="plan.docx", kind="docx", data=docx())
    AttachmentFactory(
        edition=second, name="no.pdf", state="refused", scan="found", stored=None, decided_at=NOON
    )


@pytest.mark.django_db
def test_an_export_imported_and_exported_again_is_the_same_to_the_byte(tmp_path):
    a_full_library()
    file = tmp_path / "library.zip"
    call_command("export_library", str(file))
    before = list(Edition.objects.values_list("item__slug", "language", "number", "state"))
    emptied()

    call_command("import_library", str(file), "--as-it-was")

    assert exported() == file.read_bytes()
    after = list(Edition.objects.values_list("item__slug", "language", "number", "state"))
    assert sorted(after) == sorted(before)
    assert not Edition.objects.exclude(changed_by=None, published_by=None).exists()
    assert Attachment.objects.get(name="plan.pdf").state == FileState.RELEASED
    assert Attachment.objects.get(name="plan.docx").state == FileState.QUARANTINED
    assert CatalogRow.objects.filter(slug="kit", is_draft=False).exists()


@pytest.mark.django_db
def test_restoring_twice_changes_nothing_and_what_the_portal_came_with_stays_away(tmp_path, capsys):
    a_full_library()
    file = tmp_path / "library.zip"
    call_command("export_library", str(file))
    emptied()
    call_command("import_library", str(file), "--as-it-was")

    call_command("import_library", str(file), "--as-it-was")
    load_items(at=NOON)

    assert "0 new, 0 changed" in capsys.readouterr().out
    assert exported() == file.read_bytes()


@pytest.mark.django_db
def test_the_same_library_is_the_same_bytes_and_says_nothing_of_people():
    editor = UserFactory(content_editor=True, person__full_name="Nora Quist")
    EditionFactory(slug="kit", changed_by=editor)

    once = exported()

    assert once == exported()
    assert b"Nora" not in once
    assert editor.email.encode() not in once
    entries = zipfile.ZipFile(io.BytesIO(once)).infolist()
    assert [entry.filename for entry in entries] == ["items/kit/en-1.md"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert AuditEntry.objects.filter(verb="library.exported", facts__editions=1).count() == 2


@pytest.mark.django_db
def test_what_a_command_brings_is_published_by_a_person(tmp_path):
    file = tmp_path / "kit.zip"
    published = edition_file(more="state: published\n")
    file.write_bytes(zip_of({"items/kit/en-1.md": published}))

    call_command("import_library", str(file), "--dry-run")
    assert not Edition.objects.exists()
    call_command("import_library", str(file))

    edition = Edition.objects.get()
    assert edition.state == EditionState.IN_REVIEW
    workflow.publish(
        edition=edition, revision=1, review_by=None, by=UserFactory(content_editor=True), at=NOON,
        today=NOON.date(),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_command_that_refused_a_line_says_so_and_takes_the_others_in(tmp_path, capsys):
    file = tmp_path / "kit.zip"
    file.write_bytes(zip_of({"items/a/en-1.md": b"\xff", "items/b/en-1.md": edition_file()}))

    with pytest.raises(CommandError, match="refused"):
        call_command("import_library", str(file))

    assert Edition.objects.get().item.slug == "b"
    assert "refused   items/a/en-1.md: It is not written in UTF-8." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "why"), [("none.zip", "can't be read"), ("text.zip", "no zip file")]
)
@pytest.mark.django_db
def test_a_command_says_what_is_no_library(tmp_path, name, why):
    (tmp_path / "text.zip").write_text("hello")

    with pytest.raises(CommandError, match=why):
        call_command("import_library", str(tmp_path / name))


@pytest.mark.django_db
def test_an_export_overwrites_nothing(tmp_path):
    file = tmp_path / "library.zip"
    file.write_text("mine")

    with pytest.raises(CommandError, match="there already"):
        call_command("export_library", str(file))

    assert file.read_text() == "mine"


TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60
) | st.sampled_from(["<!-- full text -->", "a\n<!-- full text -->\nb", "\\<!-- full text -->"])
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


@given(card=TEXT, full=TEXT, title=LINE, keywords=st.lists(LINE, max_size=3))
def test_whatever_stands_in_an_edition_reads_back_as_it_was_written(card, full, title, keywords):
    facts = front_matter.read(edition_file().decode()).facts
    facts = {**facts, "title": title[:120], "keywords": keywords}

    written = front_matter.write(facts, card, full)
    once = front_matter.read(written)

    assert (once.facts["title"], once.facts["keywords"]) == (title[:120], keywords)
    assert once.card == front_matter.plain(card).strip()
    assert once.full == front_matter.plain(full).strip()
    assert front_matter.write(once.facts, once.card, once.full) == written
