from django.apps import AppConfig


class AdvisorsConfig(AppConfig):
    name = "advisors"

    def ready(self) -> None:
        from advisors.actions import prospects, retiring

        prospects.register_purposes()
        retiring.register()
