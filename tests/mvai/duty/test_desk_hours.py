"""Planned gaps ring nobody; unplanned ones are told."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from mvai.duty import actions, desk, gaps, roster
from mvai.duty.hours import Stretch
from mvai.duty.models import AlarmStep, DeskHours, DutyRole, StepOutcome
from mvai.outbox import sweeps
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState
from mvai.site.context_processors import Portal
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Desk time is five hours behind: NOON there is 17:00 here. That Monday, and its night.
NIGHT = NOON + 10 * HOUR  # 10:00 p.m.
MORNING = NOON + 20 * HOUR  # Tuesday, 8:00 a.m.


@pytest.fixture(autouse=True)
def _office_hours():
    for day in range(5):
        DeskHours.objects.create(weekday=day, opens=time(8), closes=time(18))


@pytest.fixture
def ruth():
    user = UserFactory(program_manager=True, person__full_name="Ruth Klein")
    ContactPointFactory(person=user.person)
    return user


def on_call(start, end, role=DutyRole.PRIMARY):
    user = UserFactory(duty_officer=True)
    ContactPointFactory(person=user.person)
    return ShiftFactory(user=user, role=role, starts_at=start, ends_at=end)


def ring(at):
    return actions.ring(kind="doorbell", subject=PersonFactory(), label="MV-7K4Q", at=at)


def test_while_it_is_closed_nobody_is_paged_and_it_rings_from_the_opening(ruth):
    alarm = ring(NIGHT)

    assert alarm.is_ringing
    assert (alarm.raised_at, alarm.rang_at) == (NIGHT, MORNING)
    assert not Message.objects.exists()
    assert [step.due_at - MORNING for step in alarm.steps.order_by("number")] == [
        timedelta(minutes=5 * number) for number in range(4)
    ]


def test_when_it_opens_it_rings_for_whoever_is_on_call_then(ruth):
    shift = on_call(MORNING, MORNING + 8 * HOUR)
    ring(NIGHT)

    actions.run_due_steps(MORNING - timedelta(seconds=1))
    assert not Message.objects.exists()
    actions.run_due_steps(MORNING)

    assert Message.objects.filter(channel="sms").get().person == shift.user.person


def test_a_shift_that_starts_before_the_opening_is_first():
    on_call(NIGHT + 3 * HOUR, NIGHT + 5 * HOUR, DutyRole.BACKUP)

    assert ring(NIGHT).rang_at == NIGHT + 3 * HOUR


def test_somebody_on_duty_outside_the_hours_is_on_duty():
    on_call(NIGHT - HOUR, NIGHT + HOUR, DutyRole.MANAGER)
    alarm = ring(NIGHT)

    assert alarm.rang_at == NIGHT
    assert alarm.steps.get(number=3).outcome == StepOutcome.PAGED


def test_inside_the_hours_with_nobody_there_everyone_is_paged_at_once(ruth):
    ring(NOON)

    assert Message.objects.filter(channel="sms").get().person == ruth.person


def test_what_rings_goes_on_ringing_when_the_desk_closes(ruth):
    last_minute = NOON + 6 * HOUR - timedelta(minutes=1)
    ring(last_minute)

    assert actions.run_due_steps(last_minute + timedelta(minutes=10)) == 1


def test_what_waits_can_be_taken_and_then_does_not_ring(ruth):
    alarm = ring(NIGHT)
    actions.take(alarm=alarm, by=ruth, at=NIGHT + HOUR)

    assert actions.run_due_steps(MORNING) == 0
    assert not AlarmStep.objects.pending().exists()


def test_what_is_given_back_while_it_is_closed_waits_as_well(ruth):
    alarm = ring(NIGHT)
    actions.take(alarm=alarm, by=ruth, at=NIGHT)

    given = actions.give_back(alarm=alarm, by=ruth, at=NIGHT + HOUR)

    assert given.rang_at == MORNING


def due_times(alarm):
    return list(alarm.steps.order_by("number").values_list("due_at", flat=True))


def test_hours_that_begin_later_put_off_nothing_that_waits(ruth):
    alarm = ring(NIGHT)
    actions.change_hours(stretches=[Stretch(1, time(10), time(12))], by=ruth, at=NIGHT)

    assert actions.bring_forward(NIGHT) == 0
    assert due_times(alarm)[0] == MORNING


def test_a_shift_that_is_taken_off_puts_off_nothing_that_waits(ruth):
    shift = on_call(NIGHT + 3 * HOUR, NIGHT + 5 * HOUR)
    alarm = ring(NIGHT)
    actions.remove_shift(shift=shift, by=ruth, at=NIGHT + HOUR)

    assert actions.bring_forward(NIGHT + HOUR) == 0
    assert due_times(alarm)[0] == NIGHT + 3 * HOUR


def test_a_shift_that_is_added_brings_forward_what_waits(ruth):
    alarm = ring(NIGHT)
    on_call(NIGHT + 3 * HOUR, NIGHT + 5 * HOUR)

    assert actions.bring_forward(NIGHT + HOUR) == 1
    assert actions.bring_forward(NIGHT + HOUR) == 0
    alarm.refresh_from_db()
    assert alarm.rang_at == NIGHT + 3 * HOUR
    assert due_times(alarm) == [alarm.rang_at + timedelta(minutes=5 * n) for n in range(4)]
    assert not Message.objects.exists()


def test_whoever_comes_on_duty_at_night_is_paged_for_what_waits(ruth):
    ring(NIGHT)
    shift = on_call(NIGHT + HOUR - timedelta(minutes=1), NIGHT + 5 * HOUR)

    sweeps.run(NIGHT + HOUR, urgent=True)

    assert Message.objects.filter(channel="sms").get().person == shift.user.person


def test_hours_that_begin_sooner_bring_forward_what_waits(ruth):
    alarm = ring(NIGHT)
    actions.change_hours(stretches=[Stretch(1, time(6), time(12))], by=ruth, at=NIGHT)

    assert actions.bring_forward(NIGHT) == 1
    assert due_times(alarm)[0] == MORNING - 2 * HOUR


def test_what_is_taken_is_not_brought_forward(ruth):
    actions.take(alarm=ring(NIGHT), by=ruth, at=NIGHT)
    on_call(NIGHT, NIGHT + 5 * HOUR)

    assert actions.bring_forward(NIGHT + HOUR) == 0


def test_a_slow_clock_moves_no_alarm_that_rings_already(ruth):
    on_call(NIGHT - HOUR, NIGHT + 5 * HOUR)
    alarm = ring(NIGHT)

    assert actions.bring_forward(NIGHT - timedelta(minutes=2)) == 0
    assert alarm.steps.get(number=2).due_at == NIGHT + timedelta(minutes=5)


def test_the_desk_s_standing_costs_one_query(django_assert_num_queries):
    on_call(NOON - HOUR, NOON + HOUR)
    with django_assert_num_queries(1):
        standing = desk.standing(NOON)
        assert standing.is_attended
        assert not standing.is_closed


def test_on_an_empty_roster_the_hours_still_count():
    assert desk.standing(NIGHT).is_closed
    assert not desk.standing(NOON).is_closed


def test_a_night_when_clocks_change_delays_nothing(ruth):
    saturday_night = datetime(2027, 3, 14, 3, tzinfo=UTC)

    assert ring(saturday_night).rang_at == datetime(2027, 3, 15, 12, tzinfo=UTC)  # 8:00 a.m.


# Gaps on the roster


def gap_words(*shifts):
    hours = desk.hours()
    found = roster.gaps(shifts, hours, start=NOON, end=NOON + 7 * DAY)
    return [
        roster.gap_words(gap, hours, start=NOON, end=NOON + 7 * DAY)
        for gap in found
        if gap.role == DutyRole.PRIMARY
    ]


def test_planned_gaps_are_silent():
    days = [on_call(MORNING - DAY + DAY * n, MORNING - DAY + DAY * n + 10 * HOUR) for n in range(8)]

    assert gap_words(*days) == []


def test_a_gap_is_told_from_its_first_open_moment():
    today = on_call(NOON - HOUR, NOON + 8 * HOUR)
    later = on_call(MORNING + 2 * HOUR, NOON + 8 * DAY)

    assert gap_words(today, later) == [
        "First on call: nobody from tomorrow 8:00 a.m. ET to tomorrow 10:00 a.m. ET"
    ]


def test_without_anybody_it_says_so_in_one_line():
    assert gap_words() == ["First on call: nobody in the next 7 days"]


# What staff see


@pytest.mark.parametrize(("moment", "warned"), [(NOON, True), (NIGHT, False)])
def test_the_banner_is_silent_about_planned_gaps(ruth, moment, warned):
    with time_machine.travel(moment, tick=False):
        warnings = Portal(ruth, "/").warnings
    assert any("Nobody is on duty" in warning for warning in warnings) is warned


@pytest.mark.parametrize("page", ["duty:roster", "duty:hours", "duty:now", "requests:board"])
def test_pages_say_until_when_it_is_closed(client, ruth, page):
    with time_machine.travel(NIGHT, tick=False):
        shown = sign_in(client, ruth).get(reverse(page)).content.decode()
    assert "The desk is closed until tomorrow 8:00 a.m. ET. New requests ring from then." in shown


def test_what_waits_for_the_desk_says_from_when_it_rings(client, ruth):
    ring(NIGHT)
    with time_machine.travel(NIGHT, tick=False):
        shown = sign_in(client, ruth).get(reverse("duty:now")).content.decode()
    assert "waits for the desk" in shown
    assert "tomorrow 8:00 a.m. ET" in shown


# A gap that begins


def told():
    return [message.person.full_name for message in Message.objects.filter(purpose="duty_gap")]


def test_when_the_last_shift_ends_inside_the_hours_the_manager_is_told_once(ruth):
    on_call(NOON - HOUR, NOON)

    assert gaps.tell_of_gaps(NOON) == 1
    assert gaps.tell_of_gaps(NOON + HOUR) == 0
    assert told() == ["Ruth Klein"]


def test_when_the_desk_opens_with_nobody_the_manager_is_told(ruth):
    on_call(NOON - HOUR, NIGHT)

    assert gaps.tell_of_gaps(NIGHT) == 0
    assert gaps.tell_of_gaps(MORNING) == 1


def test_each_gap_is_told(ruth):
    on_call(NOON - HOUR, NOON)
    gaps.tell_of_gaps(NOON)

    gaps.tell_of_gaps(MORNING)

    assert len(told()) == 2


def test_a_role_without_anybody_is_no_reason_while_another_has_somebody(ruth):
    on_call(NOON - HOUR, NOON)
    on_call(NOON - HOUR, NOON + HOUR, DutyRole.MANAGER)

    assert gaps.tell_of_gaps(NOON) == 0


def test_an_empty_roster_around_the_clock_never_began(ruth):
    DeskHours.objects.all().delete()

    assert gaps.tell_of_gaps(NOON) == 0


def test_once_somebody_is_on_call_the_message_is_not_needed(ruth):
    on_call(NOON - HOUR, NOON)
    gaps.tell_of_gaps(NOON)
    message = Message.objects.get(purpose="duty_gap", channel="sms")
    assert message.state == MessageState.PROMISED
    from mvai.outbox import purposes

    relevant = purposes.get("duty_gap").is_relevant
    assert relevant(message, NOON) == ""
    on_call(NOON, NOON + HOUR)

    assert relevant(message, NOON) == "no_longer_needed"


# The page of the hours


def week(**changes):
    return (
        {f"from_{day}_1": "08:00" for day in range(5)}
        | {f"until_{day}_1": "18:00" for day in range(5)}
        | changes
    )


def keep(client, ruth, **changes):
    return sign_in(client, ruth).post(reverse("duty:hours"), week(**changes))


def test_hours_are_kept_from_their_page(client, ruth):
    answer = keep(client, ruth, from_5_1="10:00", until_5_1="00:00")

    assert answer.status_code == 302
    assert DeskHours.objects.count() == 6
    saturday = DeskHours.objects.get(weekday=5)
    assert (saturday.opens, saturday.closes) == (time(10), time(0))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"from_5_1": "10:00"}, "Until when?"),
        ({"until_5_1": "10:00"}, "From when?"),
        ({"from_5_1": "20:00", "until_5_1": "04:00"}, "Past midnight, use the next day too."),
        ({"from_0_2": "17:00", "until_0_2": "20:00"}, "This overlaps the first stretch."),
        ({"from_5_1": "soon", "until_5_1": "10:00"}, "Please write a time, such as"),
        ({f"{part}_{day}_1": "" for part in ("from", "until") for day in range(5)},
         "Give at least one day its hours."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_the_hours_stay(client, ruth, changes, says):
    answer = keep(client, ruth, **changes)

    assert says in answer.content.decode()
    assert DeskHours.objects.count() == 5


def test_around_the_clock_by_one_button(client, ruth):
    sign_in(client, ruth).post(reverse("duty:open_always"))

    assert not DeskHours.objects.exists()
    assert "open around the clock" in client.get(reverse("duty:hours")).content.decode()


def test_only_the_manager_writes_the_hours():
    with pytest.raises(actions.PermissionDenied):
        actions.change_hours(stretches=[], by=UserFactory(duty_officer=True), at=NOON)


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ({"weekday": 7}, "duty_desk_weekday_is_known"),
        ({"opens": time(18), "closes": time(9)}, "duty_desk_closes_after_it_opens"),
        ({"weekday": 0, "opens": time(8), "closes": time(9)}, "duty_desk_opens_once_at_a_time"),
    ],
)
def test_the_database_refuses_hours_that_can_not_be(row, constraint):
    good = {"weekday": 6, "opens": time(8), "closes": time(9)}
    with pytest.raises(IntegrityError, match=constraint):
        DeskHours.objects.create(**good | row)
