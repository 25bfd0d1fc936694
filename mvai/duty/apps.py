from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "mvai.duty"
    label = "duty"
