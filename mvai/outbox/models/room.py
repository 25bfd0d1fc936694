"""Staff chat rooms that are told by signed webhook."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass


class RoomQuerySet(models.QuerySet["Room"]):
    def active(self) -> RoomQuerySet:
        return self.filter(is_active=True)


class Room(Kept):
    """A staff chat room. What goes there is signed with the room's own secret."""

    retention: ClassVar = RetentionClass.PROGRAM_RECORD

    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(max_length=300)  # sealed; shown once, when the room is added
    is_active = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField()

    objects = RoomQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(name="outbox_room_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="outbox_room_speaks_http", condition=Q(url__startswith="http")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Where it is. The rest of the address may itself be a secret, so no page shows it."""
        return urlsplit(self.url).hostname or ""
