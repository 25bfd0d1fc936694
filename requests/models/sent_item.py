"""What was sent to a leader from the library."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest
from requests.models.engagement import Engagement
from resources.models import Item


class SentItemQuerySet(models.QuerySet["SentItem"]):
    def standing(self) -> "SentItemQuerySet":
        """What the leader's page shows."""
        return self.filter(taken_back_at=None)

    def unasked(self) -> "SentItemQuerySet":
        return self.filter(was_asked=False)


class SentItem(Kept):
    """A page of the library that stands on the leader's page, and who put it there."""

    retention: ClassVar = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="sent_items"
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    # Of the advisor who sent it; none where the desk did.
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="sent_items"
    )
    was_asked = models.BooleanField()  # the leader asked for it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = SentItemQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("-sent_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                name="requests_an_item_stands_once",
                fields=["assistance_request", "item"],
                condition=Q(taken_back_at=None),
            ),
            models.CheckConstraint(
                name="requests_item_taken_back_after_it_was_sent",
                condition=Q(taken_back_at=None) | Q(taken_back_at__gte=F("sent_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.item_id}"
