"""How long each kind of record is kept (domain.md, section 5: the award's terms)."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RetentionClass(models.TextChoices):
    """Every model names one of these; a legal hold outlasts them all."""

    REQUEST_CORE = "request_core", _("Requests and what was done about them")
    PROGRAM_RECORD = "program_record", _("Records of running the program")
    ACCOUNT = "account", _("Accounts")
    MESSAGE = "message", _("Messages sent")
    AUDIT = "audit", _("The log of writes and reads")
    CONTACT_TOKEN = "contact_token", _("One-time codes and links")
    DRAFT = "draft", _("Drafts")
    REFERENCE = "reference", _("Reference lists")
    WELLNESS = "wellness", _("Wellness check-ins")

    @property
    def period(self) -> Promise:
        """How long, in words."""
        return _PERIODS[self]


_PERIODS = {
    RetentionClass.REQUEST_CORE: _("Three years after the end of the award"),
    RetentionClass.PROGRAM_RECORD: _("Three years after the end of the award"),
    RetentionClass.ACCOUNT: _("As long as the account is in use, then three years"),
    RetentionClass.MESSAGE: _("Three years after the end of the award"),
    RetentionClass.AUDIT: _("Three years"),
    RetentionClass.CONTACT_TOKEN: _("24 hours"),
    RetentionClass.DRAFT: _("30 days"),
    RetentionClass.REFERENCE: _("As long as anything refers to it"),
    RetentionClass.WELLNESS: _("90 days"),
}
