"""The call a leader was promised, and the moment in which somebody dials."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
from requests.models.assistance_request import AssistanceRequest
from requests.states import NoText

IS_OPEN_PROMISE = Q(kept_at=None, missed_at=None, dropped_at=None)


class CallPromiseQuerySet(models.QuerySet["CallPromise"]):
    def open(self) -> "CallPromiseQuerySet":
        return self.filter(IS_OPEN_PROMISE)

    def missed(self) -> "CallPromiseQuerySet":
        return self.filter(missed_at__isnull=False)

    def falling_due(self, now: datetime) -> "CallPromiseQuerySet":
        """Not kept in time, and the leader was not told yet."""
        return self.open().filter(due_at__lte=now)


class CallPromise(Claimable, Kept):
    """ "Dana calls you by 2:12 p.m.": kept, missed or dropped. A missed one is followed by a new.

    Filing writes none, so that it stays quick: the first follows from the request's columns, which
    always hold the promise that stands.
    """

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="call_promises"
    )
    # Nobody: the desk was closed by plan, and no shift said who would be there.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)  # when it was noticed and told
    dropped_at = models.DateTimeField(null=True, blank=True)  # the request was closed before

    objects: ClassVar = CallPromiseQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=IS_OPEN_PROMISE, name="requests_open_promises"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="requests_one_open_promise",
                fields=["assistance_request"],
                condition=IS_OPEN_PROMISE,
            ),
            models.UniqueConstraint(
                name="requests_one_promise_per_time", fields=["assistance_request", "due_at"]
            ),
            models.CheckConstraint(
                name="requests_promise_ends_in_one_way",
                condition=Q(kept_at=None, missed_at=None)
                | Q(kept_at=None, dropped_at=None)
                | Q(missed_at=None, dropped_at=None),
            ),
            models.CheckConstraint(
                name="requests_promise_missed_when_due",
                condition=Q(missed_at=None) | Q(missed_at__gte=F("due_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: by {self.due_at:%F %R}"


class CallStart(Kept):
    """ "I am calling now": somebody of the desk dials, and the leader's phone has said so."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="call_starts"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    no_text = models.CharField(max_length=12, choices=NoText, blank=True)  # why none went

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="requests_no_text_is_known", condition=Q(no_text__in=["", *NoText.values])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.at:%F %R}"
