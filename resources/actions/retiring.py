"""Which records of the library go when their time is over."""

from django.utils.translation import gettext_lazy as _

from mvai.audit import purging
from mvai.outbox.retiring import simple_rule
from resources.models import MissedSearch


def register() -> None:
    purging.register(
        simple_rule("missed_search", _("Searches that found nothing"), MissedSearch, "last_on")
    )
