"""What a requester asked us to do with what we keep about them, and who decided."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest


class RecordsKind(models.TextChoices):
    COPY = "copy", _("A copy of what we keep")
    REMOVAL = "removal", _("Removal of what names them")


class RecordsOutcome(models.TextChoices):
    DONE = "done", _("Done")
    REFUSED = "refused", _("Not done")


class RecordsAsk(Kept):
    """One thing asked on a requester's behalf. A second person decides; it takes two."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="records_asks"
    )
    kind = models.CharField(max_length=10, choices=RecordsKind)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=RecordsOutcome, blank=True)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                name="requests_records_asked_once_at_a_time",
                fields=["assistance_request", "kind"],
                condition=Q(outcome=""),
            ),
            models.CheckConstraint(
                name="requests_records_kind_is_known", condition=Q(kind__in=RecordsKind.values)
            ),
            models.CheckConstraint(
                name="requests_records_decided_by_someone",
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | Q(
                    outcome__in=RecordsOutcome.values,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="requests_records_done_by_two",
                condition=~Q(outcome="done") | ~Q(decided_by=F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.kind}"
