"""A form that met the lock, kept until its writer is back."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mvai.audit.models import Kept, RetentionClass


class KeptFormQuerySet(models.QuerySet["KeptForm"]):
    def waiting_for(self, *, user_pk: int, sign_in: str, at: datetime) -> KeptFormQuerySet:
        """What this person sent in this browser and has neither sent again nor discarded."""
        if not sign_in:
            return self.none()
        return self.filter(user_id=user_pk, sign_in=sign_in, expires_at__gt=at).order_by("pk")

    def expired(self, at: datetime) -> KeptFormQuerySet:
        return self.filter(expires_at__lte=at, legal_hold=False)


class KeptForm(Kept):
    """One form. Where it was going and what it said are sealed, as a browser would send them."""

    retention = RetentionClass.DRAFT

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sign_in = models.CharField(max_length=32)  # see marks.sign_in_of
    sealed = models.TextField()
    kept_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = KeptFormQuerySet.as_manager()

    class Meta(Kept.Meta):
        db_table = "accounts_kept_form"
        indexes = [
            models.Index(fields=["user", "sign_in"], name="accounts_kept_form_of"),
            models.Index(fields=["expires_at"], name="accounts_kept_form_expires"),
        ]
        constraints = [
            models.CheckConstraint(
                name="accounts_kept_form_ends_later", condition=Q(expires_at__gt=F("kept_at"))
            ),
            models.CheckConstraint(
                name="accounts_kept_form_has_a_sign_in", condition=~Q(sign_in="")
            ),
        ]
