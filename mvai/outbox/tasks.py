"""The worker's side: shells around the actions, with the clock."""

from celery import shared_task
from django.utils import timezone

from mvai.audit import where
from mvai.outbox import actions, doorbell, sweeps
from mvai.outbox.models import Heartbeat

FEW = 8  # messages; more are halved among the workers first


@shared_task(name="outbox.deliver")
def deliver(*, message_ids: list[int], urgent: bool = False, **_future: object) -> None:
    """Deliver these now, shared out by further rings so that none waits for another's provider."""
    if len(message_ids) > FEW:
        half = len(message_ids) // 2
        own, others = [], [message_ids[:half], message_ids[half:]]
    else:
        own, others = message_ids[:1], [[pk] for pk in message_ids[1:]]
    for part in others:
        if not doorbell.ring(part, urgent=urgent):
            own = [*own, *part]
    with where.via("worker"):
        for pk in own:
            actions.deliver(message_id=pk, now=timezone.now())


@shared_task(name="outbox.sweep")
def sweep(**_future: object) -> None:
    """Do everything that has fallen due, and show that the pipeline works."""
    with where.via("worker"):
        Heartbeat.objects.beat("worker", timezone.now())
        sweeps.run_all(timezone.now())
