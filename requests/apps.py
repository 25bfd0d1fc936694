from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests"

    def ready(self) -> None:
        from mvai.outbox import sweeps
        from requests.actions import alarms, follow_ups, messages, offers, watch

        messages.register_purposes()
        alarms.register_kinds()
        sweeps.register("requests.expire_offers", offers.expire_due, urgent=True)
        sweeps.register("requests.find_unattended", watch.find_unattended, urgent=True)
        sweeps.register("requests.open_offers", offers.open_handed_over)
        sweeps.register("requests.follow_ups_due", follow_ups.mark_due)
