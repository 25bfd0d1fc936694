from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "mvai.people"
    label = "people"
