"""What a leader and the program write to each other on the leader's page."""

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest
from requests.models.delegate import Delegate

if TYPE_CHECKING:
    from mvai.accounts.models import User

LONGEST = 500


class Side(models.TextChoices):
    """Who wrote a message."""

    LEADER = "leader", _("The leader")
    DESK = "desk", _("The desk")


class DeskMessageQuerySet(models.QuerySet["DeskMessage"]):
    def unread_by(self, side: str) -> "DeskMessageQuerySet":
        """What the other side wrote and this one has not marked as read."""
        return self.filter(read_at=None).exclude(side=side)


class DeskMessage(Kept):
    """A few lines between the leader's page and the desk. Advisors never see them."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="desk_messages"
    )
    side = models.CharField(max_length=6, choices=Side)
    # Of the desk's side; on the leader's side nobody has an account.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Who wrote in the leader's place.
    delegate = models.ForeignKey(
        Delegate, models.PROTECT, null=True, blank=True, related_name="desk_messages"
    )
    text = models.CharField(max_length=LONGEST)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # Of the form it came from: pressed twice, it is one message.
    press = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects: ClassVar = DeskMessageQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                name="requests_desk_message_side_is_known", condition=Q(side__in=Side.values)
            ),
            models.CheckConstraint(
                name="requests_desk_message_says_something", condition=~Q(text="")
            ),
            models.CheckConstraint(
                name="requests_desk_message_by_one_side",
                condition=Q(~Q(side=Side.DESK), by=None)
                | Q(side=Side.DESK, by__isnull=False, delegate=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.side}"


class ConcernQuerySet(models.QuerySet["Concern"]):
    def visible_to(self, user: "User") -> "ConcernQuerySet":
        """The program manager's alone, and never of a request that they advise themselves."""
        if not user.may(Permission.CONCERN_READ):
            return self.none()
        from requests.models.engagement import Engagement

        advised = Engagement.objects.filter(advisor__person=user.person_id)
        return self.exclude(assistance_request__in=advised.values("assistance_request"))

    def open(self) -> "ConcernQuerySet":
        return self.filter(settled_at=None)


class Concern(Kept):
    """What a leader is uneasy about with their advisor: for the program manager alone."""

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="concerns"
    )
    delegate = models.ForeignKey(
        Delegate, models.PROTECT, null=True, blank=True, related_name="concerns"
    )
    text = models.CharField(max_length=LONGEST)
    raised_at = models.DateTimeField()
    press = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    answer = models.CharField(_("answer"), max_length=LONGEST, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ConcernQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("raised_at", "pk")
        constraints = [
            models.CheckConstraint(name="requests_concern_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="requests_concern_answered_by_someone",
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="requests_concern_settled_by_someone",
                condition=Q(settled_by=None, settled_at=None)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: a concern"
