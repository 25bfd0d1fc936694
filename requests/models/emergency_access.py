"""The one way in which somebody without the right reads a request: with a reason, for half an
hour, alerted and reviewed ("break glass", domain.md section 5)."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from requests.models.assistance_request import AssistanceRequest

if TYPE_CHECKING:
    from mvai.accounts.models import User


class Verdict(models.TextChoices):
    """What the reviewer found."""

    JUSTIFIED = "justified", _("It was needed")
    NOT_JUSTIFIED = "not_justified", _("It was not needed")


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    def visible_to(self, user: "User") -> "EmergencyAccessQuerySet":
        """Reviewers see every one; whoever opened one sees their own."""
        if user.may(Permission.ACCESS_REVIEW):
            return self
        if user.may(Permission.EMERGENCY_ACCESS):
            return self.filter(by=user)
        return self.none()

    def running(self, at: datetime) -> "EmergencyAccessQuerySet":
        return self.filter(began_at__lte=at, ends_at__gt=at)

    def unreviewed(self) -> "EmergencyAccessQuerySet":
        return self.filter(reviewed_at=None)


class EmergencyAccess(Kept):
    """One request, open to one person for the period [began_at, ends_at).

    Ending it early brings `ends_at` forward. It is reviewed by somebody else.
    """

    retention = RetentionClass.REQUEST_CORE

    assistance_request = models.ForeignKey(
        AssistanceRequest, models.PROTECT, related_name="emergency_accesses"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=280)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=15, choices=Verdict, blank=True)
    review_note = models.CharField(_("note"), max_length=280, blank=True)

    objects: ClassVar = EmergencyAccessQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("emergency access")
        ordering = ("-began_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="requests_emergency_gives_a_reason", condition=~Q(reason="")
            ),
            models.CheckConstraint(
                name="requests_emergency_ends_after_it_began",
                condition=Q(ends_at__gte=F("began_at")),
            ),
            models.CheckConstraint(
                name="requests_emergency_review_is_whole",
                condition=Q(reviewed_by=None, reviewed_at=None, verdict="")
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False)
                & Q(verdict__in=Verdict.values),
            ),
            models.CheckConstraint(
                name="requests_emergency_is_reviewed_by_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_request_id}: {self.began_at:%F %R}"

    def is_running(self, at: datetime) -> bool:
        return self.began_at <= at < self.ends_at
