"""What has been done on a request: its moves and its calls."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest
from requests.states import MOVES, CallOutcome, State


class StateChange(Kept):
    """One move of a request, written by `make_move` and never changed."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="state_changes"
    )
    move = models.CharField(max_length=20)
    source = models.CharField(max_length=20, choices=State)
    target = models.CharField(max_length=20, choices=State)
    # Nobody: the requester moved it from the status page, without an account.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="requests_move_is_known", condition=Q(move__in=sorted(MOVES))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.move}"


class CallLog(Kept):
    """One call from the desk to the number the leader left."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(AssistanceRequest, models.PROTECT, related_name="calls")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(_("how it went"), max_length=20, choices=CallOutcome)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    note = models.CharField(_("facts only"), max_length=500, blank=True)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="requests_call_outcome_is_known", condition=Q(outcome__in=CallOutcome.values)
            ),
            models.CheckConstraint(
                name="requests_call_lasts_at_most_a_day", condition=Q(minutes__lte=1440)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.outcome}"
