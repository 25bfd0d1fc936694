"""The editor's pages of import and export."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from mvai.audit import purging
from resources.actions import import_runs, old_imports
from resources.models import Edition, ImportLine, LibraryImport, StoredFile
from resources.rules.archives import MB
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.resources import AttachmentFactory, EditionFactory, LibraryImportFactory
from tests.resources.made_files import edition_file, pdf, zip_of

pytestmark = pytest.mark.django_db
KIT = "items/kit/en-1.md"


@pytest.fixture
def editor(client):
    user = UserFactory(content_editor=True)
    sign_in(client, user)
    return user


def send(client, data: bytes, name="library.zip"):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("resources:import_library"), {"file": file}, follow=True)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_an_editor_reads_what_would_change_says_yes_and_reads_what_did(client, editor):
    page = text_of(send(client, zip_of({KIT: edition_file(), "bad.md": b"x"})))
    assert "0 of 2 files." in page
    run = LibraryImport.objects.get()
    import_runs.work(timezone.now())

    page = text_of(client.get(run.get_absolute_url()))
    assert "1 file would be taken in." in page
    assert "Its name is not one such as" in page
    only = text_of(client.get(run.get_absolute_url() + "?show=refused"))
    assert KIT not in only.replace("such as items/first-24-hours/en-1.md", "")

    page = text_of(client.post(reverse("resources:confirm_import", args=[run.pk]), follow=True))
    assert "0 of 1 files." in page
    import_runs.work(timezone.now())

    page = text_of(client.get(run.get_absolute_url()))
    assert "Done" in page
    assert Edition.objects.get().changed_by == editor
    again = text_of(client.post(reverse("resources:confirm_import", args=[run.pk]), follow=True))
    assert "wait for an answer any more" in again


def test_an_import_can_be_given_up(client, editor):
    send(client, zip_of({KIT: edition_file()}))
    run = LibraryImport.objects.get()
    import_runs.work(timezone.now())

    page = text_of(client.post(reverse("resources:cancel_import", args=[run.pk]), follow=True))

    assert "Nothing was changed." in page
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"hello", "This is no zip file"),
        (b"", "The file is empty."),
        (b"PK" + b"\0" * 101 * MB, "The zip is larger than 100 MB."),
    ],
    ids=["text", "empty", "101 MB"],
)
def test_the_page_says_why_it_takes_no_such_zip(client, editor, data, why):
    assert why in text_of(send(client, data))
    assert not LibraryImport.objects.exists()


def test_nothing_chosen_is_said_so(client, editor):
    answer = client.post(reverse("resources:import_library"), {})

    assert "Choose a file first." in text_of(answer)


def test_the_export_is_a_zip_to_save(client, editor):
    AttachmentFactory(edition=EditionFactory(slug="kit"), name="plan.pdf")

    answer = client.get(reverse("resources:export_library"))

    assert answer["Content-Disposition"].startswith('attachment; filename="library-')
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert archive.namelist() == [KIT, "items/kit/en-1/plan.pdf"]
        assert archive.read("items/kit/en-1/plan.pdf") == pdf()


def test_imports_go_after_a_month_with_their_zips(editor):
    old = LibraryImportFactory(created_at=NOON - timedelta(days=31))
    ImportLine.objects.create(run=old, number=0, path="a", what="new")
    held = LibraryImportFactory(created_at=NOON - timedelta(days=31), legal_hold=True)
    new = LibraryImportFactory()
    old_imports.register()
    rule = next(one for one in purging.registered() if one.name == "library_imports")

    assert purging.run_batch(rule, NOON) == 1

    assert set(LibraryImport.objects.all()) == {held, new}
    assert StoredFile.objects.filter(imports=F("imports")).count() == StoredFile.objects.count()
    assert StoredFile.objects.count() == 2
