from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "mvai.outbox"
    label = "outbox"
