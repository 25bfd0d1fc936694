"""Who is awake to keep promises, and whether the whole way still works."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from mvai.audit.models import Kept, RetentionClass


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def beat(self, name: str, at: datetime) -> None:
        """Note that `name` was awake at `at`."""
        Heartbeat.objects.bulk_create(
            [Heartbeat(name=name, at=at)],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["at"],
        )

    def last(self, name: str) -> datetime | None:  # type: ignore[override]
        return self.filter(name=name).values_list("at", flat=True).first()


class Heartbeat(Kept):
    """When a process last showed that it does its work."""

    retention: ClassVar = RetentionClass.REFERENCE

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Silence(Kept):
    """A time in which messages did not move, and whether the operators were told of it."""

    retention: ClassVar = RetentionClass.MESSAGE

    what = models.CharField(max_length=40)
    since = models.DateTimeField()  # the last sign of life
    noticed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    told_of_end_at = models.DateTimeField(null=True, blank=True)

    class Meta(Kept.Meta):
        constraints = [
            models.UniqueConstraint(
                name="outbox_silence_is_open_once", fields=("what",), condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} since {self.since:%F %R}"


class CycleQuerySet(models.QuerySet["Cycle"]):
    def underway(self) -> CycleQuerySet:
        return self.filter(ended_at=None)

    def came_round(self) -> CycleQuerySet:
        return self.filter(received_at__isnull=False)


class Cycle(Kept):
    """One round of a test message over the true way: promised, handed over, received.

    A round ends when its message has come back, or when it is given up for late.
    """

    retention: ClassVar = RetentionClass.MESSAGE

    channel = models.CharField(max_length=10)
    promised_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CycleQuerySet.as_manager()

    class Meta(Kept.Meta):
        indexes = [models.Index(fields=["-promised_at"], name="outbox_cycle_by_time")]
        constraints = [
            models.UniqueConstraint(
                name="outbox_one_cycle_underway", fields=("channel",), condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="outbox_cycle_received_has_ended",
                condition=Q(received_at=None) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.promised_at:%F %R}"
