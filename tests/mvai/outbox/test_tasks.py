"""The tasks without a broker: what can't be shared out is done here."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mvai.outbox import doorbell, tasks
from mvai.outbox.models import Heartbeat, Message
from mvai.outbox.states import MessageState
from tests.factories.outbox import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_hears(monkeypatch):
    monkeypatch.setattr(doorbell, "_quiet_until", float("inf"))


@pytest.mark.parametrize("count", [1, tasks.FEW, tasks.FEW + 1, 2 * tasks.FEW + 1])
def test_all_are_delivered_however_many(gateway, count):
    now = timezone.now()
    made = MessageFactory.create_batch(count, due_at=now)

    tasks.deliver(message_ids=[message.pk for message in made], urgent=True)

    assert len(gateway.taken) == count


def test_a_task_of_a_later_version_is_understood(gateway):
    message = MessageFactory(due_at=timezone.now())

    tasks.deliver(message_ids=[message.pk], urgent=True, added_later=1)

    assert len(gateway.taken) == 1


def test_a_sweep_delivers_what_is_due_and_is_heard(gateway):
    message = MessageFactory(due_at=timezone.now() - timedelta(seconds=1))

    tasks.sweep()

    assert Message.objects.get(pk=message.pk).state == MessageState.HANDED_OVER
    assert Heartbeat.objects.last("worker")
