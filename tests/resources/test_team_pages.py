"""The pages of a team's checklist, for whoever holds its address; without JavaScript."""

import io
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from mvai.accounts.lockout.models import Try
from mvai.audit.models import AuditEntry
from resources.actions.team_addresses import team_token
from resources.models import TeamChecklist, TeamLine
from tests.factories import NOON
from tests.resources.teams import address, item, line_of, manage_address, shared, tick, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_at_noon")]
SHARE = {"agency": "Riverton PD", "knows": "on", "press": "6a1b7c1e-0000-4000-8000-000000000001"}


@pytest.fixture
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def browser():
    """One that is strict about forged forms, and has neither cookies nor an account."""
    return Client(enforce_csrf_checks=True)


def words(page) -> str:
    text = page.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", "", text)).split())


def share_address(edition):
    return reverse("resources:share", args=[edition.item.slug])


def test_before_anything_is_saved_the_page_says_what_would_be(browser):
    edition = item()

    said = words(browser.get(share_address(edition)))

    for part in (
        "The 3 lines of the checklist",
        "may be a public record",
        "Ticks on the page itself stay on your device alone",
        "nobody has opened it for 400 days",
    ):
        assert part in said
    assert not TeamChecklist.objects.exists()


def test_without_the_acknowledgment_nothing_is_saved(browser):
    page = browser.post(share_address(item()), SHARE | {"knows": ""})

    assert "Tick this once you have read" in words(page)
    assert not TeamChecklist.objects.exists()


def test_it_is_saved_under_two_addresses_and_a_second_press_leads_to_the_same(browser):
    edition = item()

    first = browser.post(share_address(edition), SHARE)
    again = browser.post(share_address(edition), SHARE)

    assert first["Location"] == again["Location"]
    page = browser.get(first["Location"])
    checklist = TeamChecklist.objects.get()
    assert address(checklist) in page.content.decode()
    assert manage_address(checklist) in page.content.decode()
    assert "Copy both addresses now" in words(page)


def test_another_name_from_the_same_page_is_another_checklist(browser):
    edition = item()

    browser.post(share_address(edition), SHARE)
    browser.post(share_address(edition), SHARE | {"agency": "Lakeside PD"})

    assert TeamChecklist.objects.count() == 2


def test_a_program_that_fills_in_every_field_saves_nothing_and_is_not_told(browser):
    edition = item()

    answer = browser.post(share_address(edition), SHARE | {"topic": "x"})

    assert answer["Location"] == reverse("resources:item", args=[edition.item.slug])
    assert not TeamChecklist.objects.exists()


def test_so_many_from_one_address_and_then_a_calm_no(browser):
    edition = item()
    for number in range(12):
        browser.post(share_address(edition), SHARE | {"agency": f"Agency {number}"})

    refused = browser.post(share_address(edition), SHARE | {"agency": "One more"})

    assert refused.status_code == 429
    assert TeamChecklist.objects.count() == 12
    assert Try.objects.count() == 12


def test_an_item_without_lines_or_of_another_program_is_not_shared(browser):
    plain = item(text="Read this.")

    assert browser.get(share_address(plain)).status_code == 404


def test_the_pages_leave_no_trace_and_open_without_an_account(browser):
    page = browser.get(address(shared()))

    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]
    assert not page.cookies


@pytest.mark.parametrize("wanted", ["done", "open"])
def test_a_tick_is_a_form_and_comes_back_to_the_line(browser, wanted):
    line = shared().lines.first()
    if wanted == "open":
        tick(line)

    answer = browser.post(
        address(line.checklist, "tick/?for=nobody"), {"set": f"{line.pk}-{wanted}"}
    )

    assert answer.status_code == 303
    assert answer["Location"].endswith(f"/?for=nobody#line-{line.pk}")
    line.refresh_from_db()
    assert line.is_done is (wanted == "done")


@pytest.mark.parametrize("odd", ["", "x", "1", "-done", "9" * 30 + "-done", "٣-done", "1-never"])
def test_an_odd_tick_changes_nothing(browser, odd):
    checklist = shared()

    assert browser.post(address(checklist, "tick/"), {"set": odd}).status_code in (303, 404)

    assert not TeamLine.objects.exclude(done_at=None).exists()


def told(browser, checklist, line, *, since):
    return browser.post(
        address(checklist, "tick/"),
        {"set": f"{line.pk}-done", "since": since},
        headers={"Accept": "application/json"},
    ).json()


def test_a_tick_is_answered_with_its_own_line_and_how_far_all_is(browser):
    checklist = shared()
    first, second, _third = checklist.lines.all()
    tick(first)

    answer = told(browser, checklist, second, since=1)

    assert answer["number"] == 2
    assert [line["id"] for line in answer["lines"]] == [second.pk]
    assert f'id="line-{second.pk}"' in answer["lines"][0]["html"]
    assert "2 of 3 done" in answer["progress"]


def test_a_page_that_missed_another_persons_tick_asks_for_it_after_its_own(browser):
    checklist = shared()
    first, second, _third = checklist.lines.all()
    tick(first)

    number = told(browser, checklist, second, since=0)["number"]

    assert number == 0
    news = browser.get(address(checklist, f"changes/?since={number}")).json()
    assert [line["id"] for line in news["lines"]] == [first.pk, second.pk]
    assert news["number"] == 2


def test_a_poll_is_one_query_and_no_content_while_nothing_is_new(
    browser, django_assert_num_queries
):
    checklist = shared()
    line = checklist.lines.first()
    tick(line)

    with django_assert_num_queries(1):
        nothing = browser.get(address(checklist, "changes/?since=1"))
    something = browser.get(address(checklist, "changes/?since=0"))

    assert (nothing.status_code, nothing.content) == (204, b"")
    assert [one["id"] for one in something.json()["lines"]] == [line.pk]
    assert not AuditEntry.objects.reads().exists()


def test_who_by_when_and_a_note_are_written_by_the_teams_clock(browser):
    line = shared().lines.first()
    form = {
        "owner": "Kim Lee",
        "due_date": "2026-12-03",
        "due_time": "14:30",
        "note": "Two phones.",
    }

    browser.post(address(line.checklist, f"lines/{line.pk}/"), form)

    line.refresh_from_db()
    assert line.due_at == datetime(2026, 12, 3, 20, 30, tzinfo=UTC)  # 2:30 p.m. in Chicago
    said = words(browser.get(address(line.checklist)))
    assert "Kim Lee" in said
    assert "due Dec 3, 2:30 p.m. CT" in said
    assert "Times are CT" in said


def test_a_day_alone_is_due_at_five(browser):
    line = shared().lines.first()

    browser.post(address(line.checklist, f"lines/{line.pk}/"), {"due_date": "2026-12-03"})

    line.refresh_from_db()
    assert line.due_at == datetime(2026, 12, 3, 23, 0, tzinfo=UTC)


def test_a_time_without_a_day_asks_for_the_day(browser):
    line = shared().lines.first()

    page = browser.post(address(line.checklist, f"lines/{line.pk}/"), {"due_time": "14:30"})

    assert "Give the day as well." in words(page)


def test_a_note_of_more_than_200_characters_is_not_cut_but_refused(browser):
    line = shared().lines.first()

    page = browser.post(address(line.checklist, f"lines/{line.pk}/"), {"note": "x" * 201})

    assert "200" in words(page)
    line.refresh_from_db()
    assert line.note == ""


def test_a_note_with_a_sign_in_it_is_kept_back_and_the_rest_goes_in(browser):
    line = shared().lines.first()
    form = {"owner": "Kim Lee", "note": "SSN 123-45-6789"}

    page = browser.post(address(line.checklist, f"lines/{line.pk}/"), form)

    assert "looks like a Social Security number" in words(page)
    line.refresh_from_db()
    assert (line.owner, line.note) == ("Kim Lee", "")
    browser.post(
        address(line.checklist, f"lines/{line.pk}/"),
        form | {"keep_note": "on", "was_owner": "Kim Lee"},
    )
    line.refresh_from_db()
    assert line.note == "SSN 123-45-6789"


def test_a_conflict_shows_both_and_saving_again_decides(browser):
    line = shared().lines.first()
    form = {"owner": "", "note": "Three phones.", "was_note": "", "was_owner": ""}
    write(line, note="Two phones.")

    page = browser.post(address(line.checklist, f"lines/{line.pk}/"), form)

    said = page.content.decode()
    assert "Somebody else changed this line meanwhile" in said
    assert "Two phones." in said
    assert "Three phones.</textarea>" in said
    shown = dict(re.findall(r'name="(was_\w+)" value="([^"]*)"', said))
    browser.post(address(line.checklist, f"lines/{line.pk}/"), form | shown)
    line.refresh_from_db()
    assert line.note == "Three phones."


def test_a_line_of_our_own_is_added_to_a_part(browser):
    checklist = shared()
    form = {"text": "Call the mayor.", "section": "First hour", "press": SHARE["press"]}

    browser.post(address(checklist, "add/"), form)
    browser.post(address(checklist, "add/"), form)

    assert [line.text for line in checklist.lines.filter(key="")] == ["Call the mayor."]
    assert "Call the mayor." in words(browser.get(address(checklist)))


def test_an_own_line_with_a_sign_in_it_is_not_kept_before_a_yes(browser):
    checklist = shared()

    page = browser.post(
        address(checklist, "add/"), {"text": "Call suspect John Smith", "section": "First hour"}
    )

    assert "looks like the name of somebody" in words(page)
    assert not checklist.lines.filter(key="").exists()


def test_a_line_is_set_aside_and_brought_back(browser):
    checklist = shared()
    line = line_of(checklist, "Sleep")

    away = browser.post(
        address(checklist, f"lines/{line.pk}/aside/"), {"set": "aside"}, follow=True
    )
    assert "Set aside: Sleep six hours." in words(away)
    assert "0 of 2 done" in words(away)
    browser.post(address(checklist, f"lines/{line.pk}/aside/"), {"set": "back"})

    assert "0 of 3 done" in words(browser.get(address(checklist)))


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 30])
def test_a_line_that_never_was_is_answered_calmly(browser, number):
    away = browser.post(address(shared(), f"lines/{number}/aside/"), {"set": "aside"})

    assert away.status_code == 404
    assert "This address is no longer open" in words(away)


def test_mine_shows_one_owners_lines_and_no_name_stands_in_the_address(browser):
    checklist = shared()
    write(line_of(checklist, "Sleep"), owner="Kim Lee")
    page = browser.get(address(checklist))
    [code] = re.findall(r'href="\?for=([0-9a-f]{10})#lines"', page.content.decode())

    mine = words(browser.get(address(checklist, f"?for={code}")))

    assert "Sleep six hours." in mine
    assert "Call the neighboring chief." not in mine
    assert "Kim" not in code


def test_only_what_is_open_leaves_out_what_is_done(browser):
    checklist = shared()
    tick(line_of(checklist, "Sleep"))

    said = words(browser.get(address(checklist, "?open=1")))

    assert "Sleep six hours." not in said
    assert "1 of 3 done" in said


def test_words_of_the_team_stay_words(browser):
    checklist = shared(agency="<b>Riverton</b>")
    write(checklist.lines.first(), owner="<script>", note="<img src=x>")

    page = browser.get(address(checklist)).content.decode()

    assert "<img src=x>" not in page
    assert "&lt;b&gt;Riverton" in page


def test_it_is_renamed_and_moved_to_another_clock_by_who_keeps_it(browser):
    checklist = shared()
    form = {"title": "Our list", "agency": "Lakeside PD", "time_zone": "America/Denver"}

    browser.post(manage_address(checklist, "rename/"), form)

    said = words(browser.get(address(checklist)))
    assert "Our list" in said
    assert "Lakeside PD" in said
    assert "Times are MT" in said


def test_a_new_address_is_made_by_who_keeps_it(browser):
    checklist = shared()
    old = address(checklist)

    browser.post(manage_address(checklist, "replace/"), {"whose": "team", "generation": "1"})

    assert "This address is no longer open" in words(browser.get(old))
    checklist.refresh_from_db()
    assert browser.get(address(checklist)).status_code == 200


def test_a_closed_one_is_taken_along_by_who_keeps_it(browser):
    checklist = shared()
    browser.post(manage_address(checklist, "close/"))

    assert browser.get(address(checklist)).status_code == 404
    assert browser.get(address(checklist, "checklist.pdf")).status_code == 404
    token = manage_address(checklist).split("/")[-2]
    kept = browser.get(reverse("resources:team_pdf", args=[token]))
    assert kept["Content-Type"] == "application/pdf"
    assert "Closed to the team" in words(browser.get(manage_address(checklist)))


def test_the_table_has_every_line_and_no_formula(browser):
    checklist = shared()
    write(line_of(checklist, "Sleep"), owner="=SUM(A1)", note="Two phones.")
    tick(line_of(checklist, "Call"))

    answer = browser.get(address(checklist, "checklist.csv"))

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 4
    assert "'=SUM(A1)" in text
    assert "2026-11-23" in text
    assert AuditEntry.objects.filter(verb="team_checklist.exported", facts__kind="csv").exists()


def test_the_pdf_has_its_title_its_language_and_bookmarks(browser):
    checklist = shared(agency="Policía de Río")
    write(line_of(checklist, "Sleep"), owner="José Núñez", note="Żółw 日")
    tick(line_of(checklist, "Call"))

    answer = browser.get(address(checklist, "checklist.pdf"))

    content = answer.content
    assert content.startswith(b"%PDF-")
    assert b"/Lang (en)" in content or b"/Lang" in content
    assert b"/DisplayDocTitle true" in content
    assert content.count(b"/Type /Page\n") >= 1
    assert answer["Content-Disposition"] == 'attachment; filename="the-first-24-hours.pdf"'
    assert io.BytesIO(content).getbuffer().nbytes < 200_000


def test_a_made_up_address_is_answered_calmly(browser):
    token = team_token(shared(), NOON)
    for odd in ("x", "x.y", token[:-1], f"{token}0", "1-1-0." + "A" * 22):
        for ending in ("", "changes/", "checklist.pdf", "lines/1/", "version/"):
            assert browser.get(f"/library/team/{odd}/{ending}").status_code == 404
        assert browser.post(f"/library/team/{odd}/tick/", {"set": "1-done"}).status_code == 404
