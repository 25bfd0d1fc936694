from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "mvai.site"
    label = "site"

    def ready(self) -> None:
        from mvai.audit import chain, checking, stream
        from mvai.outbox import sweeps
        from mvai.site import retiring
        from mvai.web import written

        # The log lies below what sweeps, so it can't make its own known.
        sweeps.register("audit.seal", chain.seal_due)
        sweeps.register("audit.send", stream.send_due)
        sweeps.register("audit.check", checking.check_due)
        retiring.register()
        written.register("mvai.site.written")
