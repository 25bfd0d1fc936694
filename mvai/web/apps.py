from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "mvai.web"
    label = "web"

    def ready(self) -> None:
        from django.conf import settings
        from django.core.checks import register

        from mvai.web import catalogs, wording

        wording.speak_plainly()
        register(lambda **_all: catalogs.check_catalogs(settings.LOCALE_PATHS))
