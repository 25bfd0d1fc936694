"""Tries to get in that were wrong, or have not been found right yet."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from mvai.audit.models import Kept, RetentionClass


class TryQuerySet(models.QuerySet["Try"]):
    def since(self, moment: datetime) -> TryQuerySet:
        return self.filter(at__gt=moment)


class Try(Kept):
    """One try. It names neither account nor address: both are keyed hashes (see counting.py)."""

    retention = RetentionClass.CONTACT_TOKEN

    account = models.CharField(max_length=64)
    # The browser that was signed in to this account before; blank for strangers. In a tally
    # (rates.py), what is counted once however often it comes.
    device = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = TryQuerySet.as_manager()

    class Meta(Kept.Meta):
        db_table = "accounts_try"
        indexes = [
            models.Index(fields=["account", "device", "at"], name="accounts_try_account"),
            models.Index(fields=["address", "at"], name="accounts_try_address"),
            models.Index(fields=["at"], name="accounts_try_at"),
        ]
        constraints = [
            models.CheckConstraint(
                name="accounts_try_is_hashed",
                condition=Q(account__regex=r"^[0-9a-f]{64}$", address__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
