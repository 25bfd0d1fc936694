"""Two at the same moment: one wins, nothing is done twice. Real transactions, real threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from mvai.duty import actions
from mvai.duty.models import Alarm, DutyRole
from mvai.outbox.models import Message
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("doorbell")]


def at_once(*jobs) -> list:
    """What each job returned or raised, all started at the same moment."""
    barrier = Barrier(len(jobs))

    def run(job):
        barrier.wait()
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


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
    assert Message.objects.about(alarm).filter(occurrence="1.2").count() == 1


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
