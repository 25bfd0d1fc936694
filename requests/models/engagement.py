"""An advisor's part in a request, and what they noted of it."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest
from requests.models.offer import Offer
from requests.states import AdvisorRole, EngagementState

if TYPE_CHECKING:
    from mvai.accounts.models import User

SEATS = 5  # nobody carries more (domain.md 4); the gate is the advisor's own limit
IS_ACTIVE = Q(state=EngagementState.ACTIVE)


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def visible_to(self, user: "User") -> "EngagementQuerySet":
        """Staff see all; an advisor sees their own while it is active."""
        if user.may(Permission.REQUEST_VIEW_ALL):
            return self
        return self.filter(IS_ACTIVE, advisor__person=user.person_id)

    def active(self) -> "EngagementQuerySet":
        return self.filter(IS_ACTIVE)

    def leads(self) -> "EngagementQuerySet":
        return self.filter(role=AdvisorRole.LEAD)


class Engagement(Kept):
    """One advisor at a leader's side.

    `seat` makes an advisor's load a matter of the database: two acceptances at once can't
    take the same one.
    """

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="engagements"
    )
    advisor = models.ForeignKey("advisors.Advisor", models.PROTECT, related_name="engagements")
    offer = models.OneToOneField(Offer, models.PROTECT, related_name="engagement")
    role = models.CharField(max_length=10, choices=AdvisorRole)
    seat = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=EngagementState, default=EngagementState.ACTIVE)
    started_at = models.DateTimeField()
    # One line for the leader, where the desk lets them choose among those who said yes.
    choice_reason = models.CharField(_("why this one"), max_length=140, blank=True)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = EngagementQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="requests_one_active_lead",
                fields=["assistance_request"],
                condition=IS_ACTIVE & Q(role=AdvisorRole.LEAD),
            ),
            models.UniqueConstraint(
                name="requests_one_active_alternate",
                fields=["assistance_request"],
                condition=IS_ACTIVE & Q(role=AdvisorRole.ALTERNATE),
            ),
            models.UniqueConstraint(
                name="requests_advisor_active_once",
                fields=["assistance_request", "advisor"],
                condition=IS_ACTIVE,
            ),
            models.UniqueConstraint(
                name="requests_one_engagement_per_seat",
                fields=["advisor", "seat"],
                condition=IS_ACTIVE,
            ),
            models.CheckConstraint(
                name="requests_seat_is_one_to_five", condition=Q(seat__gte=1, seat__lte=SEATS)
            ),
            models.CheckConstraint(
                name="requests_engagement_state_is_known",
                condition=Q(state__in=EngagementState.values),
            ),
            models.CheckConstraint(
                name="requests_engagement_role_is_known",
                condition=Q(role__in=AdvisorRole.values),
            ),
            models.CheckConstraint(
                name="requests_engagement_ended_iff_not_active",
                condition=Q(IS_ACTIVE, ended_at=None) | Q(~IS_ACTIVE, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="requests_engagement_ends_after_start",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.role} {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state == EngagementState.ACTIVE


class ContactLog(Kept):
    """One contact between an advisor and the agency: facts, never a transcript."""

    retention = RetentionClass.REQUEST_CORE

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="contacts")
    mode = models.ForeignKey("taxonomy.EngagementType", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    topics = models.ManyToManyField("taxonomy.Need", blank=True, related_name="+")
    participants = models.CharField(_("who took part, by role"), max_length=120, blank=True)
    note = models.CharField(_("facts only"), max_length=500, blank=True)
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["at"], name="requests_contacts_by_time")]
        constraints = [
            models.CheckConstraint(
                name="requests_contact_lasts_at_most_a_day",
                condition=Q(minutes__gte=0, minutes__lte=1440),
            ),
            models.CheckConstraint(
                name="requests_contact_logged_after_it_began",
                condition=Q(logged_at__gte=F("at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id}: {self.at:%F %R}"
