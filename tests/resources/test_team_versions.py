"""A newer version of the source offers its changes, and never touches what the team wrote."""

import uuid

import pytest

from resources.actions import team, team_versions
from resources.models import Edition, EditionState
from resources.rules import markdown
from resources.rules import team as rules
from tests.factories import NOON
from tests.factories.resources import EditionFactory
from tests.resources.teams import address, line_of, shared, tick, write

pytestmark = pytest.mark.django_db
NEWER = """## First hour

- [ ] Name the incident commander for each shift.
- [ ] Open a page for offers of help.
- [ ] Call the neighboring chief.
"""


def newer(checklist, text=NEWER):
    Edition.objects.filter(pk=checklist.edition_id).update(
        state=EditionState.SUPERSEDED, ended_at=NOON
    )
    return EditionFactory(
        item=checklist.item, number=2, kind="checklist", title="The first 24 hours", text=text
    )


def offer(checklist):
    return team_versions.offer_of(checklist, team_versions.newest(checklist, with_drafts=False))


def test_without_a_newer_version_nothing_is_offered():
    assert team_versions.newest(shared(), with_drafts=False) is None


def test_added_changed_and_removed_lines_are_told_apart():
    checklist = shared()
    newer(checklist)

    said = offer(checklist)

    assert [line.text for line in said.added] == ["Open a page for offers of help."]
    assert [(one.line.text, one.new.text) for one in said.changed] == [
        ("Name the incident commander.", "Name the incident commander for each shift.")
    ]
    assert [line.text for line in said.removed] == ["Sleep six hours."]


def test_what_is_taken_over_keeps_owners_notes_and_ticks():
    checklist = shared()
    for line in checklist.lines.all():
        write(line, owner="Kim Lee", note="Two phones.")
        tick(line)
    edition = newer(checklist)

    team_versions.take_over(
        checklist=checklist, edition=edition, picked=offer(checklist).codes(), at=NOON
    )

    lines = rules.phases(checklist.lines.all())[0].lines
    assert [line.text for line in lines] == [
        "Name the incident commander for each shift.",
        "Open a page for offers of help.",
        "Call the neighboring chief.",
    ]
    assert [(line.owner, line.note, line.is_done) for line in lines] == [
        ("Kim Lee", "Two phones.", True),
        ("", "", False),
        ("Kim Lee", "Two phones.", True),
    ]
    gone = line_of(checklist, "Sleep")
    assert (gone.set_aside_at, gone.owner, gone.is_done) == (NOON, "Kim Lee", True)


def test_what_is_not_picked_stays_as_it_is_and_is_not_offered_again(client):
    checklist = shared()
    edition = newer(checklist)

    team_versions.take_over(checklist=checklist, edition=edition, picked=[], at=NOON)

    checklist.refresh_from_db()
    assert checklist.lines.count() == 3
    assert team_versions.newest(checklist, with_drafts=False) is None


def test_own_lines_are_not_the_sources_matter():
    checklist = shared()
    team.add_line(
        checklist=checklist, text="Call the mayor.", section="First hour", press=uuid.uuid4(),
        at=NOON,
    )  # fmt: skip
    newer(checklist)

    assert "Call the mayor." not in [line.text for line in offer(checklist).removed]


def test_the_page_shows_them_side_by_side_and_takes_what_is_ticked(client):
    checklist = shared()
    newer(checklist)
    page = client.get(address(checklist)).content.decode()
    assert "The library has changed this checklist (version 2)" in page

    sides = client.get(address(checklist, "version/")).content.decode()
    assert "Name the incident commander for each shift." in sides
    edition = team_versions.newest(checklist, with_drafts=False)
    [change] = offer(checklist).changed
    data = {"pick": [f"change-{change.line.pk}"], "edition": f"{edition.pk}-{edition.revision}"}
    client.post(address(checklist, "version/"), data)

    assert line_of(checklist, "Name").text.endswith("for each shift.")
    assert line_of(checklist, "Sleep").set_aside_at is None
    assert client.get(address(checklist, "version/")).status_code == 303


def test_one_that_was_edited_again_meanwhile_is_shown_again(client):
    checklist = shared()
    edition = newer(checklist)
    data = {"pick": offer(checklist).codes(), "edition": f"{edition.pk}-{edition.revision - 1}"}

    page = client.post(address(checklist, "version/"), data)

    assert page.status_code == 200
    assert line_of(checklist, "Name").version == 1


def test_lines_of_another_wording_that_say_something_else_are_no_change_of_it():
    checklist = shared()

    said = rules.compare(
        list(checklist.lines.all()), markdown.lines("## First hour\n\n- [ ] Feed the horses.")
    )

    assert not said.changed
    assert len(said.removed) == 3


def test_a_new_line_before_all_others_stands_first():
    checklist = shared()
    edition = newer(
        checklist, "## First hour\n\n- [ ] Breathe.\n- [ ] Name the incident commander."
    )
    picked = [code for code in offer(checklist).codes() if code.startswith("add")]

    team_versions.take_over(checklist=checklist, edition=edition, picked=picked, at=NOON)

    assert checklist.lines.order_by("position", "pk").first().text == "Breathe."
    assert checklist.lines.filter(number__gt=0).count() == 1
