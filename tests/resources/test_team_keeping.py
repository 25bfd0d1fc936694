"""How a team's checklist is kept: its names, its addresses, its end, and what a hold keeps."""

from datetime import timedelta

import pytest
import time_machine
from django.db import InternalError, transaction
from django.urls import reverse

from mvai.audit import periods, purging
from mvai.audit.models import AuditEntry, RetentionPeriod
from requests.models import AssistanceRequest, SharedChecklist
from resources.actions import team_keeping as keeping
from resources.actions.team_addresses import for_the_team, manage_token, team_token, to_manage
from resources.models import TeamChecklist, TeamLine
from tests.factories import NOON
from tests.factories.team import SharedChecklistFactory
from tests.resources.teams import manage_address, rows_everywhere, shared, tick, write

pytestmark = pytest.mark.django_db
LONG_AFTER = NOON + timedelta(days=401)


def purge(now):
    return [purging.run_batch(rule, now) for rule in purging.registered() if "team" in rule.name]


def test_a_new_address_makes_the_one_before_worthless():
    checklist = shared()
    old = team_token(checklist, NOON)

    found = keeping.replace_address(checklist=checklist, whose="team", generation=1, at=NOON)
    again = keeping.replace_address(checklist=checklist, whose="team", generation=1, at=NOON)

    assert for_the_team(old, NOON) is None
    assert for_the_team(team_token(found, NOON), NOON) == checklist
    assert again.team_generation == 2


def test_the_keepers_own_address_can_be_replaced_as_well():
    checklist = shared()
    old = manage_token(checklist, NOON)

    found = keeping.replace_address(checklist=checklist, whose="manage", generation=1, at=NOON)

    assert to_manage(old, NOON) is None
    assert to_manage(manage_token(found, NOON), NOON) == checklist


def test_the_teams_address_manages_nothing():
    checklist = shared()

    assert to_manage(team_token(checklist, NOON), NOON) is None
    assert for_the_team(manage_token(checklist, NOON), NOON) is None


def test_what_is_closed_opens_to_nobody_until_there_is_a_new_address():
    checklist = shared()
    token = team_token(checklist, NOON)

    keeping.close(checklist=checklist, at=NOON)
    assert for_the_team(token, NOON) is None
    found = keeping.replace_address(checklist=checklist, whose="team", generation=1, at=NOON)

    assert for_the_team(token, NOON) is None
    assert for_the_team(team_token(found, NOON), NOON) == checklist


def test_after_deleting_it_no_table_has_a_row_of_it():
    edition = shared().edition
    before = rows_everywhere()
    checklist = shared(edition)
    SharedChecklistFactory(checklist=checklist)
    write(checklist.lines.first(), owner="Kim Lee", note="Two phones.")

    keeping.remove(checklist=checklist, at=NOON)

    after = rows_everywhere()
    grown = {table for table, count in after.items() if count > before[table]}
    assert not [table for table in grown if "team" in table or "checklist" in table]
    assert not SharedChecklist.objects.exists()


def test_a_checklist_alone_leaves_every_count_as_it_was():
    edition = shared().edition
    before = rows_everywhere()

    checklist = shared(edition)
    tick(checklist.lines.first())
    keeping.remove(checklist=checklist, at=NOON)

    assert rows_everywhere() == before


def test_the_log_keeps_that_it_was_deleted_and_nothing_that_it_said():
    checklist = shared(agency="Lakeside PD")
    pk = checklist.pk

    keeping.remove(checklist=checklist, at=NOON)

    entry = AuditEntry.objects.get(verb="team_checklist.removed")
    assert (entry.target_id, entry.label, entry.facts) == (str(pk), "", {"rows": 4})


@pytest.mark.parametrize("what", ["the checklist", "a line", "its request"])
def test_a_hold_refuses_and_the_try_is_in_the_log(what):
    checklist = shared()
    if what == "the checklist":
        TeamChecklist.objects.update(legal_hold=True)
    elif what == "a line":
        TeamLine.objects.filter(pk=checklist.lines.first().pk).update(legal_hold=True)
    else:
        SharedChecklistFactory(checklist=checklist)
        AssistanceRequest.objects.update(legal_hold=True)

    with pytest.raises(keeping.Held):
        keeping.remove(checklist=checklist, at=NOON)

    assert checklist.lines.count() == 3
    assert AuditEntry.objects.get(verb="team_checklist.removed").result == "refused"


def test_the_database_itself_refuses_what_is_on_hold():
    line = shared().lines.first()
    TeamLine.objects.filter(pk=line.pk).update(legal_hold=True)

    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        TeamLine.objects.filter(pk=line.pk)._raw_delete("default")


def test_who_says_there_may_be_a_lawsuit_keeps_it(client):
    checklist = shared()
    for said in ("yes", "unsure"):
        page = client.post(manage_address(checklist, "remove/"), {"held": said})
        assert "records officer" in page.content.decode()

    assert client.post(manage_address(checklist, "remove/"), {}).status_code == 200
    assert TeamChecklist.objects.exists()


def test_a_plain_no_deletes_it_and_its_addresses_open_nothing(client):
    checklist = shared()
    address = manage_address(checklist, "remove/")
    page = client.get(address).content.decode()
    assert "Delete “The first 24 hours”" in page
    assert reverse("resources:team_pdf", args=[manage_token(checklist, NOON)]) in page

    done = client.post(address, {"held": "no"})

    assert done["Location"] == "/library/team/removed/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"held": "no"}).status_code == 404
    assert client.get(done["Location"]).status_code == 200


def test_a_held_one_says_whom_to_ask(client):
    checklist = shared()
    TeamChecklist.objects.update(legal_hold=True)

    page = client.post(manage_address(checklist, "remove/"), {"held": "no"})

    assert "under a legal hold" in page.content.decode()
    assert TeamChecklist.objects.exists()


def test_one_that_nobody_opened_goes_by_itself_and_the_log_counts_its_rows():
    shared()

    assert purge(LONG_AFTER) == [1]

    assert not TeamLine.objects.exists()
    entries = AuditEntry.objects.filter(verb="retention.purged")
    assert {entry.facts["table"]: entry.facts["rows"] for entry in entries} == {
        "resources_teamchecklist": 1,
        "resources_teamline": 3,
    }


def test_one_that_was_opened_or_changed_since_stays():
    opened, changed = shared(), shared()
    keeping.note_opening(opened, way="team", at=NOON + timedelta(days=30))
    tick(changed.lines.first(), at=NOON + timedelta(days=30))

    assert purge(LONG_AFTER) == [0]
    assert purge(LONG_AFTER + timedelta(days=60)) == [2]


def test_one_on_hold_stays_whatever_the_period_says():
    shared()
    TeamChecklist.objects.update(legal_hold=True)

    assert purge(LONG_AFTER) == [0]


def test_how_long_it_is_kept_is_data_and_stands_on_the_page(client):
    checklist = shared()
    RetentionPeriod.objects.filter(code="team").update(days=10)

    with time_machine.travel(NOON, tick=False):
        page = client.get(manage_address(checklist)).content.decode()

    assert "it is deleted on Dec 3" in page
    assert periods.cutoffs(NOON)["team"] == NOON - timedelta(days=10)


def test_opening_is_logged_once_a_day_for_each_address(client):
    checklist = shared()
    for hours in (0, 1, 23, 25):
        keeping.note_opening(checklist, way="team", at=NOON + timedelta(hours=hours))
    keeping.note_opening(checklist, way="manage", at=NOON)

    reads = AuditEntry.objects.reads().filter(verb=keeping.OPENED)
    ways = reads.values_list("facts__way", flat=True)
    assert sorted(ways) == ["manage", "team", "team"]


def test_looking_at_the_page_writes_to_the_log_alone(client):
    checklist = shared()
    before = TeamChecklist.objects.values().get()

    client.get(manage_address(checklist))

    assert TeamChecklist.objects.values().get() == before
