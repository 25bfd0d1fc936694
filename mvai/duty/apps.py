from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "mvai.duty"
    label = "duty"

    def ready(self) -> None:
        from mvai.duty import actions, paging
        from mvai.outbox import sweeps

        paging.register_purposes()
        sweeps.register("duty.run_due_steps", actions.run_due_steps, urgent=True)
