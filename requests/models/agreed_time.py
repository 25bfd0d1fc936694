"""When a leader and an advisor talk: proposed, agreed, moved, called off."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
from requests.models.assistance_request import AssistanceRequest
from requests.models.engagement import Engagement
from requests.states import OPEN_AGREED, AgreedState

if TYPE_CHECKING:
    from mvai.accounts.models import User

PROPOSALS = 3
IS_OPEN_TIME = Q(state__in=sorted(OPEN_AGREED))


class AgreedTimeQuerySet(models.QuerySet["AgreedTime"]):
    def visible_to(self, user: "User") -> "AgreedTimeQuerySet":
        """Those of the engagements this reader sees."""
        return self.filter(engagement__in=Engagement.objects.visible_to(user))

    def agreed(self) -> "AgreedTimeQuerySet":
        """Agreed and not settled: to come, or past without a word of it."""
        return self.filter(state=AgreedState.AGREED)

    def proposed(self, now: datetime) -> "AgreedTimeQuerySet":
        """Those that can still be chosen."""
        return self.filter(state=AgreedState.PROPOSED, starts_at__gt=now)

    def falling_due(self, now: datetime) -> "AgreedTimeQuerySet":
        """Those of which somebody is to be reminded now."""
        return self.agreed().filter(remind_at__lte=now)


class AgreedTime(Claimable, Kept):
    """One moment for leader and advisor to talk. Moved, it stays the same row and the same event
    in their calendars: `uid` is stable, `sequence` counts the changes.
    """

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="agreed_times"
    )
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="agreed_times")
    state = models.CharField(max_length=12, choices=AgreedState, default=AgreedState.AGREED)
    starts_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    video_url = models.CharField(_("video link"), max_length=500, blank=True)
    place = models.PositiveSmallIntegerField(null=True, blank=True)  # among the proposals
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    remind_at = models.DateTimeField(null=True, blank=True)  # the next reminder; none is left
    # Nobody: the leader chose it on the status page, without an account.
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = AgreedTimeQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(
                fields=["remind_at"],
                condition=Q(remind_at__isnull=False),
                name="requests_times_to_remind",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="requests_one_agreed_time",
                fields=["engagement"],
                condition=Q(state=AgreedState.AGREED),
            ),
            models.UniqueConstraint(
                name="requests_one_proposal_per_place",
                fields=["engagement", "place"],
                condition=Q(state=AgreedState.PROPOSED),
            ),
            models.CheckConstraint(
                name="requests_three_proposals_at_most",
                condition=Q(state=AgreedState.PROPOSED, place__gte=1, place__lte=PROPOSALS)
                | (~Q(state=AgreedState.PROPOSED) & Q(place=None)),
            ),
            models.CheckConstraint(
                name="requests_agreed_state_is_known", condition=Q(state__in=AgreedState.values)
            ),
            models.CheckConstraint(
                name="requests_agreed_ended_iff_not_open",
                condition=Q(IS_OPEN_TIME, ended_at=None) | Q(~IS_OPEN_TIME, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="requests_talk_lasts_at_most_a_day",
                condition=Q(minutes__gte=5, minutes__lte=480),
            ),
            models.CheckConstraint(
                name="requests_video_link_is_https",
                condition=Q(video_url="") | Q(video_url__startswith="https://"),
            ),
            models.CheckConstraint(
                name="requests_reminder_before_an_agreed_time",
                condition=Q(remind_at=None)
                | Q(state=AgreedState.AGREED, remind_at__lt=F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id}: {self.starts_at:%F %R} {self.state}"

    @property
    def is_agreed(self) -> bool:
        return self.state == AgreedState.AGREED

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def video_host(self) -> str:
        """Where the link leads, as the browser resolves it: said before anybody follows it."""
        return urlsplit(self.video_url).hostname or ""
