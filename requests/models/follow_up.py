"""Slow help is scheduled, not remembered."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
from requests.models.assistance_request import AssistanceRequest
from requests.models.engagement import Engagement
from requests.states import OPEN_FOLLOW_UP, EngagementState, FollowUpState

if TYPE_CHECKING:
    from mvai.accounts.models import User

IS_OPEN_FOLLOW_UP = Q(state__in=sorted(OPEN_FOLLOW_UP))


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: "User") -> "FollowUpQuerySet":
        """Staff see all; an advisor sees those of requests they are engaged in."""
        if user.may(Permission.REQUEST_VIEW_ALL):
            return self
        mine = Engagement.objects.filter(
            state=EngagementState.ACTIVE, advisor__person=user.person_id
        )
        return self.filter(assistance_request__in=mine.values("assistance_request"))

    def open(self) -> "FollowUpQuerySet":
        return self.filter(IS_OPEN_FOLLOW_UP)

    def falling_due(self, now: datetime) -> "FollowUpQuerySet":
        """Planned contacts whose time has come and that nobody was told of."""
        return self.filter(state=FollowUpState.PLANNED, due_at__lte=now)


class FollowUp(Claimable, Kept):
    """One planned human contact with the agency, with an owner and a time."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="follow_ups"
    )
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    milestone = models.CharField(max_length=20)
    label = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="follow_ups")
    state = models.CharField(max_length=10, choices=FollowUpState, default=FollowUpState.PLANNED)
    done_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)
    # A moved contact lives on in its successor: `follow_up.moved_to`.
    moved_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="moved_to"
    )

    objects: ClassVar = FollowUpQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=IS_OPEN_FOLLOW_UP, name="requests_open_follow_ups"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="requests_one_open_follow_up_each",
                fields=["assistance_request", "milestone"],
                condition=IS_OPEN_FOLLOW_UP,
            ),
            models.CheckConstraint(
                name="requests_follow_up_state_is_known",
                condition=Q(state__in=FollowUpState.values),
            ),
            models.CheckConstraint(
                name="requests_follow_up_done_iff_not_open",
                condition=Q(IS_OPEN_FOLLOW_UP, done_at=None)
                | Q(~IS_OPEN_FOLLOW_UP, done_at__isnull=False),
            ),
            models.CheckConstraint(
                name="requests_follow_up_not_its_own_successor",
                condition=Q(moved_from=None) | ~Q(moved_from=F("pk")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.milestone}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_FOLLOW_UP
