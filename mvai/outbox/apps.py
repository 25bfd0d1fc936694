from datetime import datetime

from django.apps import AppConfig
from django.core.signals import request_finished, request_started


class OutboxConfig(AppConfig):
    name = "mvai.outbox"
    label = "outbox"

    def ready(self) -> None:
        from mvai.outbox import (
            actions,
            archiving,
            cycle,
            doorbell,
            failing,
            inbound,
            nightly,
            proving,
            reaching,
            retiring,
            rooms,
            sweeps,
        )

        proving.register_purposes()
        reaching.register_purposes()

        def urgent(now: datetime) -> int:
            return actions.deliver_due(now, urgent_only=True)

        rooms.register_purposes()
        cycle.register_purposes()
        inbound.when_own_mail_returns(cycle.received)
        sweeps.register(sweeps.URGENT_MESSAGES, urgent, urgent=True)
        sweeps.register("test message", cycle.turn, urgent=True)
        sweeps.register("failed messages", failing.follow_up, urgent=True)
        sweeps.register(sweeps.MESSAGES, actions.deliver_due)
        sweeps.register("archive", archiving.archive)
        sweeps.register("retention", nightly.purge)
        retiring.register()
        request_started.connect(doorbell.hold_until_answered)
        request_finished.connect(doorbell.ring_what_was_held)
