from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "mvai.audit"
    label = "audit"
