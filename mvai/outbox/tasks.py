"""The worker's side: shells around the actions, with the clock."""

from celery import shared_task
from django.utils import timezone

from mvai.audit import where
from mvai.outbox import actions, doorbell, sweeps
from mvai.outbox.models import Heartbeat


@shared_task(name="outbox.deliver")
def deliver(*, message_ids: list[int], urgent: bool = False, **_future: object) -> None:
    """Deliver these now; each but the first through a ring of its own, so that none waits."""
    first, *rest = message_ids
    alone = [pk for pk in rest if not doorbell.ring([pk], urgent=urgent)]
    with where.via("worker"):
        for pk in (first, *alone):
            actions.deliver(message_id=pk, now=timezone.now())


@shared_task(name="outbox.sweep")
def sweep(**_future: object) -> None:
    """Do everything that has fallen due, and show that the pipeline works."""
    with where.via("worker"):
        Heartbeat.objects.beat("worker", timezone.now())
        sweeps.run_all(timezone.now())
