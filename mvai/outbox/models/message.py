"""Promises to tell someone something, and what became of them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable, lapsed
from mvai.outbox.models.room import Room
from mvai.outbox.states import (
    NO_WAY,
    NOT_SENT,
    SENT,
    UNDERWAY,
    UNSENT,
    WAITING,
    MessageState,
    NotSent,
    Outcome,
    moves,
)
from mvai.people.models import Channel, ContactPoint, Person
from mvai.web.prepared import Moment

AGAIN = " again:"  # in the occurrence of one that was sent again, before the id of its original
MAY_SEE = "message.view"  # accounts.roles.Permission; accounts lie above the outbox


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> MessageQuerySet:
        """Every view starts here, so what is not yours is a 404."""
        return self if user.is_authenticated and user.may(MAY_SEE) else self.none()

    def about(self, subject: models.Model) -> MessageQuerySet:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def due(self, now: Moment) -> MessageQuerySet:
        """Waiting, and their time has come."""
        return self.filter(state__in=WAITING, due_at__lte=now)

    def lapsed(self, now: Moment) -> MessageQuerySet:
        """Claimed by a process that did not finish in time: it died, or hangs."""
        return self.filter(lapsed(now), state=MessageState.CLAIMED)

    def claimable(self, now: Moment) -> MessageQuerySet:
        return self.due(now) | self.lapsed(now)

    def underway(self) -> MessageQuerySet:
        return self.filter(state__in=UNDERWAY)

    def unsent(self) -> MessageQuerySet:
        """Failed or without an answer, and neither sent again since nor told by phone."""
        return self.filter(state__in=UNSENT, again=None, told_at=None)

    def most_urgent_first(self) -> MessageQuerySet:
        return self.order_by("-urgent", "due_at", "pk")


class Message(Claimable, Kept):
    """One promise: this purpose, about this subject, to this person or room, over this channel.

    It holds no text: that is written when the message is sent, from the subject as it then is.
    `subject_*` point at any row of an app above; the app's purpose knows how to read them.
    """

    retention: ClassVar = RetentionClass.MESSAGE

    purpose = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    label = models.CharField(max_length=40, blank=True)  # an opaque reference, such as MV-7K4Q
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    contact_point = models.ForeignKey(
        ContactPoint, models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    occurrence = models.CharField(max_length=60, blank=True, default="")
    urgent = models.BooleanField(default=False)

    state = models.CharField(
        max_length=20, choices=MessageState, default=MessageState.PROMISED, editable=False
    )
    promised_for = models.DateTimeField()  # when it is to leave; stays
    due_at = models.DateTimeField()  # when it is tried next; later after each try that failed
    attempts = models.PositiveSmallIntegerField(default=0)
    # Set just before the provider gets the message, cleared once it is known not to have it.
    handing_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)  # as the provider, or a reader, said
    may_be_repeated = models.BooleanField(default=False)
    overrode_quiet_hours = models.BooleanField(default=False)  # urgent, in the person's quiet hours
    ended_at = models.DateTimeField(null=True, blank=True)  # given up, or dropped
    not_sent_reason = models.CharField(max_length=30, choices=NotSent, blank=True, default="")
    # Ours is given to the provider with the message; theirs comes back with the answer.
    reference = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    provider_reference = models.CharField(max_length=200, blank=True, default="")
    # False from the failure until its consequences are drawn: another channel, or the desk.
    is_followed_up = models.BooleanField(default=True, db_default=True)
    # Somebody of the staff has told the person by phone what could not be sent.
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)
    again_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="again"
    )
    created_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    is_archived = False  # True on what the archive gives back to look at

    class Meta(Kept.Meta):
        constraints = [
            models.UniqueConstraint(
                name="outbox_message_is_promised_once",
                fields=(
                    "purpose",
                    "subject_type",
                    "subject_id",
                    "person",
                    "room",
                    "channel",
                    "occurrence",
                ),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="outbox_message_state_is_known", condition=Q(state__in=MessageState.values)
            ),
            models.CheckConstraint(
                name="outbox_message_channel_is_known", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="outbox_message_lease_iff_claimed",
                condition=Q(state=MessageState.CLAIMED, lease_until__isnull=False)
                | Q(~Q(state=MessageState.CLAIMED), lease_until=None)
                | Q(state__in=sorted(NOT_SENT), is_followed_up=False),
            ),
            models.CheckConstraint(
                name="outbox_message_sent_has_a_time",
                condition=~Q(state__in=sorted(SENT)) | Q(handed_over_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outbox_message_reason_iff_not_sent",
                condition=Q(
                    state__in=sorted(NOT_SENT),
                    not_sent_reason__in=NotSent.values,
                    ended_at__isnull=False,
                )
                | Q(~Q(state__in=sorted(NOT_SENT)), not_sent_reason="", ended_at=None),
            ),
            models.CheckConstraint(
                name="outbox_message_is_to_a_person_or_a_room",
                condition=Q(person__isnull=False, room=None)
                | Q(person=None, room__isnull=False, channel=Channel.CHAT),
            ),
            models.CheckConstraint(
                name="outbox_message_goes_somewhere",
                condition=Q(contact_point__isnull=False)
                | Q(channel__in=[Channel.PORTAL, Channel.CHAT])
                | Q(state=MessageState.CANCELED),
            ),
            models.CheckConstraint(
                name="outbox_message_told_by_and_at_go_together",
                condition=Q(told_by=None, told_at=None)
                | Q(told_by__isnull=False, told_at__isnull=False, state__in=sorted(UNSENT)),
            ),
            models.CheckConstraint(
                name="outbox_message_delivered_at_iff_delivered",
                condition=Q(state=MessageState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=MessageState.DELIVERED) & Q(delivered_at=None)),
            ),
        ]
        # Partial, so that a sweep costs the same however long the history grows.
        indexes = [
            models.Index(
                F("urgent").desc(),
                "due_at",
                "id",
                name="outbox_message_due",
                condition=Q(state__in=sorted(WAITING)),
            ),
            models.Index(
                "lease_until",
                name="outbox_message_lapsed",
                condition=Q(state=MessageState.CLAIMED),
            ),
            models.Index(
                "id", name="outbox_message_to_follow_up", condition=Q(is_followed_up=False)
            ),
            models.Index(
                "urgent",
                "promised_for",
                name="outbox_message_underway",
                condition=Q(state__in=sorted(UNDERWAY)),
            ),
            models.Index(
                "ended_at", name="outbox_message_unsent", condition=Q(state__in=sorted(UNSENT))
            ),
            models.Index(
                F("id").desc(), name="outbox_message_sent", condition=Q(state__in=sorted(SENT))
            ),
            models.Index(
                F("id").desc(),
                name="outbox_message_not_sent",
                condition=Q(state__in=sorted(NOT_SENT)),
            ),
            models.Index(
                fields=["person", "-id"],
                name="outbox_message_notices",
                condition=Q(channel=Channel.PORTAL, state__in=sorted(SENT)),
            ),
        ]
        triggers = [
            *Kept.Meta.triggers,
            pgtrigger.FSM(
                name="outbox_message_moves_forward", field="state", transitions=list(moves())
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.label}".strip()

    @property
    def to_name(self) -> str:
        """Whom it is for, in words."""
        return self.person.addressed_as if self.person else str(self.room)

    @property
    def lateness(self) -> timedelta:
        """How long after its time it left; nothing when it was in time or has not left."""
        if self.handed_over_at is None:
            return timedelta(0)
        return max(self.handed_over_at - self.promised_for, timedelta(0))

    @property
    def first_occurrence(self) -> str:
        """The occurrence it was first promised for, however often it was sent again since."""
        return self.occurrence.partition(AGAIN)[0]

    @property
    def is_sent_again(self) -> bool:
        return hasattr(self, "again")

    @property
    def may_be_sent_again(self) -> bool:
        """Only what failed of late, or had no way to go; what was canceled had lost its point."""
        failed = self.state in UNSENT or self.had_no_way
        return failed and not (self.is_archived or self.is_sent_again or self.told_at)

    @property
    def had_no_way(self) -> bool:
        """Nothing led to the person: a number or an address is needed first, or a call."""
        return self.state == MessageState.CANCELED and self.not_sent_reason in NO_WAY


class Attempt(Kept):
    """One try at handing a message over. Never changed."""

    retention: ClassVar = RetentionClass.MESSAGE

    message = models.ForeignKey(Message, models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome)
    detail = models.CharField(max_length=120, blank=True)  # a status or an error's name, no text

    class Meta(Kept.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="outbox_attempt_is_numbered_once", fields=("message", "number")
            ),
            models.CheckConstraint(
                name="outbox_attempt_outcome_is_known", condition=Q(outcome__in=Outcome.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} no. {self.number}"
