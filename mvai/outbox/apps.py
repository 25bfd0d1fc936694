from datetime import datetime

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "mvai.outbox"
    label = "outbox"

    def ready(self) -> None:
        from mvai.outbox import actions, proving, reaching, sweeps

        proving.register_purposes()
        reaching.register_purposes()

        def urgent(now: datetime) -> int:
            return actions.deliver_due(now, urgent_only=True)

        sweeps.register("urgent messages", urgent, urgent=True)
        sweeps.register("messages", actions.deliver_due)
