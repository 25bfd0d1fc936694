from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"

    def ready(self) -> None:
        from mvai.outbox import sweeps
        from resources.actions import nudges

        nudges.register_purposes()
        sweeps.register("resources.tell_editors", nudges.tell)
