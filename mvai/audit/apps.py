from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "mvai.audit"
    label = "audit"

    def ready(self) -> None:
        from mvai.audit import checks  # noqa: F401 - it registers
