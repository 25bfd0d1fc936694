from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mvai.accounts"
    label = "accounts"

    def ready(self) -> None:
        from mvai.accounts import checks, messages, retiring, second_factor  # noqa: F401 - checks register
        from mvai.accounts.lock import actions as lock
        from mvai.accounts.lock import marks
        from mvai.accounts.lockout import counting, guard
        from mvai.accounts.members import messages as member_messages
        from mvai.outbox import sweeps

        messages.register_purposes()
        member_messages.register_purposes()
        second_factor.connect()
        marks.connect()
        guard.connect()
        sweeps.register("accounts.purge_kept_forms", lock.purge)
        sweeps.register("accounts.purge_tries", counting.purge)
        retiring.register()
