"""What browsers refused is of use for a few weeks."""

from django.utils.translation import gettext_lazy as _

from mvai.audit import purging
from mvai.outbox.retiring import simple_rule
from mvai.site.models import BrowserReport


def register() -> None:
    purging.register(
        simple_rule("browser_report", _("What browsers refused"), BrowserReport, "day")
    )
