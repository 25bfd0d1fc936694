"""Files on editions: what may be one, who hands it out, and who gets it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mvai.audit.models import AuditEntry
from mvai.web.refusals import Refused
from resources.actions import attaching, scanner, scanning, workflow
from resources.models import Attachment, Edition, StoredFile
from resources.rules import attached
from resources.rules.archives import MB
from resources.states import FileState, Scan
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.resources import AttachmentFactory, EditionFactory
from tests.resources import clamd
from tests.resources.made_files import EICAR, docx, packed_objects, pdf

RELS = "word/_rels/settings.xml.rels"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plan.pdf", pdf()),
        ("plan.pdf", pdf(note=packed_objects(b"<< /Type /Page >>"))),
        ("plan.pdf", pdf(note=b"8 0 obj\n<< >>\nstream\nabc/JS def\nendstream\nendobj")),
        ("plan.docx", docx()),
        ("plan.docx", docx({"word/media/image1.png": b"\x89PNG"})),
    ],
)
def test_plain_documents_are_taken(name, data):
    assert name.endswith(attached.kind_of(data, name))


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("plan.exe", b"MZ\x90", "Only PDF and DOCX"),
        ("plan", pdf(), "Only PDF and DOCX"),
        ("plan.docm", docx(), "Only PDF and DOCX"),
        ("plan.pdf", b"MZ\x90\x00" + b"\0" * 500, "it is none"),
        ("plan.docx", b"MZ\x90\x00" + b"\0" * 500, "can’t be read as one"),
        ("plan.pdf", docx(), "it is none"),
        ("plan.docx", pdf(), "can’t be read as one"),
        ("plan.pdf", b"", "empty"),
        ("plan.pdf", b"%PDF-1.7\n" + b"\0" * 20 * MB, "larger than 20 MB"),
        ("eicar.pdf", EICAR, "scanners for viruses"),
        ("eicar.pdf", pdf(note=EICAR), "scanners for viruses"),
        ("eicar.docx", docx({"word/media/a.bin": EICAR}), "scanners for viruses"),
        ("plan.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "scripts"),
        ("plan.pdf", pdf(b"/OpenAction << /S /J#61vaScript /J#53 (x) >>"), "scripts"),
        ("plan.pdf", pdf(b"/AA << /O << /S /Launch /F (cmd.exe) >> >>"), "commands"),
        ("plan.pdf", pdf(b"/Names << /EmbeddedFiles 5 0 R >>"), "other files"),
        ("plan.pdf", pdf(note=packed_objects(b"<< /S /JavaScript >>")), "scripts"),
        ("plan.pdf", pdf(note=packed_objects(b"<< /S /J#61vaScript >>")), "scripts"),
        ("plan.pdf", pdf(note=packed_objects(b" " * 41 * MB)), "a trap"),
        ("plan.pdf", pdf(note=b"trailer << /Encrypt 9 0 R >>"), "locked"),
        ("plan.docx", docx({"word/vbaProject.bin": b"x"}), "macros"),
        ("plan.docx", docx({"[Content_Types].xml": b"x.macroEnabled.main+xml"}), "macros"),
        ("plan.docx", docx({"word/embeddings/oleObject1.bin": b"x"}), "other files or controls"),
        (
            "plan.docx",
            docx({RELS: b'<R Type="x/attachedTemplate" TargetMode="External"/>'}),
            "fetches its template",
        ),
        ("plan.docx", docx({"../../etc/passwd": b"x"}), "leads out of the zip"),
        ("plan.docx", docx({"word/media/a.bin": b"\0" * 30 * MB}), "a trap"),
    ],
)
def test_what_is_not_what_it_says_or_does_something_is_refused(name, data, why):
    with pytest.raises(Refused, match=why):
        attached.kind_of(data, name)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Plan 2026 (final).PDF", "Plan-2026-final.pdf"),
        ("..\\..\\windows\\a.docx", "a.docx"),
        ("../../etc/pass wd.pdf", "pass-wd.pdf"),
        ("über \u202egpj.pdf", "uber-gpj.pdf"),
        (".pdf", "file.pdf"),
        ("...pdf", "file.pdf"),
        ('a";\r\nSet-Cookie: b.pdf', "a-Set-Cookie-b.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_names_are_made_safe(given, name):
    assert attached.name_of(given) == name
    assert attached.NAME.fullmatch(name)


@pytest.fixture
def editor(db):
    return UserFactory(content_editor=True)


@pytest.fixture
def second(db):
    return UserFactory(content_editor=True)


@pytest.fixture
def draft(db):
    return EditionFactory(slug="kit", state="draft")


def attach(edition, editor, name="plan.pdf", data=None) -> Attachment:
    return attaching.attach(edition=edition, name=name, data=data or pdf(), by=editor, at=NOON)


def test_without_a_scanner_a_second_person_lets_a_file_through(draft, editor, second):
    made = attach(draft, editor)
    assert (made.state, made.scan) == (FileState.QUARANTINED, Scan.NOT_SCANNED)
    with pytest.raises(Refused, match="A second person"):
        attaching.let_through(attachment=made, by=editor, at=NOON)

    done = attaching.let_through(attachment=made, by=second, at=NOON)

    assert (done.state, done.scan, done.decided_by) == ("released", "not_scanned", second)
    assert AuditEntry.objects.filter(verb="library.file_let_through", actor_id=second.pk).exists()
    with pytest.raises(Refused, match="already"):
        attaching.let_through(attachment=made, by=second, at=NOON)


def test_a_file_sends_what_was_in_review_back_to_be_read_again(draft, editor, second):
    workflow.submit(edition=draft, by=editor, at=NOON)

    attach(draft, second)

    draft.refresh_from_db()
    assert (draft.state, draft.revision, draft.changed_by) == ("draft", 2, second)


def test_what_was_published_keeps_its_files(editor):
    published = EditionFactory(slug="kit")
    file = AttachmentFactory(edition=published)

    with pytest.raises(Refused, match="closed"):
        attach(published, editor)
    with pytest.raises(Refused, match="closed"):
        attaching.take_off(attachment=file, by=editor, at=NOON)


def test_a_new_version_begins_with_the_files_of_the_one_before(editor):
    published = EditionFactory(slug="kit")
    AttachmentFactory(edition=published, name="plan.pdf", released=True)

    draft = workflow.new_edition(item=published.item, language="en", by=editor, at=NOON)

    [file] = draft.files.all()
    assert (file.name, file.state) == ("plan.pdf", "released")
    attaching.take_off(attachment=file, by=editor, at=NOON)
    assert published.files.get().stored.parts.exists()


def test_what_was_written_in_a_closed_version_keeps_its_files_as_the_next(editor):
    published = EditionFactory(slug="kit")
    AttachmentFactory(edition=published, name="plan.pdf", released=True)

    anew = workflow.save_anew(edition=published, words={"card": "Less."}, by=editor, at=NOON)

    assert [file.name for file in anew.files.all()] == ["plan.pdf"]


def test_taking_the_last_one_off_removes_the_bytes(draft, editor):
    made = attach(draft, editor)
    with pytest.raises(Refused, match="of this name"):
        attach(draft, editor)

    attaching.take_off(attachment=made, by=editor, at=NOON)

    assert not StoredFile.objects.exists()


@pytest.fixture
def scanner_runs(settings):
    with clamd.running() as server:
        settings.CLAMD = server.address
        yield server


def test_what_the_scanner_finds_clean_is_released(draft, editor, second, scanner_runs):
    made = attach(draft, editor)
    with pytest.raises(Refused, match="A scanner looks"):
        attaching.let_through(attachment=made, by=second, at=NOON)

    assert scanning.work(NOON) == 1

    made.refresh_from_db()
    assert (made.state, made.scan) == (FileState.RELEASED, Scan.CLEAN)
    assert scanner_runs.seen == [pdf()]
    assert scanning.work(NOON) == 0


def test_what_the_scanner_finds_is_refused_and_its_bytes_go(draft, editor, scanner_runs):
    made = attach(draft, editor, data=pdf(note=b"looks like a virus"))
    other = AttachmentFactory(
        edition=EditionFactory(slug="other"), stored=made.stored, released=True
    )

    scanning.work(NOON)

    for one in (made, other):
        one.refresh_from_db()
        assert (one.state, one.scan, one.stored) == (FileState.REFUSED, Scan.FOUND, None)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("mood", ["hanging", "hanging up", "odd"])
def test_a_scanner_that_says_nothing_is_asked_again(draft, editor, scanner_runs, mood, monkeypatch):
    monkeypatch.setattr(scanner, "SECONDS", 0.2)
    scanner_runs.mood = mood
    made = attach(draft, editor)

    assert scanning.work(NOON) == 0
    made.refresh_from_db()
    assert (made.state, made.tries) == (FileState.QUARANTINED, 1)
    assert scanning.work(NOON) == 0  # not before its time
    made.refresh_from_db()
    assert made.tries == 1

    scanner_runs.mood = "well"
    assert scanning.work(NOON + timedelta(minutes=1)) == 1
    made.refresh_from_db()
    assert made.state == FileState.RELEASED


def test_a_scanner_that_is_away_keeps_it_in_quarantine(draft, editor, settings):
    settings.CLAMD = "unix:/nowhere/clamd.sock"
    made = attach(draft, editor)

    assert scanning.work(NOON) == 0

    made.refresh_from_db()
    assert made.state == FileState.QUARANTINED
    assert timedelta(seconds=30) <= made.due_at - NOON < timedelta(seconds=40)


def test_a_scanner_can_be_asked_over_a_socket_of_the_machine(draft, editor, tmp_path, settings):
    import socketserver
    import threading

    path = str(tmp_path / "c.sock")

    class Local(socketserver.ThreadingUnixStreamServer):
        mood, seen = "well", []
        daemon_threads = True

    with Local(path, clamd._Session) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        settings.CLAMD = f"unix:{path}"
        attach(draft, editor)
        assert scanning.work(NOON) == 1
        server.shutdown()
        thread.join()


def test_a_worker_that_died_while_scanning_is_followed(draft, editor, scanner_runs, monkeypatch):
    made = attach(draft, editor)
    monkeypatch.setattr(scanner, "is_clean", _dying)
    with pytest.raises(KeyboardInterrupt):
        scanning.work(NOON)
    monkeypatch.undo()

    assert scanning.work(NOON) == 0
    assert scanning.work(NOON + timedelta(minutes=3)) == 1
    made.refresh_from_db()
    assert made.state == FileState.RELEASED


def _dying(_parts) -> bool:
    raise KeyboardInterrupt


# Handing out


@pytest.mark.django_db
def test_readers_get_a_released_file_with_headers_that_let_it_do_nothing(client):
    file = AttachmentFactory(edition=EditionFactory(slug="kit"), released=True, name="plan.pdf")

    answer = client.get(file.get_absolute_url())

    assert answer.getvalue() == pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Length"] == str(len(pdf()))
    again = client.get(file.get_absolute_url(), HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(file.get_absolute_url() + "x").status_code == 404
    assert "plan.pdf" in client.get(reverse("resources:item", args=["kit"])).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "in_review", "superseded", "withdrawn"])
def test_files_of_what_is_not_on_show_are_for_editors(client, state, settings):
    settings.DEMO = False
    file = AttachmentFactory(edition=EditionFactory(slug="kit", state=state), released=True)

    assert client.get(file.get_absolute_url()).status_code == 404
    sign_in(client, UserFactory(program_manager=True))
    assert client.get(file.get_absolute_url()).status_code == 404
    sign_in(client, UserFactory(content_editor=True))
    assert client.get(file.get_absolute_url()).getvalue() == pdf()


@pytest.mark.django_db
def test_nobody_gets_a_file_that_is_not_released(client):
    file = AttachmentFactory(edition=EditionFactory(slug="kit"))
    sign_in(client, UserFactory(content_editor=True))

    assert client.get(file.get_absolute_url()).status_code == 404
    page = client.get(reverse("resources:item", args=["kit"])).content.decode()
    assert file.name not in page


# Handing in


def send(client, draft, name: str, data: bytes, follow=True):
    address = reverse("resources:attach_file", args=[draft.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, data)}, follow=follow)


def test_an_editor_attaches_a_file_on_the_page(client, draft, editor):
    sign_in(client, editor)

    page = send(client, draft, "Plan (1).pdf", pdf()).content.decode()

    assert "The file is there." in page
    assert "Plan-1.pdf" in page
    assert "Nothing scans files here." in page


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("plan.pdf", b"MZ\x90", "it is none"),
        ("eicar.com", EICAR, "Only PDF and DOCX"),
        ("plan.pdf", b"", "The file is empty."),
        ("plan.pdf", b"%PDF-" + b"x" * 21 * MB, "larger than 20 MB"),
        ("plan.pdf", b"%PDF-" + b"x" * 200 * MB, "larger than 20 MB"),
    ],
    ids=["executable", "eicar", "empty", "21 MB", "200 MB"],
)
def test_the_page_says_why_it_refuses(client, draft, editor, name, data, why):
    sign_in(client, editor)

    assert why in send(client, draft, name, data).content.decode()
    assert not Attachment.objects.exists()


def test_a_file_of_anybody_else_is_not_looked_at(client, draft):
    sign_in(client, UserFactory(program_manager=True))

    assert send(client, draft, "plan.pdf", pdf(), follow=False).status_code == 403


def test_a_file_without_the_forms_key_is_refused(draft, editor):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    sign_in(client, editor)

    assert send(client, draft, "plan.pdf", pdf(), follow=False).status_code == 403
    assert not Attachment.objects.exists()


def test_what_is_beyond_all_measure_is_cut_off(client, draft, editor):
    sign_in(client, editor)
    address = reverse("resources:attach_file", args=[draft.pk])

    answer = client.generic(
        "POST", address, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH="300000000"
    )

    assert answer.status_code == 400


def test_editors_let_through_and_take_off_on_the_page(client, draft, editor, second):
    file = attach(draft, editor)
    sign_in(client, second)

    release = reverse("resources:release_file", args=[file.pk])
    assert "can have the file now" in client.post(release, follow=True).content.decode()
    take_off = reverse("resources:take_off_file", args=[file.pk])
    assert "was taken off" in client.post(take_off, follow=True).content.decode()
    assert not Edition.objects.get().files.exists()
