"""Shifts: written by the manager, read by the desk, with their gaps in words."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from mvai.audit.models import AuditEntry
from mvai.duty import actions, roster
from mvai.duty.desk import hours_of
from mvai.duty.models import DutyRole, Shift
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.duty import ShiftFactory

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALWAYS = hours_of([])


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def ruth(db):
    return UserFactory(program_manager=True, person__full_name="Ruth Klein")


@pytest.fixture
def manager(client, ruth):
    return sign_in(client, ruth)


def shift(start, end, role=DutyRole.PRIMARY) -> Shift:
    return Shift(role=role, starts_at=NOON + start, ends_at=NOON + end)


def words(shifts) -> list[str]:
    ahead = NOON + 7 * DAY
    found = roster.gaps(shifts, ALWAYS, start=NOON, end=ahead)
    return [
        roster.gap_words(gap, ALWAYS, start=NOON, end=ahead)
        for gap in found
        if gap.role == DutyRole.PRIMARY
    ]


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        ([], ["First on call: nobody in the next 7 days"]),
        ([shift(-DAY, 8 * DAY)], []),
        ([shift(-DAY, DAY), shift(DAY, 7 * DAY)], []),
        ([shift(2 * HOUR, 8 * DAY)], ["First on call: nobody now, until today 2:00 p.m. ET"]),
        ([shift(-DAY, DAY)], ["First on call: nobody after tomorrow noon ET"]),
        (
            [shift(-DAY, HOUR), shift(3 * HOUR, 8 * DAY)],
            ["First on call: nobody from today 1:00 p.m. ET to today 3:00 p.m. ET"],
        ),
        ([shift(-DAY, 8 * DAY), shift(HOUR, 2 * HOUR)], []),  # one within another
    ],
)
def test_gaps_are_said_in_words(shifts, expected):
    assert words(shifts) == expected


def test_a_gap_of_one_role_is_not_filled_by_another():
    backup = [shift(-DAY, 8 * DAY, DutyRole.BACKUP)]
    found = roster.gaps(backup, ALWAYS, start=NOON, end=NOON + 7 * DAY)
    assert [gap.role for gap in found] == [DutyRole.PRIMARY, DutyRole.MANAGER]


def test_a_night_shift_stands_on_both_days():
    night = shift(timedelta(hours=8), timedelta(hours=20))  # 8 p.m. to 8 a.m. ET
    first, second, *_others = roster.days([night], now=NOON)

    assert [entry.words for entry in first.cells[0][1]] == ["from 8:00 p.m."]
    assert [entry.words for entry in second.cells[0][1]] == ["until 8:00 a.m."]


@pytest.mark.parametrize("count", [14])
def test_the_roster_shows_the_coming_days(count):
    assert len(roster.days([], now=NOON)) == count


def post(client, name, *arguments, **fields):
    return client.post(reverse(name, args=arguments), fields)


def fields(user, /, **changes):
    return {
        "user": user.pk,
        "role": "primary",
        "starts_at": "2026-11-24T08:00",
        "ends_at": "2026-11-24T20:00",
    } | changes


def test_a_shift_is_written_in_desk_time(manager, ruth):
    post(manager, "duty:add_shift", **fields(ruth))

    made = Shift.objects.get()
    assert made.starts_at.isoformat() == "2026-11-24T13:00:00+00:00"
    assert made.ends_at - made.starts_at == 12 * HOUR


def test_the_manager_abroad_still_writes_desk_time(manager, ruth):
    ruth.person.time_zone = "America/Los_Angeles"
    ruth.person.save()
    post(manager, "duty:add_shift", **fields(ruth))

    assert Shift.objects.get().starts_at.isoformat() == "2026-11-24T13:00:00+00:00"


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"ends_at": "2026-11-24T08:00"}, "ends_at", "must end after it starts"),
        ({"ends_at": "2026-12-24T08:00"}, "ends_at", "at most seven days"),
        ({"starts_at": "soon"}, "starts_at", "write a date and a time"),
        ({"starts_at": "2027-03-14T02:30", "ends_at": "2027-03-14T08:00"}, "starts_at", ""),
        ({"user": ""}, "user", ""),
        ({"role": "mascot"}, "role", "one of the list"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    manager, ruth, changes, field, says
):
    answer = post(manager, "duty:add_shift", **fields(ruth, **changes))

    assert says in str(answer.context["form"].errors[field])
    assert not Shift.objects.exists()
    assert "2026-11-24T20:00" in answer.content.decode() or "ends_at" in changes


def test_an_overlap_is_said_beside_the_field_with_the_name(manager, ruth):
    ShiftFactory(user=ruth, starts_at=NOON, ends_at=NOON + DAY)

    answer = post(manager, "duty:add_shift", **fields(ruth))

    assert answer.context["form"].errors["starts_at"] == [
        "Ruth Klein is already on call in this role for part of that time."
    ]


def test_somebody_who_does_not_work_the_desk_is_not_offered(manager, ruth):
    auditor = UserFactory(auditor=True)

    answer = post(manager, "duty:add_shift", **fields(auditor))

    assert "user" in answer.context["form"].errors


def test_a_coming_shift_is_changed(manager, ruth):
    made = ShiftFactory(user=ruth, starts_at=NOON + DAY, ends_at=NOON + 2 * DAY)

    post(manager, "duty:change_shift", made.pk, **fields(ruth, role="backup"))

    made.refresh_from_db()
    assert made.role == DutyRole.BACKUP


def test_the_form_shows_the_shift_in_desk_time(manager, ruth):
    made = ShiftFactory(user=ruth, starts_at=NOON + DAY, ends_at=NOON + 2 * DAY)

    page = manager.get(reverse("duty:change_shift", args=[made.pk])).content.decode()

    assert 'value="2026-11-24T12:00"' in page


def test_a_coming_shift_is_taken_off(manager, ruth):
    made = ShiftFactory(user=ruth, starts_at=NOON + DAY, ends_at=NOON + 2 * DAY)

    post(manager, "duty:remove_shift", made.pk)

    assert not Shift.objects.exists()
    assert AuditEntry.objects.filter(verb="shift.removed", actor_id=ruth.pk).exists()


def test_a_shift_that_has_begun_is_ended_not_removed(manager, ruth):
    made = ShiftFactory(user=ruth)
    post(manager, "duty:remove_shift", made.pk)
    assert Shift.objects.exists()

    post(manager, "duty:end_shift", made.pk)

    made.refresh_from_db()
    assert made.ends_at == NOON


def test_a_shift_that_is_over_stays_as_it_was(ruth):
    made = ShiftFactory(user=ruth, starts_at=NOON - 2 * DAY, ends_at=NOON - DAY)

    with pytest.raises(actions.ShiftRefused):
        actions.change_shift(
            shift=made,
            user=ruth,
            role="primary",
            starts_at=NOON,
            ends_at=NOON + HOUR,
            by=ruth,
            at=NOON,
        )


def test_a_duty_officer_reads_the_roster_and_writes_nothing(client, ruth):
    officer = UserFactory(duty_officer=True)
    made = ShiftFactory(user=officer)
    sign_in(client, officer)

    page = client.get(reverse("duty:roster")).content.decode()

    assert "Dana Ruiz" in page
    assert reverse("duty:add_shift") not in page
    assert post(client, "duty:remove_shift", made.pk).status_code == 403


def test_an_empty_roster_says_what_happens_and_what_to_do(manager):
    page = manager.get(reverse("duty:roster")).content.decode()

    assert "The roster is empty, so an alarm goes to all staff at once." in page


def test_the_roster_asks_few_questions_of_the_database(
    manager, ruth, django_assert_max_num_queries
):
    for day in range(1, 15):
        ShiftFactory(user=ruth, starts_at=NOON + day * DAY, ends_at=NOON + (day + 1) * DAY)

    with django_assert_max_num_queries(12):
        manager.get(reverse("duty:roster"))
