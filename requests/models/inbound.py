"""What people send to the program: voicemail, texts and e-mail."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
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


class InboundReason(models.TextChoices):
    """Why it became no request by itself; the list is closed."""

    NO_SENDER = "no_sender", _("No number or address to answer to")
    EMPTY = "empty", _("Nothing in it")
    UNREADABLE = "unreadable", _("It can’t be read")
    FROM_STAFF = "from_staff", _("From somebody who works here")
    FROM_ADVISOR = "from_advisor", _("From an advisor")
    SAME_TEXT = "same_text", _("The same words came from several numbers")
    TOO_MANY = "too_many", _("Many came at once")
    SENDER_TOO_OFTEN = "sender_too_often", _("More from a sender who had written often already")
    OURSELVES = "ourselves", _("From our own number or address")
    AUTOMATIC = "automatic", _("Sent by a machine")
    MAILING_LIST = "mailing_list", _("Sent to a mailing list")
    BOUNCE = "bounce", _("Says that a message could not be delivered")
    STOP = "stop", _("Asked for no more texts")
    START = "start", _("Asked for texts again")
    HELP = "help", _("Asked who we are")


class InboundQuerySet(models.QuerySet["Inbound"]):
    def visible_to(self, user: "User") -> "InboundQuerySet":
        """The desk's alone: it may hold a plea."""
        return self if user.may(Permission.REQUEST_VIEW_ALL) else self.none()

    def new(self) -> "InboundQuerySet":
        """Kept, and not dealt with yet; in the order in which it came."""
        return self.filter(dealt_at=None).order_by("received_at", "pk")

    def waiting(self) -> "InboundQuerySet":
        """For the desk: no rule had an answer."""
        return self.filter(state=InboundState.WAITING, dealt_at__isnull=False)

    def settled(self) -> "InboundQuerySet":
        return self.exclude(state=InboundState.WAITING)


class Inbound(Claimable, Kept):
    """One thing that came in. Kept as it came, however often it is delivered to us."""

    retention = RetentionClass.REQUEST_CORE

    channel = models.CharField(max_length=10, choices=Channel)
    sender = models.CharField(max_length=254, blank=True)  # as it came
    sender_name = models.CharField(max_length=200, blank=True)  # of mail
    sender_normalized = models.CharField(max_length=254, blank=True)  # E.164 or lower case
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)  # of a voicemail
    had_attachments = models.BooleanField(default=False)  # which are never kept
    # The gateway's identifier or the mail's Message-ID: the same thing twice is one row.
    reference = models.CharField(max_length=250, unique=True)
    received_at = models.DateTimeField()
    dealt_at = models.DateTimeField(null=True, blank=True)  # when the rules have had their say
    state = models.CharField(
        max_length=20, choices=InboundState, default=InboundState.WAITING, editable=False
    )
    reason = models.CharField(max_length=20, choices=InboundReason, blank=True)
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
                fields=["received_at"],
                condition=Q(dealt_at=None),
                name="requests_inbound_new",
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(state="waiting"),
                name="requests_inbound_waiting",
            ),
            models.Index(fields=["-dealt_at", "-id"], name="requests_inbound_dealt"),
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
                name="requests_inbound_reason_is_known",
                condition=Q(reason__in=["", *InboundReason.values]),
            ),
            models.CheckConstraint(
                name="requests_inbound_new_is_waiting",
                condition=Q(dealt_at__isnull=False) | Q(state="waiting", reason=""),
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
            models.CheckConstraint(
                name="requests_inbound_put_aside_has_a_reason",
                condition=~Q(state="put_aside") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.received_at:%F %R}"

    def get_absolute_url(self) -> str:
        return reverse("requests:inbound", args=[self.pk])

    @property
    def may_be_settled(self) -> bool:
        """By the desk: what waits, and what a rule put aside and a person sees differently."""
        return self.dealt_at is not None and self.state in MAY_BE_SETTLED

    @property
    def is_voicemail(self) -> bool:
        return self.channel == Channel.VOICE


MAY_BE_SETTLED = frozenset({InboundState.WAITING, InboundState.PUT_ASIDE, InboundState.SEEN})
