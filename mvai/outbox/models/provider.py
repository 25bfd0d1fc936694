"""What providers tell us, and how each channel fares."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.models.message import Message
from mvai.people.models import Channel


class ProviderEvent(Kept):
    """One thing a provider said about one message, kept as it came. Never changed.

    Saying it twice is the same event: receipts come late, twice and out of order.
    """

    retention: ClassVar = RetentionClass.MESSAGE

    message = models.ForeignKey(Message, models.PROTECT, related_name="events")
    status = models.CharField(max_length=40)  # in the provider's own word
    provider_reference = models.CharField(max_length=200, blank=True, default="")
    raw = models.JSONField(default=dict)  # without numbers and text
    received_at = models.DateTimeField()
    moved_to = models.CharField(max_length=20, blank=True, default="")  # "" when it changed nothing

    class Meta(Kept.Meta):
        ordering = ("received_at", "pk")
        constraints = [
            models.UniqueConstraint(
                name="outbox_event_is_kept_once",
                fields=("message", "provider_reference", "status"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.status}"


class ChannelGate(Kept):
    """Whether a channel may be used now: paused by a person, resting after failures, or at its
    rate. One row a channel, locked for the moment of a claim.
    """

    retention: ClassVar = RetentionClass.REFERENCE

    channel = models.CharField(max_length=10, choices=Channel, unique=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    pause_reason = models.CharField(_("why"), max_length=200, blank=True, default="")
    # The breaker: failures in a row, and until when nothing but one trial goes out.
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    rested = models.PositiveIntegerField(default=0)  # rests in a row; each is longer
    # The rate, as a virtual schedule: when the next message may leave at the steady pace.
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta(Kept.Meta):
        constraints = [
            models.CheckConstraint(
                name="outbox_gate_channel_is_known", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="outbox_gate_pause_names_a_person",
                condition=Q(paused_at=None, paused_by=None)
                | Q(paused_at__isnull=False, paused_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.channel
