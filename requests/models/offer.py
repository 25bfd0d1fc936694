"""Asking advisors: one round of outreach, and its offers."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
from requests.models.assistance_request import AssistanceRequest
from requests.states import (
    ENDED_WITHOUT_YES,
    OFFER_NEXT,
    OPEN_OFFER,
    AdvisorRole,
    OfferState,
    OutreachState,
)

if TYPE_CHECKING:
    from mvai.accounts.models import User

IS_OPEN_OFFER = Q(state__in=sorted(OPEN_OFFER))


class Outreach(Kept):
    """One round of asking: its ranking and its time-outs are frozen when it starts.

    `ranking` is what `advisors.matching.Ranking.frozen()` gave; `Ranking.thawed` reads it.
    Later edits of a profile never rewrite it.
    """

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="outreaches"
    )
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ranking = models.JSONField()
    answer_within = models.DurationField()
    wants_alternate = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=OutreachState, default=OutreachState.RUNNING)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="requests_one_running_outreach",
                fields=["assistance_request"],
                condition=Q(state=OutreachState.RUNNING),
            ),
            models.CheckConstraint(
                name="requests_outreach_state_is_known",
                condition=Q(state__in=OutreachState.values),
            ),
            models.CheckConstraint(
                name="requests_outreach_ended_iff_not_running",
                condition=Q(state=OutreachState.RUNNING, ended_at=None)
                | (~Q(state=OutreachState.RUNNING) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="requests_outreach_gives_time_to_answer",
                condition=Q(answer_within__gt=timedelta(0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.state}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, user: "User") -> "OfferQuerySet":
        """Staff see every offer; an advisor only their own."""
        if user.may(Permission.REQUEST_VIEW_ALL):
            return self
        return self.filter(advisor__person=user.person_id)

    def open(self) -> "OfferQuerySet":
        return self.filter(IS_OPEN_OFFER)

    def unanswered_by(self, now: datetime) -> "OfferQuerySet":
        """Open offers whose time is over."""
        return self.open().filter(expires_at__lte=now)


class Offer(Claimable, Kept):
    """A question to one advisor: could you take this? No is free."""

    retention = RetentionClass.REQUEST_CORE

    outreach = models.ForeignKey(Outreach, models.PROTECT, related_name="offers")
    assistance_request = models.ForeignKey(AssistanceRequest, models.PROTECT, related_name="offers")
    advisor = models.ForeignKey("advisors.Advisor", models.PROTECT, related_name="offers")
    role = models.CharField(max_length=10, choices=AdvisorRole)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)  # in the frozen list, from 1
    override_reason = models.CharField(max_length=280, blank=True)  # chosen against a rule
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=OfferState, default=OfferState.PROMISED)
    offered_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # the message was handed over
    seen_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    link_generation = models.PositiveIntegerField(default=0)  # raising it ends links in messages

    objects: ClassVar = OfferQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ["offered_at", "pk"]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=IS_OPEN_OFFER, name="requests_open_offers"
            ),
            models.Index(fields=["advisor", "-offered_at"], name="requests_offers_of_advisor"),
            models.Index(fields=["offered_at"], name="requests_offers_by_time"),
            models.Index(
                fields=["ended_at"],
                condition=Q(state__in=sorted(ENDED_WITHOUT_YES)),
                name="requests_offers_to_quiet",
            ),
        ]
        triggers = [
            *Kept.Meta.triggers,
            pgtrigger.FSM(
                name="requests_offer_moves_forward",
                field="state",
                transitions=[
                    (source.value, target.value)
                    for source, targets in OFFER_NEXT.items()
                    for target in sorted(targets)
                ],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="requests_one_open_offer_per_advisor",
                fields=["assistance_request", "advisor"],
                condition=IS_OPEN_OFFER,
            ),
            models.UniqueConstraint(
                name="requests_one_open_lead_offer",
                fields=["assistance_request"],
                condition=IS_OPEN_OFFER & Q(role=AdvisorRole.LEAD),
            ),
            models.CheckConstraint(
                name="requests_offer_state_is_known", condition=Q(state__in=OfferState.values)
            ),
            models.CheckConstraint(
                name="requests_offer_role_is_known", condition=Q(role__in=AdvisorRole.values)
            ),
            models.CheckConstraint(
                name="requests_offer_ended_iff_not_open",
                condition=Q(IS_OPEN_OFFER, ended_at=None)
                | Q(~IS_OPEN_OFFER, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="requests_offer_expires_after_offered",
                condition=Q(expires_at__gt=F("offered_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.role} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_OFFER

    def get_role_label(self) -> str:
        return str(AdvisorRole(self.role).label) if self.role else str(_("Advisor"))
