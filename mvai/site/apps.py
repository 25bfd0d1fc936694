from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "mvai.site"
    label = "site"
