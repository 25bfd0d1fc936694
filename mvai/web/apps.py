from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "mvai.web"
    label = "web"

    def ready(self) -> None:
        from mvai.web import wording

        wording.speak_plainly()
