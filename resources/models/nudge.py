"""What the editors were reminded of."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from resources.models.edition import Edition


class NudgeQuerySet(models.QuerySet["Nudge"]):
    def on(self, day: object) -> Self:
        return self.filter(day=day)


class Nudge(Kept):
    """Once for each day of review that comes near, and for each request to read that waits.

    Those of one `day` went out as one message to each editor; its subject is the first of them.
    """

    class Why(models.TextChoices):
        REVIEW_DUE = "review_due", _("To be reviewed again")
        WAITS = "waits", _("Waits for a second reader")

    retention: ClassVar = RetentionClass.REFERENCE

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="nudges")
    why = models.CharField(max_length=12, choices=Why)
    # What it was about: the day of the review, or the moment from which it waits.
    since = models.CharField(max_length=32)
    day = models.DateField()

    objects: ClassVar = NudgeQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "why", "since"], name="resources_nobody_is_nudged_twice"
            ),
            models.CheckConstraint(
                name="resources_nudge_reason_is_known",
                condition=Q(why__in=["review_due", "waits"]),
            ),
        ]
        indexes = [models.Index(fields=["day"], name="resources_nudge_day")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.why} {self.since}"
