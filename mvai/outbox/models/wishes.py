"""How a person wants to be reached."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.topics import Topic
from mvai.people.models import Channel, ContactPoint, Person


class Wish(Kept):
    """For one topic: whether a channel is used, and how long after the first."""

    retention: ClassVar = RetentionClass.PROGRAM_RECORD

    LONGEST = timedelta(minutes=30)

    person = models.ForeignKey(Person, models.PROTECT, related_name="wishes")
    topic = models.CharField(max_length=20, choices=Topic)
    channel = models.CharField(max_length=10, choices=Channel)
    is_on = models.BooleanField(default=True)
    after = models.DurationField(default=timedelta(0))

    class Meta(Kept.Meta):
        ordering = ("topic", "after", "channel")
        constraints = [
            models.UniqueConstraint(
                name="outbox_one_wish_per_channel", fields=("person", "topic", "channel")
            ),
            models.CheckConstraint(
                name="outbox_wish_topic_is_known", condition=Q(topic__in=Topic.values)
            ),
            models.CheckConstraint(
                name="outbox_wish_channel_is_a_persons",
                condition=Q(channel__in=["voice", "sms", "email", "portal"]),
            ),
            models.CheckConstraint(
                name="outbox_wish_waits_half_an_hour_at_most",
                condition=Q(after__gte=timedelta(0), after__lte=timedelta(minutes=30)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic} {self.channel}"


class ProofQuerySet(models.QuerySet["Proof"]):
    def open(self, now: datetime) -> ProofQuerySet:
        """Those whose code is still good."""
        return self.filter(used_at=None, expires_at__gt=now, tries__lt=Proof.MOST_TRIES)


class Proof(Kept):
    """A code sent to a contact point, to show that it is the person's own. Never stored in clear:
    the digits are derived from the row and its key.
    """

    retention: ClassVar = RetentionClass.CONTACT_TOKEN

    MOST_TRIES = 5

    contact_point = models.ForeignKey(ContactPoint, models.PROTECT, related_name="proofs")
    key = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("-asked_at",)
        constraints = [
            models.CheckConstraint(
                name="outbox_proof_ends_after_it_begins",
                condition=Q(expires_at__gt=models.F("asked_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_point_id} {self.asked_at:%F %R}"
