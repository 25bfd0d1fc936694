"""What of signing in is removed by its age; each has a sweep that comes far more often, too."""

from django.utils.translation import gettext_lazy as _

from mvai.accounts.models import KeptForm, Try
from mvai.audit import purging
from mvai.outbox.retiring import simple_rule


def register() -> None:
    purging.register(simple_rule("kept_form", _("Forms that met the lock"), KeptForm, "expires_at"))
    purging.register(simple_rule("sign_in_try", _("Tries to sign in"), Try, "at"))
