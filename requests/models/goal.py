"""What the program has promised itself: how soon a leader is heard, called, matched and helped."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
from requests.models.assistance_request import AssistanceRequest


class Goal(models.TextChoices):
    """product.md, "Targets to measure"."""

    ACKNOWLEDGED = "acknowledged", _("Someone has it")
    CALLED = "called", _("The leader was called")
    MATCHED = "matched", _("An advisor said yes")
    CONTACTED = "contacted", _("The advisor and the leader spoke")


class GoalStanding(models.TextChoices):
    """How a goal stands, in a word."""

    OPEN = "open", _("open")
    MET = "met", _("in time")
    LATE = "late", _("later than promised")
    MISSED = "missed", _("not yet")


IS_OPEN_GOAL = Q(met_at=None, missed_at=None, dropped_at=None)


class ResponseGoalQuerySet(models.QuerySet["ResponseGoal"]):
    def open(self) -> "ResponseGoalQuerySet":
        return self.filter(IS_OPEN_GOAL)

    def with_standing(self) -> "ResponseGoalQuerySet":
        """Those that still count, each with `standing`, a code of GoalStanding."""
        return self.filter(dropped_at=None).annotate(
            standing=Case(
                When(met_at__gt=F("due_at"), then=Value(GoalStanding.LATE)),
                When(met_at__isnull=False, then=Value(GoalStanding.MET)),
                When(missed_at__isnull=False, then=Value(GoalStanding.MISSED)),
                default=Value(GoalStanding.OPEN),
                output_field=models.CharField(),
            )
        )

    def falling_due(self, now: datetime) -> "ResponseGoalQuerySet":
        """Not met in time, and nobody was told yet."""
        return self.open().filter(due_at__lte=now)


class ResponseGoal(Claimable, Kept):
    """One promise about one request, with its time. It is met, missed and met late, or dropped."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(AssistanceRequest, models.PROTECT, related_name="goals")
    goal = models.CharField(max_length=20, choices=Goal)
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)  # when it was noticed and told
    dropped_at = models.DateTimeField(null=True, blank=True)  # the request closed, or changed

    objects: ClassVar = ResponseGoalQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=IS_OPEN_GOAL, name="requests_open_goals"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="requests_one_goal_each", fields=["assistance_request", "goal"]
            ),
            models.CheckConstraint(
                name="requests_goal_is_known", condition=Q(goal__in=Goal.values)
            ),
            models.CheckConstraint(
                name="requests_goal_met_or_dropped", condition=Q(met_at=None) | Q(dropped_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.goal}"
