from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mvai.accounts"
    label = "accounts"

    def ready(self) -> None:
        from mvai.accounts import checks, messages, second_factor  # noqa: F401 - checks register
        from mvai.accounts.members import messages as member_messages

        messages.register_purposes()
        member_messages.register_purposes()
        second_factor.connect()
