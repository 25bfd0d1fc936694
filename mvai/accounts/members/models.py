"""Invitations to an account, and ways back into one whose second factor is lost."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; its time may be over."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(Kept):
    """An account that waits for its person to choose a password, in [invited_at, expires_at).

    Sent anew it is the same row with new times; the log has the earlier ones. What the mail
    links to is derived when it leaves, and stored nowhere.
    """

    retention = RetentionClass.ACCOUNT

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitation")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta(Kept.Meta):
        constraints = [
            models.CheckConstraint(
                name="accounts_invitation_expires_after_it_was_sent",
                condition=Q(expires_at__gt=F("invited_at")),
            ),
            models.CheckConstraint(
                name="accounts_invitation_is_accepted_or_withdrawn",
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="accounts_nobody_invites_themselves", condition=~Q(invited_by=F("user"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.invited_at:%F %R}"

    def is_open(self, at: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and at < self.expires_at


class FactorRecoveryQuerySet(models.QuerySet["FactorRecovery"]):
    def unconfirmed(self) -> "FactorRecoveryQuerySet":
        return self.filter(confirmed_at=None, ended_at=None)

    def open(self, at: datetime) -> "FactorRecoveryQuerySet":
        """Those that a second administrator may still confirm."""
        return self.unconfirmed().filter(expires_at__gt=at)


class FactorRecovery(Kept):
    """Somebody has lost their second factor: one administrator says so, another confirms it."""

    retention = RetentionClass.AUDIT

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="factor_recoveries"
    )
    reason = models.CharField(_("reason"), max_length=280)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # withdrawn, or too late

    objects = FactorRecoveryQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("-opened_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="accounts_recovery_gives_a_reason", condition=~Q(reason="")
            ),
            models.CheckConstraint(
                name="accounts_recovery_expires_after_it_was_opened",
                condition=Q(expires_at__gt=F("opened_at")),
            ),
            models.CheckConstraint(
                name="accounts_recovery_is_confirmed_whole",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, ended_at=None)
                & Q(confirmed_at__lt=F("expires_at")),
            ),
            models.CheckConstraint(
                name="accounts_recovery_takes_two",
                condition=~Q(opened_by=F("user"))
                & (Q(confirmed_by=None) | ~Q(confirmed_by=F("opened_by")))
                & (Q(confirmed_by=None) | ~Q(confirmed_by=F("user"))),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at=None, ended_at=None),
                name="accounts_one_open_recovery_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.opened_at:%F %R}"

    def is_open(self, at: datetime) -> bool:
        return self.confirmed_at is None and self.ended_at is None and at < self.expires_at
