from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "mvai.web"
    label = "web"
