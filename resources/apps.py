from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"

    def ready(self) -> None:
        from resources.actions import retiring, team_keeping

        retiring.register()
        team_keeping.register()
