"""An editor brings the library in and out, and a second one lets a file through, in a browser."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import assert_readable
from tests.browser.people import PHONE, sign_in, someone
from tests.faults.harness import Portal
from tests.resources.made_files import edition_file, pdf, zip_of

pytestmark = pytest.mark.browser
EDITORS = """
from django.utils import timezone
from mvai.accounts.models import User
from mvai.people.models import Person
for name, email in (("Nora Quist", "nora@mvai.example"), ("Piet Haan", "piet@mvai.example")):
    User.objects.filter(email=email).exists() or User.objects.create_user(
        email=email, person=Person.objects.create(full_name=name), roles=["content_editor"],
        at=timezone.now())
"""


@pytest.fixture(scope="module")
def editors(running: Portal) -> Portal:
    running.manage("shell", "-c", EDITORS)
    return running


def bring(page: Page, file: Path) -> None:
    page.goto("/library/desk/import/")
    assert_readable(page)
    page.get_by_label("Zip").set_input_files(file)
    page.get_by_role("button", name="Read the zip").click()
    page.get_by_role("link", name="Show what it says").or_(
        page.get_by_role("table", name="What becomes of each file")
    ).first.wait_for()
    page.goto(page.url)


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["360", "1280"])
def test_an_editor_imports_a_zip_and_saves_the_library(
    chrome: Browser, editors: Portal, tmp_path: Path, viewport
):
    slug = f"brought-{viewport['width']}"
    file = tmp_path / "brought.zip"
    file.write_bytes(
        zip_of(
            {
                f"items/{slug}/en-1.md": edition_file(
                    title="A page that was brought", more="state: published\n"
                ),
                f"items/{slug}/en-1/plan.pdf": pdf(),
                "../evil.md": b"x",
            }
        )
    )
    with someone(chrome, editors, viewport=viewport) as page:
        sign_in(page, "nora@mvai.example")
        bring(page, file)
        expect(page.get_by_text("Its name leads out of the zip.")).to_be_visible()
        expect(page.get_by_text("2 files would be taken in.")).to_be_visible()
        assert_readable(page)

        page.get_by_role("button", name="Take them in").click()
        page.get_by_text("Done", exact=True).or_(
            page.get_by_role("link", name="Show what it says")
        ).first.wait_for()
        page.goto(page.url)
        expect(page.get_by_text("Done", exact=True)).to_be_visible()
        assert_readable(page)

        page.goto("/library/desk/import/")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save the library as a zip").click()
        with zipfile.ZipFile(saved.value.path()) as archive:
            assert f"items/{slug}/en-1/plan.pdf" in archive.namelist()
            assert b"state: in_review" in archive.read(f"items/{slug}/en-1.md")

        # The same once more is the same.
        bring(page, Path(saved.value.path()))
        expect(page.get_by_text("Nothing in this zip is new or changed.")).to_be_visible()
        assert_readable(page)


FIND = """
from resources.models import Edition
print("pk", Edition.objects.get(item__slug="filed").pk)
"""
BEGIN = """
from django.utils import timezone
from mvai.accounts.models import User
from resources.actions import workflow
from resources.models import Item
Item.objects.filter(slug="filed").exists() or workflow.new_item(
    slug="filed", language="en", words={"title": "With a file", "kind": "card",
    "summary": "What to say.", "card": "Say little."},
    by=User.objects.get(email="nora@mvai.example"), at=timezone.now())
"""


def test_one_editor_attaches_a_file_and_another_lets_it_through(
    chrome: Browser, editors: Portal, tmp_path: Path
):
    editors.manage("shell", "-c", BEGIN)
    pk = editors.manage("shell", "-c", FIND).split("pk ")[1].split()[0]
    good, bad = tmp_path / "Plan one.pdf", tmp_path / "virus.pdf"
    good.write_bytes(pdf())
    bad.write_bytes(b"MZ\x90")
    with someone(chrome, editors) as page:
        sign_in(page, "nora@mvai.example")
        for file, said in ((bad, "but it is none"), (good, "The file is there.")):
            page.goto(f"/library/desk/versions/{pk}/")
            page.get_by_label("PDF or DOCX").set_input_files(file)
            page.get_by_role("button", name="Attach the file").click()
            expect(page.get_by_text(said)).to_be_visible()
            assert_readable(page)
        expect(page.get_by_text("A second person looks at it")).to_be_visible()

    with someone(chrome, editors, viewport=PHONE) as page:
        sign_in(page, "piet@mvai.example")
        page.goto(f"/library/desk/versions/{pk}/")
        page.get_by_text("Let it through", exact=True).click()
        assert_readable(page)
        page.get_by_role("button", name="I have looked at it").click()
        expect(page.get_by_text("can have the file now")).to_be_visible()
        page.goto("/library/filed/")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Plan-one.pdf").click()
        assert Path(saved.value.path()).read_bytes() == pdf()


def test_the_report_on_links_reads_well(chrome: Browser, editors: Portal):
    with someone(chrome, editors, viewport=PHONE) as page:
        sign_in(page, "nora@mvai.example")
        page.goto("/library/desk/links/")
        expect(page.get_by_role("button", name="Try all of them now")).to_be_visible()
        assert_readable(page)
