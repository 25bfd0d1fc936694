"""A checklist that a team fills in: what is saved, and that nobody overwrites anybody."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mvai.audit.models import AuditEntry
from mvai.web.refusals import Refused
from resources.actions import team
from resources.actions.team_addresses import for_the_team, team_token
from resources.models import TeamChecklist, TeamLine
from resources.rules import team as rules
from tests.factories import NOON
from tests.factories.team import TeamChecklistFactory, TeamLineFactory
from tests.resources.teams import item, line_of, shared, tick, write
from tests.together import at_once

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def test_a_copy_has_every_line_of_the_source_by_phase():
    checklist = shared()

    assert [
        (phase.name, phase.all, phase.done) for phase in rules.phases(checklist.lines.all())
    ] == [
        ("First hour", 2, 0),
        ("Days 2 and 3", 1, 0),
    ]


def test_ticks_of_the_device_come_along_where_they_were_asked_for():
    edition = item()
    first = shared(edition).lines.first()

    checklist = shared(edition, ticked=[first.key, "nonsense"])

    assert [line.is_done for line in checklist.lines.all()] == [True, False, False]


def test_a_form_that_is_pressed_twice_makes_one_copy():
    press = uuid.uuid4()
    edition = item()

    assert shared(edition, press=press) == shared(edition, press=press)
    assert TeamLine.objects.count() == 3


def test_a_page_without_lines_is_not_shared():
    with pytest.raises(Refused, match="no lines"):
        shared(lines=[])


def test_a_tick_says_what_is_wanted_so_the_second_changes_nothing():
    line = shared().lines.first()

    tick(line)
    again = tick(line, at=LATER)

    assert (again.done_at, again.version) == (NOON, 2)
    assert not tick(line, done=False).is_done


def test_a_line_of_another_checklist_is_not_there():
    mine, others = shared(), shared()

    with pytest.raises(Refused, match="no longer there"):
        team.set_done(checklist=mine, line_id=others.lines.first().pk, is_done=True, at=NOON)


def test_each_line_has_its_own_version_and_the_checklist_counts_all():
    checklist = shared()
    first, second, _third = checklist.lines.all()

    tick(first)
    tick(second)
    write(second, note="Two phones.")

    found = {line.pk: (line.version, line.number) for line in checklist.lines.all()}
    assert found[first.pk] == (2, 1)
    assert found[second.pk] == (3, 3)
    assert TeamChecklist.objects.get().changes == 3


def test_different_fields_of_one_line_go_in_beside_each_other():
    line = shared().lines.first()
    as_opened = {"owner": "", "due_at": None, "note": ""}

    write(line, owner="Kim Lee")
    found, against = write(line, began_with=as_opened, note="Two phones.")

    assert (found.owner, found.note) == ("Kim Lee", "Two phones.")
    assert not against


def test_the_same_field_is_left_as_the_first_wrote_it_and_comes_back_to_the_second():
    line = shared().lines.first()
    as_opened = {"owner": "", "due_at": None, "note": ""}

    write(line, note="Two phones.")
    found, against = write(line, began_with=as_opened, note="Three phones.", owner="Kim Lee")

    assert (found.note, found.owner) == ("Two phones.", "Kim Lee")
    assert against == {"note": "Two phones."}


def test_who_has_seen_the_other_note_puts_theirs_in_its_place():
    line = shared().lines.first()
    write(line, note="Two phones.")

    found, against = write(
        line,
        began_with={"owner": "", "due_at": None, "note": "Two phones."},
        note="Three phones.",
    )

    assert (found.note, against) == ("Three phones.", {})


def test_what_is_said_by_both_is_no_conflict():
    line = shared().lines.first()
    write(line, owner="Kim Lee")

    found, against = write(
        line, began_with={"owner": "", "due_at": None, "note": ""}, owner="Kim Lee"
    )

    assert (found.version, against) == (2, {})


def test_an_own_line_goes_to_the_end_of_its_part_once():
    checklist, press = shared(), uuid.uuid4()
    add = {"checklist": checklist, "text": "Call the mayor.", "section": "First hour"}

    first = team.add_line(**add, press=press, at=NOON)
    again = team.add_line(**add, press=press, at=NOON)

    assert first == again
    assert [line.text for line in rules.phases(checklist.lines.all())[0].lines][-1] == first.text


def test_a_checklist_takes_so_many_lines_and_no_more(monkeypatch):
    monkeypatch.setattr(team, "MOST_LINES", 3)
    checklist = shared()

    with pytest.raises(Refused, match="holds 3 lines"):
        team.add_line(
            checklist=checklist, text="One more.", section="", press=uuid.uuid4(), at=NOON
        )


def test_a_line_that_was_set_aside_comes_back_with_all_that_was_written_to_it():
    line = shared().lines.first()
    write(line, owner="Kim Lee", note="Two phones.")
    tick(line)

    team.set_aside(checklist=line.checklist, line_id=line.pk, aside=True, at=NOON)
    assert rules.phases(line.checklist.lines.all())[0].all == 1
    back = team.set_aside(checklist=line.checklist, line_id=line.pk, aside=False, at=NOON)

    assert (back.owner, back.note, back.is_done) == ("Kim Lee", "Two phones.", True)


def test_the_log_says_what_was_done_and_nothing_of_what_was_written():
    line = shared(agency="Lakeside PD").lines.first()
    write(line, owner="Kim Lee", note="Two phones.")
    tick(line)

    entries = list(AuditEntry.objects.filter(verb__startswith="team_checklist."))
    said = " ".join(f"{entry.verb} {entry.label} {entry.facts}" for entry in entries)
    assert [entry.verb for entry in reversed(entries)] == [
        "team_checklist.shared",
        "team_checklist.line_changed",
        "team_checklist.line_changed",
    ]
    for words in ("Kim Lee", "Two phones", "Lakeside", "incident commander"):
        assert words not in said


def test_an_owner_spelled_in_two_ways_is_one():
    checklist = shared()
    first, second, _third = checklist.lines.all()
    write(first, owner="Kim Lee")
    write(second, owner="kim lee")

    [owner] = rules.owners(checklist.lines.all())

    assert (owner.name, owner.count) == ("Kim Lee", 2)
    assert rules.is_of(line_of(checklist, "Call"), owner.code)
    assert rules.is_of(line_of(checklist, "Sleep"), rules.NOBODY)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_tick_the_same_line_at_once_tick_it_once():
    line = shared().lines.first()

    ended = at_once(*[lambda: tick(line)] * 4)

    assert all(isinstance(one, TeamLine) for one in ended), ended
    line.refresh_from_db()
    assert (line.is_done, line.version) == (True, 2)


@pytest.mark.django_db(transaction=True)
def test_people_on_different_lines_at_once_lose_nothing_and_get_a_number_each():
    checklist = shared()
    jobs = [
        job
        for line in checklist.lines.all()
        for job in (
            lambda line=line: tick(line),
            lambda line=line: write(line, owner="Kim Lee"),
            lambda line=line: write(line, note="Two phones."),
        )
    ]

    ended = at_once(*jobs)

    assert not [one for one in ended if isinstance(one, Exception)]
    lines = list(checklist.lines.all())
    assert all(line.is_done and line.owner and line.note and line.version == 4 for line in lines)
    checklist.refresh_from_db()
    assert checklist.changes == 9
    assert len({line.number for line in lines}) == 3


@pytest.mark.django_db(transaction=True)
def test_two_notes_at_once_keep_one_and_hand_the_other_back():
    line = shared().lines.first()
    as_opened = {"owner": "", "due_at": None, "note": ""}

    ended = at_once(
        lambda: write(line, began_with=as_opened, note="Mine."),
        lambda: write(line, began_with=as_opened, note="Theirs."),
    )

    line.refresh_from_db()
    against = [dict(handed_back) for _line, handed_back in ended if handed_back]
    assert against == [{"note": line.note}]


@pytest.mark.django_db(transaction=True)
def test_an_own_line_that_is_pressed_twice_at_once_is_one():
    checklist, press = shared(), uuid.uuid4()

    def add():
        return team.add_line(
            checklist=checklist, text="Call the mayor.", section="First hour", press=press, at=NOON
        )

    ended = at_once(add, add, add)

    assert len({one.pk for one in ended}) == 1


BROKEN = {
    "resources_team_checklist_is_named": (TeamChecklistFactory, {"agency": ""}),
    "resources_team_checklist_has_a_zone": (TeamChecklistFactory, {"time_zone": ""}),
    "resources_team_changed_after_made": (TeamChecklistFactory, {"made_at": LATER}),
    "resources_team_line_says_something": (TeamLineFactory, {"text": ""}),
    "resources_team_line_is_the_sources_or_own": (TeamLineFactory, {"key": ""}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_constraint_forbids_is_refused(name):
    factory, broken = BROKEN[name]
    made = factory()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(made).objects.filter(pk=made.pk).update(**broken)


def test_a_line_of_the_source_is_copied_once_and_an_own_one_added_once():
    line = TeamLineFactory()
    press = uuid.uuid4()
    own = TeamLineFactory(checklist=line.checklist, key="", press=press)

    with pytest.raises(IntegrityError, match="copied_once"), transaction.atomic():
        TeamLineFactory(checklist=line.checklist, key=line.key)
    with pytest.raises(IntegrityError, match="added_once"), transaction.atomic():
        TeamLineFactory(checklist=own.checklist, key="", press=press)


def test_an_address_can_t_be_guessed_and_nothing_of_it_is_stored():
    checklist = shared()
    token = team_token(checklist, NOON)

    assert for_the_team(token, NOON) == checklist
    assert len(token.partition(".")[2]) == 22  # 128 bits
    assert for_the_team(token[:-2] + ("AA" if token[-2:] != "AA" else "BB"), NOON) is None
    kept = " ".join(str(value) for value in TeamChecklist.objects.values().get().values())
    assert token.partition(".")[2] not in kept
