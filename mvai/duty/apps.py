from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "mvai.duty"
    label = "duty"

    def ready(self) -> None:
        from mvai.accounts import leaving
        from mvai.duty import actions, gaps, paging, retiring, unsent
        from mvai.duty.actions.leaving import release
        from mvai.outbox import sweeps

        paging.register_purposes()
        gaps.register_purpose()
        unsent.register()
        retiring.register()
        leaving.on_deactivated("duty.release", release)
        sweeps.register("duty.bring_forward", actions.bring_forward, urgent=True)
        sweeps.register("duty.run_due_steps", actions.run_due_steps, urgent=True)
        sweeps.register("duty.tell_of_gaps", gaps.tell_of_gaps)
        sweeps.register("duty.settle_sent", unsent.settle_sent)
