"""Two at the same moment: one wins, nothing is done twice. Real transactions, real threads."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction

from mvai.duty import actions, paging, plans
from mvai.duty.actions.steps import LEASE
from mvai.duty.models import Alarm, AlarmStep, DutyRole, PlanStep
from mvai.outbox import claims
from mvai.outbox.models import Message
from mvai.outbox.moves import move
from mvai.people.models import Person
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory, PersonFactory
from tests.together import at_once, one_begins_and_the_other_comes_between

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbell")]


FIVE = timedelta(minutes=5)


@pytest.fixture
def alarm() -> Alarm:
    for role in (DutyRole.PRIMARY, DutyRole.BACKUP):
        user = UserFactory(duty_officer=True)
        ContactPointFactory(person=user.person)
        ShiftFactory(user=user, role=role)
    return actions.ring(kind="doorbell", subject=PersonFactory(), label="MV-7K4Q", at=NOON)


def test_of_several_who_tap_at_once_one_has_it(alarm, doorbell):
    people = [UserFactory(duty_officer=True) for _ in range(4)]

    answers = at_once(
        *(lambda user=user: actions.take(alarm=alarm, by=user, at=NOON) for user in people)
    )

    assert sum(isinstance(answer, Alarm) for answer in answers) == 1
    assert sum(isinstance(answer, actions.AlarmTaken) for answer in answers) == 3
    assert len(doorbell.calls) == 1


def test_two_sweeps_at_once_run_a_step_once(alarm):
    later = NOON + timedelta(minutes=5)

    ran = at_once(*(lambda: actions.run_due_steps(later) for _ in range(4)))

    assert sum(ran) == 1
    pages = Message.objects.about(alarm).filter(occurrence="1.2", channel="sms")
    assert pages.count() == 1


def test_ten_sweeps_one_killed_and_late_ones_run_each_step_once(alarm):
    """The killed one has taken a step and died: its lease ends, and another takes it."""
    later = NOON + timedelta(minutes=5)
    claims.take(AlarmStep.objects.next_due(later), now=later, lease=LEASE)
    assert actions.run_due_steps(later) == 0, "it is in the hands of who took it"
    free = later + LEASE

    ran = at_once(*(lambda: actions.run_due_steps(free) for _ in range(10)))
    late = actions.run_due_steps(free)

    assert (sum(ran), late) == (1, 0)
    assert Message.objects.about(alarm).filter(occurrence="1.2", channel="sms").count() == 1


def test_who_comes_back_after_its_lease_finds_nothing_to_do(alarm):
    later = NOON + timedelta(minutes=5)
    [claim] = claims.take(AlarmStep.objects.next_due(later), now=later, lease=LEASE)
    actions.run_due_steps(later + LEASE)

    assert not claim.of(AlarmStep.objects.next_due(later + LEASE)).exists()


def test_two_pages_that_fail_at_once_bring_the_next_step_forward():
    """Each sees the other's message as still hoped for, unless one waits for the other."""
    for _ in range(2):
        ContactPointFactory(person=UserFactory(duty_officer=True).person)
    plan = [plans.PlannedStep("all_staff", timedelta(0)), plans.PlannedStep("backup", FIVE)]
    manager = UserFactory(program_manager=True)
    actions.change_plan(kind="doorbell", steps=plan, by=manager, at=NOON)
    alarm = actions.ring(kind="doorbell", subject=PersonFactory(), label="MV-7K4Q", at=NOON)
    AlarmStep.objects.filter(number=1).update(audience="primary")  # one that is passed on
    pages = Message.objects.about(alarm).filter(channel="sms")
    move(pages.all(), to="claimed", lease_until=NOON)

    def fail(pk):
        with transaction.atomic():
            row = Message.objects.filter(pk=pk)
            move(row, to="failed", not_sent_reason="refused", ended_at=NOON)
            paging.unreached(row.get(), NOON)

    assert at_once(*(lambda pk=page.pk: fail(pk) for page in pages)) == [None, None]

    assert alarm.steps.get(number=1).outcome == "unreachable"
    assert alarm.steps.get(number=2).due_at == NOON


def test_a_page_that_fails_while_somebody_takes_it_stops_nobody(alarm):
    """Each holds what the other may want; neither waits for the other."""
    user = UserFactory(duty_officer=True)
    page = Message.objects.about(alarm).get(channel="sms")
    failed, taken = Event(), Event()

    def fail():
        with transaction.atomic():
            row = Message.objects.filter(pk=page.pk).select_for_update()
            list(row)
            failed.set()
            taken.wait(5)  # the other has had its chance to wait for this row
            row.update(state="canceled", not_sent_reason="refused", ended_at=NOON)
            paging.unreached(Message.objects.get(pk=page.pk), NOON)

    def take():
        failed.wait(5)
        try:
            return actions.take(alarm=alarm, by=user, at=NOON)
        finally:
            taken.set()

    answers = at_once(fail, take)

    assert isinstance(answers[1], Alarm)
    assert answers[0] is None
    assert not AlarmStep.objects.pending().exists()


def test_two_managers_who_change_a_plan_at_once_leave_one_plan():
    manager = UserFactory(program_manager=True)
    made = [
        [plans.PlannedStep(who, timedelta(0)), plans.PlannedStep("all_staff", FIVE)]
        for who in ("primary", "manager")
    ]

    answers = at_once(
        *(
            lambda steps=steps: actions.change_plan(
                kind="doorbell", steps=steps, by=manager, at=NOON
            )
            for steps in made
        )
    )

    assert any(not isinstance(answer, Exception) for answer in answers)
    assert all(isinstance(answer, (tuple, actions.Refused)) for answer in answers), (
        "the second is told, or comes after the first"
    )
    assert PlanStep.objects.filter(kind="doorbell").count() == 2


def test_the_same_cause_at_once_rings_once():
    subject = PersonFactory()

    at_once(
        *(
            lambda: actions.ring(kind="doorbell", subject=subject, label="MV-7K4Q", at=NOON)
            for _ in range(4)
        )
    )

    assert Alarm.objects.filter(subject_id=subject.pk).count() == 1


def test_nobody_is_paged_for_what_is_taken_at_that_moment(alarm):
    user = UserFactory(duty_officer=True)
    later = NOON + timedelta(minutes=5)

    at_once(
        lambda: actions.take(alarm=alarm, by=user, at=later),
        lambda: actions.run_due_steps(later),
    )

    waiting = Message.objects.about(alarm).filter(purpose="alarm_page", state="promised")
    assert not waiting.exists()


# An alarm that was taken, and of which nothing came, rings again in the moment it is settled.

AGAIN = NOON + actions.RINGS_AGAIN_AFTER


@pytest.fixture
def taken(alarm) -> Alarm:
    return actions.take(alarm=alarm, by=UserFactory(duty_officer=True), at=NOON)


def ring(alarm):
    subject = Person.objects.get(pk=alarm.subject_id)
    return actions.ring(kind="doorbell", subject=subject, label="MV-7K4Q", at=AGAIN)


def settle(alarm):
    subject = Person.objects.get(pk=alarm.subject_id)
    return actions.settle(kind="doorbell", subject=subject, at=AGAIN)


def nothing_settled_pages_anybody() -> None:
    settled = Alarm.objects.filter(state="settled")
    assert not AlarmStep.objects.pending().filter(alarm__in=settled).exists()
    pages = Message.objects.filter(purpose="alarm_page", state="promised", occurrence__gte="2")
    assert not pages.filter(subject_id__in=settled.values("pk")).exists()


def test_settled_first_the_cause_rings_as_an_alarm_of_its_own(taken):
    answers = one_begins_and_the_other_comes_between(
        lambda: settle(taken), lambda: None, lambda: ring(taken)
    )

    assert isinstance(answers[1], Alarm), answers
    assert Alarm.objects.get(pk=taken.pk).state == "settled"
    again = Alarm.objects.open().get()
    assert again.pk != taken.pk
    assert again.is_ringing
    assert AlarmStep.objects.pending().filter(alarm=again).exists()
    nothing_settled_pages_anybody()


def test_rung_first_it_is_settled_all_the_same_and_falls_silent(taken):
    answers = one_begins_and_the_other_comes_between(
        lambda: ring(taken), lambda: None, lambda: settle(taken)
    )

    assert isinstance(answers[1], Alarm), answers
    assert not Alarm.objects.open().exists()
    assert Alarm.objects.get().generation == 2
    nothing_settled_pages_anybody()


@pytest.mark.parametrize("_try", range(5))
def test_at_the_same_moment_one_comes_first_and_no_third_thing_happens(taken, _try):
    answers = at_once(
        *(job for _ in range(3) for job in (lambda: ring(taken), lambda: settle(taken)))
    )

    assert not [one for one in answers if isinstance(one, Exception)]
    assert Alarm.objects.open().count() <= 1
    for alarm in Alarm.objects.open():
        assert alarm.is_ringing
        assert AlarmStep.objects.pending().filter(alarm=alarm).exists()
    nothing_settled_pages_anybody()
