from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"

    def ready(self) -> None:
        from mvai.outbox import sweeps
        from resources.actions import (
            desk_notices,
            import_runs,
            links,
            nudges,
            old_imports,
            retiring,
            scanning,
            team_keeping,
        )

        desk_notices.register_all()
        retiring.register()
        team_keeping.register()
        old_imports.register()
        sweeps.register("library.imports", import_runs.sweep)
        sweeps.register("library.scans", scanning.sweep)
        sweeps.register("library.links", links.sweep)
        nudges.register_purposes()
        sweeps.register("resources.tell_editors", nudges.tell)
