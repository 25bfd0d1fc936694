"""The workers' side: shells around the actions, with the clock.

There are two lanes with a worker each: what is urgent never waits behind what is not, however
slow a provider is.
"""

from celery import shared_task
from django.utils import timezone

from mvai.audit import where
from mvai.outbox import actions, doorbell, sweeps
from mvai.outbox.models import Heartbeat

FEW = 8  # messages; more are halved among the workers first
HELPERS = 4  # further tasks that a sweep asks for when one can't send all that is due
# Seconds for which a ring goes on with what else is due, so that nothing waits for a sweep.
GOES_ON_FOR = 5.0
URGENT_LANE, ROUTINE_LANE = "worker", "routine"  # the workers' names, and their heartbeats'


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
        if own:
            actions.deliver_due(timezone.now(), urgent_only=urgent, stretch=GOES_ON_FOR)


@shared_task(name="outbox.drain")
def drain(*, urgent: bool = False, **_future: object) -> None:
    """Help with what is due on one lane."""
    with where.via("worker"):
        actions.deliver_due(timezone.now(), urgent_only=urgent)


@shared_task(name="outbox.sweep")
def sweep(**_future: object) -> None:
    """Do what is urgent and has fallen due, and show that the pipeline works."""
    with where.via("worker"):
        Heartbeat.objects.beat(URGENT_LANE, timezone.now())
        _share(sweeps.run(timezone.now(), urgent=True), urgent=True)


@shared_task(name="outbox.sweep_routine")
def sweep_routine(**_future: object) -> None:
    """Do what has fallen due and can wait a little."""
    with where.via("worker"):
        Heartbeat.objects.beat(ROUTINE_LANE, timezone.now())
        _share(sweeps.run(timezone.now(), urgent=False), urgent=False)


def _share(done: dict[str, int | None], *, urgent: bool) -> None:
    """Ask for help when there was more than one sweep can send."""
    if (done.get(sweeps.URGENT_MESSAGES if urgent else sweeps.MESSAGES) or 0) >= actions.BATCH:
        for _helper in range(HELPERS):
            doorbell.ask_for_help(urgent=urgent)
