"""What browsers refused is of use for a few weeks."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mvai.audit import purging
from mvai.audit.models import RetentionClass
from mvai.site.models import BrowserReport


def _past(cutoff: datetime) -> QuerySet[BrowserReport]:
    return BrowserReport.objects.filter(day__lt=cutoff.date())


def register() -> None:
    purging.register(
        purging.Rule(
            name="browser_report",
            label=_("What browsers refused"),
            retention=RetentionClass.DRAFT,
            past=_past,
            held=lambda: Q(legal_hold=True),
            remove=lambda pks: purging.delete(BrowserReport._base_manager.filter(pk__in=pks)),
            models=(BrowserReport,),
        )
    )
