from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "mvai.agencies"
    label = "agencies"
