"""A new number, or a new leader: until the desk knows who it is, the content stays shut."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest


class ChangeOutcome(models.TextChoices):
    """What became of a change; blank while the desk has yet to confirm who it is."""

    CONFIRMED = "confirmed", _("Confirmed")
    PUT_BACK = "put_back", _("Put back")
    REPLACED = "replaced", _("Replaced by a later one")


class ContactChange(Kept):
    """Whom we call, before and after. One waits at a time; while it does, no code goes out."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="contact_changes"
    )
    # As it was, so that it can be put back.
    leader_before = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="handed_on", verbose_name=_("leader before")
    )
    name_before = models.CharField(max_length=200)
    number_before = models.CharField(max_length=60)
    # A successor, not only another number of the same person.
    is_successor = models.BooleanField(default=False)
    # Nobody: said on the leader's page.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField()
    press = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    outcome = models.CharField(max_length=10, choices=ChangeOutcome, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ("-said_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                name="requests_one_contact_change_waits",
                fields=["assistance_request"],
                condition=Q(outcome=""),
            ),
            models.CheckConstraint(
                name="requests_contact_change_outcome_is_known",
                condition=Q(outcome__in=["", *ChangeOutcome.values]),
            ),
            models.CheckConstraint(
                name="requests_contact_change_settled_iff_outcome",
                condition=Q(outcome="", settled_at=None)
                | (~Q(outcome="") & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.outcome or 'waits'}"
