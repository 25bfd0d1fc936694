"""Whom an alarm pages, when, and when it stops."""

from datetime import timedelta
from itertools import pairwise

import pytest

from mvai.duty import actions, kinds
from mvai.duty.history import histories
from mvai.duty.models import AlarmStep, Audience, DutyRole, Shift, StepOutcome
from mvai.outbox import purposes, writing
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import ShiftFactory
from tests.factories.outbox import RoomFactory
from tests.factories.people import ContactPointFactory
from tests.mvai.duty.ringing import arrive, minutes, paged, ring, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]


def test_the_first_on_call_is_paged_at_once(subject, dana, omar, ruth):
    ring(subject)

    assert paged() == ["Dana Ruiz"]


def test_ringing_twice_for_the_same_subject_rings_once(subject, dana):
    first = ring(subject)
    second = ring(subject, at=NOON + minutes(1))

    assert first == second
    assert paged() == ["Dana Ruiz"]


def test_the_plan_is_frozen_when_it_begins_to_ring(subject, dana):
    alarm = ring(subject)

    assert [(step.audience, step.due_at - NOON) for step in alarm.steps.order_by("number")] == [
        (Audience.PRIMARY, minutes(0)),
        (Audience.BACKUP, minutes(5)),
        (Audience.MANAGER, minutes(10)),
        (Audience.ALL_STAFF, minutes(15)),
    ]


@pytest.mark.parametrize(
    ("after", "names"),
    [
        (4.9, ["Dana Ruiz"]),
        (5, ["Dana Ruiz", "Omar Haddad"]),
        (10, ["Dana Ruiz", "Omar Haddad", "Ruth Klein"]),
    ],
)
def test_the_next_person_is_paged_when_nobody_takes_it(subject, dana, omar, ruth, after, names):
    ring(subject)

    for tick in range(int(after * 12) + 1):  # a sweep every five seconds
        actions.run_due_steps(NOON + tick * timedelta(seconds=5))

    assert paged() == names


def test_after_a_quarter_of_an_hour_everyone_is_paged(subject, dana, omar, ruth):
    idle = staff("Ines Alba")
    ring(subject)
    for after in (5, 10, 15):
        actions.run_due_steps(NOON + minutes(after))

    assert sorted(paged()[3:]) == sorted([user.display_name for user in (dana, omar, ruth, idle)])


def test_everyone_is_paged_again_every_ten_minutes_until_somebody_takes_it(subject, dana):
    alarm = ring(subject)
    for after in range(1, 60):
        actions.run_due_steps(NOON + minutes(after))

    repeats = alarm.steps.filter(audience=Audience.ALL_STAFF, outcome=StepOutcome.PAGED)
    done = [step.done_at - NOON for step in repeats.order_by("number")]
    assert [later - earlier for earlier, later in pairwise(done)] == [minutes(10)] * (len(done) - 1)
    assert len(done) >= 4


def test_a_step_without_anybody_is_skipped_at_once(subject, omar):
    alarm = ring(subject)

    assert paged() == ["Omar Haddad"]
    assert alarm.steps.get(number=1).outcome == StepOutcome.EMPTY


def test_a_step_whose_person_cannot_be_reached_is_skipped_at_once(subject, omar):
    staff("Dana Ruiz", DutyRole.PRIMARY, reachable=False)

    alarm = ring(subject)

    assert paged() == ["Omar Haddad"]
    assert alarm.steps.get(number=1).outcome == StepOutcome.UNREACHABLE


def test_who_could_not_be_reached_is_on_record(subject):
    staff("Dana Ruiz", DutyRole.PRIMARY, reachable=False)
    alarm = ring(subject)

    [told] = histories([alarm], zone="America/New_York")
    assert told.entries[1].title == "First on call: nobody could be reached"
    assert told.entries[1].note == (
        "No number or address that can be used: Dana Ruiz. The next step came at once."
    )


def test_with_an_empty_roster_everyone_is_paged_at_once(subject):
    staff("Ines Alba")
    ring(subject)

    assert paged() == ["Ines Alba"]


def test_with_nobody_at_all_it_rings_on(subject):
    alarm = ring(subject)

    assert AlarmStep.objects.pending().get().due_at == NOON + minutes(10)
    assert alarm.is_ringing


def test_a_person_in_two_roles_is_not_paged_twice_within_a_minute(subject, dana):
    ShiftFactory(user=dana, role=DutyRole.BACKUP)
    ring(subject)
    actions.run_due_steps(NOON + minutes(60))  # everything late at once

    pages = Message.objects.filter(
        person=dana.person, purpose="alarm_page", channel=Channel.SMS
    ).order_by("created_at")
    times = [page.created_at for page in pages]

    assert all(later - earlier >= timedelta(seconds=60) for earlier, later in pairwise(times))


def test_steps_that_fell_due_in_an_outage_run_late_and_once(subject, dana, omar, ruth):
    ring(subject)

    actions.run_due_steps(NOON + minutes(12))
    actions.run_due_steps(NOON + minutes(12))

    assert paged() == ["Dana Ruiz", "Omar Haddad", "Ruth Klein"]


def test_somebody_whose_account_is_closed_is_not_paged(subject, omar):
    ShiftFactory(user=UserFactory(duty_officer=True, is_active=False))
    ring(subject)

    assert paged() == ["Omar Haddad"]


def test_a_kind_may_page_the_manager_first(subject, dana, ruth):
    ring(subject, kind="empty_house")

    assert paged() == ["Ruth Klein"]


def test_an_unknown_kind_can_not_ring(subject):
    with pytest.raises(KeyError):
        ring(subject, kind="nothing")


def test_the_manager_first_plan_ends_with_everyone():
    assert kinds.MANAGER_FIRST[-1][0] == Audience.ALL_STAFF


def test_pages_go_by_every_channel_at_once_and_by_a_call_two_minutes_later(subject, dana):
    ContactPointFactory(person=dana.person, channel=Channel.EMAIL, value="dana@mvai.example")
    ContactPointFactory(person=dana.person, channel=Channel.VOICE)
    alarm = ring(subject)

    pages = Message.objects.about(alarm).values_list("channel", "promised_for")
    assert {channel: at - NOON for channel, at in pages} == {
        Channel.SMS: minutes(0),
        Channel.EMAIL: minutes(0),
        Channel.PORTAL: minutes(0),
        Channel.VOICE: minutes(2),
    }


def test_several_channels_to_one_person_are_one_page(subject, dana):
    ContactPointFactory(person=dana.person, channel=Channel.EMAIL, value="dana@mvai.example")
    alarm = ring(subject)

    assert alarm.steps.get(number=1).paged == 1


def test_a_call_that_still_waits_is_left_out_once_somebody_has_it(subject, dana, omar):
    ContactPointFactory(person=dana.person, channel=Channel.VOICE)
    alarm = ring(subject)
    actions.take(alarm=alarm, by=omar, at=NOON + minutes(1))

    call = Message.objects.about(alarm).get(purpose="alarm_page", channel=Channel.VOICE)
    assert (call.state, call.not_sent_reason) == (MessageState.CANCELED, NotSent.ALREADY_TAKEN)


def test_staff_rooms_are_told_beside_the_people_and_told_again_when_it_is_taken(subject, dana):
    room = RoomFactory()
    alarm = ring(subject)
    arrive()

    actions.take(alarm=alarm, by=dana, at=NOON + minutes(1))

    told = Message.objects.about(alarm).filter(room=room).order_by("pk")
    assert [message.purpose for message in told] == ["alarm_page", "alarm_taken"]


def test_a_room_that_heard_nothing_is_not_told_that_it_is_taken(subject, dana, omar):
    alarm = ring(subject)
    arrive()
    RoomFactory()
    actions.take(alarm=alarm, by=omar, at=NOON + minutes(1))

    message = Message.objects.about(alarm).get(purpose="alarm_taken", room__isnull=False)
    relevant = purposes.get("alarm_taken").is_relevant
    assert relevant(message, NOON + minutes(1)) == NotSent.NO_LONGER_NEEDED


def test_who_saw_no_more_than_a_notice_is_told_by_a_notice(subject, dana, omar):
    alarm = ring(subject)
    arrive()
    Message.objects.filter(channel=Channel.SMS).delete()

    actions.take(alarm=alarm, by=omar, at=NOON + minutes(1))

    told = Message.objects.about(alarm).filter(purpose="alarm_taken")
    assert [message.channel for message in told] == [Channel.PORTAL]


def test_a_page_for_somebody_who_left_the_desk_is_dropped_with_its_reason(subject, dana):
    alarm = ring(subject)
    page = Message.objects.about(alarm).get(channel=Channel.SMS)
    relevant = purposes.get("alarm_page").is_relevant
    Shift.objects.update(ends_at=NOON + minutes(1))
    assert relevant(page, NOON + minutes(2)) == "", "still of the desk: somebody must come"

    dana.roles = ["auditor"]
    dana.save(update_fields=["roles"])

    assert relevant(page, NOON + minutes(2)) == NotSent.NOT_ON_DUTY


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        (Channel.SMS, "/duty/alarms/"),
        (Channel.PORTAL, "/duty/"),
        (Channel.VOICE, "sign in to the portal"),
    ],
)
def test_a_page_leads_to_where_it_can_be_taken(subject, dana, channel, says):
    ContactPointFactory(person=dana.person, channel=Channel.VOICE)
    alarm = ring(subject)
    page = Message.objects.about(alarm).get(channel=channel)

    letter = writing.write(page)

    assert says in letter.text
    assert "MV-7K4Q" in letter.text


def test_what_rings_again_rings_for_who_once_gave_it_back_too(subject, dana, omar):
    alarm = ring(subject)
    actions.take(alarm=alarm, by=dana, at=NOON)
    actions.give_back(alarm=alarm, by=dana, at=NOON)
    actions.take(alarm=alarm, by=omar, at=NOON)

    ring(subject, at=NOON + minutes(15))

    assert paged()[-1] == "Dana Ruiz"
