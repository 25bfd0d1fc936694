from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "mvai.dashboard"
    label = "dashboard"
