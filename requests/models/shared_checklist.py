"""Which of a team's checklists were made from a leader's page."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest


class SharedChecklistQuerySet(models.QuerySet["SharedChecklist"]):
    def shown_to_advisors(self) -> Self:
        """Those that the leader has said the advisor may see."""
        return self.exclude(invited_at=None)


class SharedChecklist(Kept):
    """A checklist that the leader shares with a team. What is in it is the team's.

    Staff see neither its lines nor its addresses; an advisor sees the lines while invited.
    """

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="shared_checklists"
    )
    checklist = models.OneToOneField("resources.TeamChecklist", models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = SharedChecklistQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("shared_at", "pk")
        constraints = [
            models.CheckConstraint(
                name="requests_checklist_invited_after_shared",
                condition=Q(invited_at=None) | Q(invited_at__gte=F("shared_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.checklist_id}"
