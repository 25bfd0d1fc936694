"""What people send to the program: voicemail, texts and e-mail."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from mvai.people.models import Channel, Person
from requests.models.assistance_request import AssistanceRequest

if TYPE_CHECKING:
    from mvai.accounts.models import User


class InboundState(models.TextChoices):
    """What became of it."""

    WAITING = "waiting", _("Waiting for a look")
    BECAME_REQUEST = "became_request", _("Became a request")
    ADDED = "added", _("Added to a request")
    ANSWERED = "answered", _("Answered by rule")
    SEEN = "seen", _("Seen; nothing to do")
    PUT_ASIDE = "put_aside", _("Put aside: too many at once, or sent by a machine")


class InboundQuerySet(models.QuerySet["Inbound"]):
    def visible_to(self, user: "User") -> "InboundQuerySet":
        """The desk's alone: it may hold a plea."""
        return self if user.may(Permission.REQUEST_VIEW_ALL) else self.none()

    def waiting(self) -> "InboundQuerySet":
        return self.filter(state=InboundState.WAITING)


class Inbound(Kept):
    """One thing that came in. Kept as it came, however often it is delivered to us."""

    retention = RetentionClass.REQUEST_CORE

    channel = models.CharField(max_length=10, choices=Channel)
    sender = models.CharField(max_length=254, blank=True)  # as it came
    sender_normalized = models.CharField(max_length=254, blank=True)  # E.164 or lower case
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # of a voicemail
    # The gateway's identifier or the mail's Message-ID: the same thing twice is one row.
    reference = models.CharField(max_length=250, unique=True)
    received_at = models.DateTimeField()
    state = models.CharField(
        max_length=20, choices=InboundState, default=InboundState.WAITING, editable=False
    )
    reason = models.CharField(max_length=120, blank=True)
    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, null=True, blank=True, related_name="inbound"
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = InboundQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-received_at"],
                condition=Q(state="waiting"),
                name="requests_inbound_waiting",
            ),
            models.Index(
                fields=["sender_normalized", "-received_at"], name="requests_inbound_sender"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="requests_inbound_state_is_known",
                condition=Q(state__in=InboundState.values),
            ),
            models.CheckConstraint(
                name="requests_inbound_settled_iff_not_waiting",
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="requests_inbound_request_iff_part_of_one",
                condition=Q(state__in=["became_request", "added"], assistance_request__isnull=False)
                | (~Q(state__in=["became_request", "added"]) & Q(assistance_request=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.received_at:%F %R}"
