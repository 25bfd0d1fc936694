"""What of signing in is gone long before a night's rules would come to it."""

from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import KeptForm, Try
from mvai.audit import purging


def register() -> None:
    swept = _("A sweep of its own removes each within minutes of its end.")
    purging.keep(KeptForm, swept)
    purging.keep(Try, swept)
