"""When every page of a step has failed for good, the next person is asked at once."""

from datetime import timedelta

import pytest

from mvai.duty import actions, paging
from mvai.duty.models import Alarm, AlarmStep, Audience, DutyRole, StepOutcome
from mvai.outbox.models import Message
from mvai.outbox.moves import move
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]

SOON = NOON + timedelta(seconds=20)


def staff(name: str, role: str | None = None):
    user = UserFactory(duty_officer=True, person__full_name=name)
    ContactPointFactory(person=user.person, value=f"(202) 555-01{user.pk % 100:02}")
    if role:
        ShiftFactory(user=user, role=role)
    return user


@pytest.fixture
def alarm() -> Alarm:
    staff("Dana Ruiz", DutyRole.PRIMARY)
    staff("Omar Haddad", DutyRole.BACKUP)
    return actions.ring(kind="doorbell", subject=PersonFactory(), label="MV-7K4Q", at=NOON)


def fail(alarm: Alarm, name: str, at=SOON) -> None:
    """Every message to this person fails for good; the outbox says so after the last."""
    pages = Message.objects.about(alarm).filter(
        person__full_name=name, channel=Channel.SMS, state=MessageState.PROMISED
    )
    ids = list(pages.values_list("pk", flat=True))
    move(pages, to=MessageState.CLAIMED, lease_until=at)
    given_up = {"not_sent_reason": NotSent.REFUSED, "ended_at": at}
    move(Message.objects.filter(pk__in=ids), to=MessageState.FAILED, **given_up)
    for message in Message.objects.filter(pk__in=ids):
        paging.unreached(message, at)


def step(alarm: Alarm, number: int) -> AlarmStep:
    return alarm.steps.get(number=number)


def sent_to(name: str):
    return Message.objects.filter(person__full_name=name, purpose="alarm_page", channel=Channel.SMS)


def test_the_next_step_comes_at_once(alarm):
    fail(alarm, "Dana Ruiz")

    assert step(alarm, 1).outcome == StepOutcome.UNREACHABLE
    assert step(alarm, 2).due_at == SOON
    assert actions.run_due_steps(SOON) == 1
    assert sent_to("Omar Haddad").exists()


def test_the_steps_after_it_keep_their_time(alarm):
    fail(alarm, "Dana Ruiz")

    assert step(alarm, 3).due_at == NOON + timedelta(minutes=10)


def test_one_page_of_several_that_failed_changes_nothing(alarm):
    staff("Ines Alba")
    for after in (5, 10, 15):
        actions.run_due_steps(NOON + timedelta(minutes=after))
    before = step(alarm, 5).due_at

    fail(alarm, "Ines Alba", NOON + timedelta(minutes=16))

    assert step(alarm, 4).outcome == StepOutcome.PAGED
    assert step(alarm, 5).due_at == before


def test_a_call_that_is_still_to_come_is_hoped_for():
    dana = staff("Dana Ruiz", DutyRole.PRIMARY)
    ContactPointFactory(person=dana.person, channel=Channel.VOICE)
    alarm = actions.ring(kind="doorbell", subject=PersonFactory(), label="MV-7K4Q", at=NOON)

    fail(alarm, "Dana Ruiz")

    assert step(alarm, 1).outcome == StepOutcome.PAGED


def test_what_may_have_arrived_is_hoped_for(alarm):
    page = Message.objects.about(alarm).filter(purpose="alarm_page", channel=Channel.SMS)
    move(page, to=MessageState.CLAIMED, lease_until=SOON)
    unknown = {"not_sent_reason": NotSent.NO_ANSWER, "ended_at": SOON}
    move(page.all(), to=MessageState.UNKNOWN, **unknown)

    paging.unreached(page.get(), SOON)

    assert step(alarm, 1).outcome == StepOutcome.PAGED


def test_after_everybody_failed_it_waits_for_its_time(alarm):
    for after in (5, 10, 15):
        actions.run_due_steps(NOON + timedelta(minutes=after))
    late = NOON + timedelta(minutes=15, seconds=20)
    before = step(alarm, 5).due_at
    assert step(alarm, 4).audience == Audience.ALL_STAFF

    for name in ("Dana Ruiz", "Omar Haddad"):
        fail(alarm, name, late)

    assert step(alarm, 4).outcome == StepOutcome.UNREACHABLE
    assert step(alarm, 5).due_at == before


def test_an_older_step_that_failed_brings_nothing_forward(alarm):
    actions.run_due_steps(NOON + timedelta(minutes=5))

    fail(alarm, "Dana Ruiz", NOON + timedelta(minutes=6))

    assert step(alarm, 1).outcome == StepOutcome.UNREACHABLE
    assert step(alarm, 3).due_at == NOON + timedelta(minutes=10)


def test_who_could_not_be_reached_as_first_on_call_is_tried_again_as_backup():
    dana = staff("Dana Ruiz", DutyRole.PRIMARY)
    ShiftFactory(user=dana, role=DutyRole.BACKUP)
    alarm = actions.ring(kind="doorbell", subject=PersonFactory(), label="MV-7K4Q", at=NOON)
    fail(alarm, "Dana Ruiz")

    actions.run_due_steps(SOON)

    assert sent_to("Dana Ruiz").count() == 2


def test_a_page_of_an_alarm_that_was_taken_brings_nothing_back(alarm):
    omar = UserFactory(duty_officer=True)
    page = Message.objects.about(alarm).filter(purpose="alarm_page", channel=Channel.SMS)
    move(page, to=MessageState.CLAIMED, lease_until=SOON)
    actions.take(alarm=alarm, by=omar, at=SOON)
    given_up = {"not_sent_reason": NotSent.REFUSED, "ended_at": SOON}
    move(page.all(), to=MessageState.FAILED, **given_up)

    paging.unreached(page.get(), SOON)

    assert not AlarmStep.objects.pending().exists()


def test_a_page_sent_again_is_hoped_for_as_well(alarm):
    fail_at = NOON + timedelta(seconds=10)
    first = Message.objects.about(alarm).get(channel=Channel.SMS)
    move(Message.objects.filter(pk=first.pk), to=MessageState.CLAIMED, lease_until=SOON)
    given_up = {"not_sent_reason": NotSent.REFUSED, "ended_at": fail_at}
    move(Message.objects.filter(pk=first.pk), to=MessageState.FAILED, **given_up)
    first.refresh_from_db()
    from mvai.outbox.actions import send_again

    send_again(message=first, by=None, at=fail_at)
    paging.unreached(first, SOON)

    assert step(alarm, 1).outcome == StepOutcome.PAGED
