"""An import by the page: first a look, then a yes; item by item, and nothing half-published."""

import io
import stat
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from mvai.outbox import claims
from mvai.web.refusals import Refused
from resources.actions import import_runs, importing, stored, workflow
from resources.models import CatalogRow, Edition, Item, LibraryImport, StoredFile, StoredPart
from resources.rules.archives import MB, Limits, opened
from resources.states import EditionState, ImportState
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.resources import AttachmentFactory, EditionFactory
from tests.resources import made_files
from tests.resources.made_files import edition_file, pdf, zip_of, zip_with

pytestmark = pytest.mark.django_db
KIT = "items/kit/en-1.md"


@pytest.fixture
def editor():
    return UserFactory(content_editor=True)


def read(editor, data: bytes) -> LibraryImport:
    run = import_runs.begin(file=io.BytesIO(data), by=editor, at=NOON)
    import_runs.work(NOON)
    run.refresh_from_db()
    return run


def taken_in(editor, data: bytes) -> LibraryImport:
    run = read(editor, data)
    import_runs.confirm(run=run, by=editor, at=NOON)
    import_runs.work(NOON)
    run.refresh_from_db()
    return run


def said(run: LibraryImport) -> dict[str, str]:
    return {line.path: f"{line.what} {line.why}".strip() for line in run.lines.all()}


def test_an_import_changes_nothing_before_somebody_says_yes(editor):
    run = read(editor, zip_of({KIT: edition_file(more="state: published\n")}))

    assert run.state == ImportState.READ
    assert said(run)[KIT].startswith("new It comes in as “in review”")
    assert not Item.objects.exists()

    import_runs.cancel(run=run, by=editor, at=NOON)
    assert not Item.objects.exists()
    assert not StoredFile.objects.exists()
    assert not StoredPart.objects.exists()


def test_what_is_published_in_the_zip_waits_for_a_second_person(editor):
    run = taken_in(editor, zip_of({KIT: edition_file(more="state: published\n")}))

    edition = Edition.objects.get()
    assert (run.state, edition.state) == (ImportState.DONE, EditionState.IN_REVIEW)
    assert not CatalogRow.objects.filter(is_draft=False).exists()
    with pytest.raises(workflow.EditionRefused, match="Somebody else"):
        workflow.publish(
            edition=edition, revision=1, review_by=None, by=editor, at=NOON, today=NOON.date()
        )


def test_older_versions_come_as_what_they_were(editor):
    taken_in(
        editor,
        zip_of(
            {
                KIT: edition_file(more="state: superseded\npublished: 2026-01-05 12:00:00+00:00\n"),
                "items/kit/en-2.md": edition_file(version=2, more="state: published\n"),
            }
        ),
    )

    first, second = Edition.objects.order_by("number")
    assert (first.state, first.published_at.year) == ("superseded", 2026)
    assert second.state == "in_review"


def test_the_same_zip_once_more_says_the_same(editor):
    data = zip_of({KIT: edition_file(), "items/kit/en-1/plan.pdf": pdf()})
    taken_in(editor, data)

    run = read(editor, data)

    assert set(said(run).values()) == {"same"}
    with pytest.raises(Refused, match="new or changed"):
        import_runs.confirm(run=run, by=editor, at=NOON)


def test_other_words_for_a_draft_change_it_and_are_named(editor):
    EditionFactory(slug="kit", state="draft", title="A kit", summary="What to say.")

    run = taken_in(editor, zip_of({KIT: edition_file(card="Say less.")}))

    edition = Edition.objects.get()
    assert [line.fields for line in run.lines.all()] == [["card"]]
    assert (edition.card, edition.revision, edition.changed_by) == ("Say less.", 2, editor)


def test_other_words_for_what_is_published_become_its_next_version(editor):
    before = EditionFactory(slug="kit")
    AttachmentFactory(edition=before, name="plan.pdf", released=True)

    words = edition_file(card="Say less.", more="state: published\n")
    run = taken_in(editor, zip_of({KIT: words}))

    assert "becomes version 2" in said(run)[KIT]
    first, second = Edition.objects.order_by("number")
    assert (first.state, first.card) == ("published", "Call somebody.")
    assert (second.card, second.state) == ("Say less.", "in_review")
    assert [file.name for file in second.files.all()] == ["plan.pdf"]
    assert CatalogRow.objects.get(for_language="en").edition == first


@pytest.mark.parametrize(
    ("there", "path", "version", "why"),
    [
        ([("published", 1), ("draft", 2)], KIT, 1, "version 2 is being written"),
        ([("superseded", 1), ("published", 2)], KIT, 1, "Those stay"),
        ([("published", 3)], "items/kit/en-2.md", 2, "a newer version of this, 3"),
        ([("published", 1), ("draft", 2)], "items/kit/en-3.md", 3, "Version 2 has to be published"),
    ],
)
def test_an_import_does_not_write_over_what_others_do(editor, there, path, version, why):
    item = None
    for state, number in there:
        made = EditionFactory(
            **({"item": item} if item else {"slug": "kit"}), state=state, number=number
        )
        item = made.item

    run = read(editor, zip_of({path: edition_file(version=version)}))

    assert said(run)[path].startswith("refused")
    assert why in said(run)[path]


def test_who_changed_an_item_meanwhile_is_not_overwritten(editor):
    draft = EditionFactory(slug="kit", state="draft")
    data = zip_of({KIT: edition_file(), "items/other/en-1.md": edition_file()})
    run = read(editor, data)
    workflow.save(
        edition=draft, revision=1, words={"card": "Mine."}, at=NOON + timedelta(minutes=1),
        by=UserFactory(content_editor=True),
    )  # fmt: skip

    import_runs.confirm(run=run, by=editor, at=NOON)
    import_runs.work(NOON)

    assert said(run)[KIT] == (
        "refused Somebody has changed this item since. Import the zip once more."
    )
    assert Edition.objects.get(pk=draft.pk).card == "Mine."
    assert Item.objects.filter(slug="other").exists()


def test_an_item_that_appeared_meanwhile_is_not_overwritten(editor):
    run = read(editor, zip_of({KIT: edition_file()}))
    EditionFactory(slug="kit")

    import_runs.confirm(run=run, by=editor, at=NOON)
    import_runs.work(NOON)

    assert "Somebody has changed" in said(run)[KIT]


BAD = {
    "items/a/en-1.md": (b"hello", "three dashes"),
    "items/b/en-1.md": (b"\xff\xfe", "UTF-8"),
    "items/c/fr-1.md": (edition_file(), "no language “fr”"),
    "items/d/en-2.md": (edition_file(), "its name says 2"),
    "items/e/en-1.md": (edition_file(more="needs: [MONEY]\n"), "names MONEY"),
    "items/f/en-1.md": (edition_file(more="audience: [press]\n"), "names press"),
    "items/g/en-1.md": (
        edition_file().replace(b"kind: card", b"kind: external\naddress: 'javascript:x'"),
        "no address",
    ),
    "items/h/en-1.md": (edition_file(card="", more="state: in_review\n"), "is empty"),
    "items/desk/en-1.md": (edition_file(), "An address of our own"),
    "items/i/en-1.md": (b"a" * (MB + 1), "larger than 1 MB"),
    "items/j/en-1/plan.pdf": (pdf(), "Its version is not in the zip"),
    "../../etc/passwd": (b"x", "leads out of the zip"),
    "/etc/passwd": (b"x", "leads out of the zip"),
    "C:\\windows\\x.md": (b"x", "leads out of the zip"),
    "items/../items/k/en-1.md": (b"x", "leads out of the zip"),
    "inner.zip": (zip_of({"a": b"b"}), "zip inside the zip"),
    "items/readme.md": (b"x", "Its name is not one such as"),
    "items/Other/EN-1.md": (b"x", "Its name is not one such as"),
}


def test_each_bad_file_gets_a_sentence_and_the_good_ones_come_in(editor):
    files = {path: data for path, (data, _why) in BAD.items()}
    run = taken_in(editor, zip_of({**files, KIT: edition_file()}, zipfile.ZIP_STORED))

    lines = said(run)
    for path, (_data, why) in BAD.items():
        assert lines[path].startswith("refused"), path
        assert why in lines[path], path
    assert lines[KIT].startswith("new")
    assert [item.slug for item in Item.objects.all()] == ["kit"]


def link_to(path: str) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo("items/a/en-1.md")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info, path.encode()


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return zip_with(
            (zipfile.ZipInfo("items/a/en-1.md"), edition_file()),
            (zipfile.ZipInfo("items/a/en-1.md"), edition_file(card="Other")),
            (zipfile.ZipInfo(KIT), edition_file()),
        )


def damaged() -> bytes:
    data = zip_of({"items/a/en-1.md": b"A" * 40, KIT: edition_file()}, zipfile.ZIP_STORED)
    return data.replace(b"A" * 40, b"B" * 40)


def in_another_encoding() -> bytes:
    files = {"items/Q/en-1.md": edition_file(), KIT: edition_file()}
    return made_files.with_name_in_another_encoding(files, "items/Q/en-1.md")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: zip_with(link_to("/etc/passwd"), (zipfile.ZipInfo(KIT), edition_file())), "link"),
        (twice, "Two files in the zip"),
        (damaged, "damaged"),
        (in_another_encoding, "UTF-8"),
        (
            lambda: made_files.locked(
                {"items/a/en-1.md": edition_file(), KIT: edition_file()}, "items/a/en-1.md"
            ),
            "password",
        ),
        (
            lambda: zip_of({"items/a/en-1.md": b"a" * 900_000, KIT: edition_file()}),
            "a trap",
        ),
        (
            lambda: zip_of(
                {"items/a/en-1.md": edition_file(), KIT: edition_file()}, zipfile.ZIP_LZMA
            ),
            "packed in a way",
        ),
    ],
    ids=["link", "twice", "damaged", "encoding", "locked", "tight", "lzma"],
)
def test_an_entry_that_nobody_should_open_is_left_alone(editor, made, why):
    lines = said(read(editor, made()))

    assert any(why in line for path, line in lines.items() if path != KIT), lines
    if why != "packed in a way":
        assert lines[KIT] == "new"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no zip file"),
        (b"PK\x03\x04 and no end", "no zip file"),
        (b"%PDF-1.7", "no zip file"),
        (zip_of({KIT: edition_file()})[:-30], "no zip file"),
        (zip_of({}), "holds no files"),
    ],
)
def test_what_is_no_zip_is_refused_at_once(editor, data, why):
    with pytest.raises(Refused, match=why):
        import_runs.begin(file=io.BytesIO(data), by=editor, at=NOON)
    assert not LibraryImport.objects.exists()


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(packed=100, unpacked=MB, entries=9), "larger than 1 kB"),
        (Limits(packed=MB, unpacked=2000, entries=9), "Unpacked, the zip would be larger"),
        (Limits(packed=MB, unpacked=MB, entries=1), "more than 1 files"),
    ],
)
def test_a_zip_beyond_the_limits_is_refused_as_a_whole(limits, why):
    file = io.BytesIO(zip_of({"a": b"a" * 3000, "b": b"b"}))

    with pytest.raises(Refused, match=why), opened(file, limits):
        pass


def test_a_long_list_of_contents_is_not_even_read():
    many = zip_of({f"{number:06}": b"" for number in range(3000)})

    with (
        pytest.raises(Refused, match="more than 100 files"),
        opened(io.BytesIO(many), Limits(packed=MB, unpacked=MB, entries=100)),
    ):
        pass


def test_only_editors_import(editor):
    with pytest.raises(PermissionDenied):
        import_runs.begin(
            file=io.BytesIO(zip_of({KIT: edition_file()})),
            by=UserFactory(program_manager=True),
            at=NOON,
        )
    run = read(editor, zip_of({KIT: edition_file()}))
    with pytest.raises(PermissionDenied):
        import_runs.confirm(run=run, by=UserFactory(), at=NOON)


HUNDRED = {f"items/kit-{number:03}/en-1.md": edition_file() for number in range(100)}


def test_a_worker_that_was_stopped_is_followed_by_one_that_goes_on(editor, monkeypatch):
    run = import_runs.begin(file=io.BytesIO(zip_of(HUNDRED)), by=editor, at=NOON)
    import_runs.work(NOON)
    import_runs.confirm(run=run, by=editor, at=NOON)
    write, calls = importing.write_item, []

    def dying(**given):
        calls.append(given["slug"])
        if len(calls) == 40:
            write(**given)
            raise KeyboardInterrupt  # after its work and before its transaction ends
        return write(**given)

    monkeypatch.setattr(import_runs, "write_item", dying)
    with pytest.raises(KeyboardInterrupt):
        import_runs.work(NOON)
    run.refresh_from_db()
    assert Item.objects.count() == 39
    assert import_runs.progress(run) == (39, 100)

    assert import_runs.work(NOON) == 0  # the lease of the one that died
    assert import_runs.work(NOON + timedelta(minutes=3)) == 1

    run.refresh_from_db()
    assert (run.state, Item.objects.count(), Edition.objects.count()) == ("done", 100, 100)
    assert calls.count("kit-039") == 2


def test_a_worker_whose_lease_ended_stops_writing(editor):
    run = import_runs.begin(file=io.BytesIO(zip_of(HUNDRED)), by=editor, at=NOON)
    [claim] = claims.take(LibraryImport.objects.underway(), now=NOON)
    LibraryImport.objects.filter(pk=run.pk).update(generation=claim.generation + 1)

    with pytest.raises(claims.Lost):
        import_runs._Work(claim, NOON, 60).go_on()

    assert not run.lines.exists()


def test_an_import_that_takes_long_is_taken_in_stretches(editor):
    run = import_runs.begin(file=io.BytesIO(zip_of(HUNDRED)), by=editor, at=NOON)
    stretches = 0
    while run.is_underway:
        import_runs.work(NOON, stretch=0.05)
        run.refresh_from_db()
        stretches += 1
        assert stretches < 100

    assert run.state == ImportState.READ
    assert run.lines.count() == 100
    assert stretches > 1


def test_an_item_that_the_database_refuses_stops_no_other(editor, monkeypatch):
    write = importing.write_item

    def failing(**given):
        if given["slug"] == "kit":
            raise DatabaseError
        return write(**given)

    monkeypatch.setattr(import_runs, "write_item", failing)

    run = taken_in(editor, zip_of({KIT: edition_file(), "items/other/en-1.md": edition_file()}))

    assert said(run)[KIT] == "refused It could not be taken in. Nothing of it was."
    assert (run.state, Item.objects.get().slug) == ("done", "other")


def test_a_sweep_does_it_where_no_worker_hears(editor, monkeypatch):
    monkeypatch.setattr(import_runs.doorbell, "ask", lambda task: False)
    run = import_runs.begin(file=io.BytesIO(zip_of({KIT: edition_file()})), by=editor, at=NOON)

    assert import_runs.sweep(NOON) == 1
    assert import_runs.sweep(NOON) == 0

    run.refresh_from_db()
    assert run.state == ImportState.READ


def test_stored_bytes_read_like_a_file(editor):
    data = bytes(range(256)) * 10_000
    made = stored.keep(io.BytesIO(data), at=NOON)

    file = stored.opened(made)
    assert StoredPart.objects.filter(file=made).count() == 3
    assert file.read() == data
    for place in (0, 1, stored.PART - 3, stored.PART, 2 * stored.PART + 5, len(data) - 1):
        file.seek(place)
        assert file.read(7) == data[place : place + 7]
    assert file.seek(0, 2) == len(data)
    assert stored.whole(made) == data
