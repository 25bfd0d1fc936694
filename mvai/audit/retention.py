"""The kinds of record that are kept for different times (domain.md, section 5)."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RetentionClass(models.TextChoices):
    """Every model names one of these; a legal hold outlasts them all.

    How long each is kept is data: `RetentionPeriod`. Without a row, for good.
    """

    REQUEST_CORE = "request_core", _("Requests and what was done about them")
    PROGRAM_RECORD = "program_record", _("Records of running the program")
    ACCOUNT = "account", _("Accounts")
    MESSAGE = "message", _("Messages sent")
    AUDIT = "audit", _("The log of writes and reads")
    CONTACT_TOKEN = "contact_token", _("One-time codes and links")
    UNCONFIRMED = "unconfirmed", _("Offers to help that nobody confirmed")
    DRAFT = "draft", _("Drafts")
    REFERENCE = "reference", _("Reference lists")
    WELLNESS = "wellness", _("Wellness check-ins")
    SEARCH = "search", _("Searches of the library that found nothing")
    TEAM = "team", _("Checklists that a team shares")

    @property
    def why_kept(self) -> Promise | None:
        """Why the portal removes none of these by itself; None where it does (ADR 20)."""
        return _WHY_KEPT.get(self)


_WHY_KEPT = {
    RetentionClass.REFERENCE: _("Kept as long as anything refers to it; it names no one."),
    RetentionClass.AUDIT: _("Only ever added to: the portal has no right to remove a line."),
    RetentionClass.ACCOUNT: _(
        "Closed by an administrator. The row stays while records name who did what."
    ),
}


class CountedFrom(models.TextChoices):
    """The moment from which a period is counted."""

    AWARD_END = "award_end", _("the end of the award")
    OWN_MOMENT = "own_moment", _("the day it was written or ended")


# What a new portal begins with: (class, years, days, counted from).
DEFAULTS = (
    (RetentionClass.REQUEST_CORE, 3, 0, CountedFrom.AWARD_END),
    (RetentionClass.PROGRAM_RECORD, 3, 0, CountedFrom.AWARD_END),
    (RetentionClass.MESSAGE, 3, 0, CountedFrom.AWARD_END),
    (RetentionClass.ACCOUNT, 3, 0, CountedFrom.OWN_MOMENT),
    (RetentionClass.AUDIT, 3, 0, CountedFrom.OWN_MOMENT),
    (RetentionClass.CONTACT_TOKEN, 0, 1, CountedFrom.OWN_MOMENT),
    (RetentionClass.UNCONFIRMED, 0, 14, CountedFrom.OWN_MOMENT),
    (RetentionClass.DRAFT, 0, 30, CountedFrom.OWN_MOMENT),
    (RetentionClass.WELLNESS, 0, 90, CountedFrom.OWN_MOMENT),
    (RetentionClass.SEARCH, 1, 0, CountedFrom.OWN_MOMENT),
    # Counted from the last time anybody opened it: who comes back after a year still finds it.
    (RetentionClass.TEAM, 0, 400, CountedFrom.OWN_MOMENT),
)
