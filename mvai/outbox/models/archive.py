"""Messages that nobody works with any more, kept out of the way of those that matter."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mvai.audit.models import Kept, RetentionClass
from mvai.people.models import Person


class ArchivedMessage(Kept):
    """A settled message of long ago, with its tries and what the provider said, in one row.

    `message_id` is the id it had. `record` holds the other columns, the tries and the events.
    """

    retention: ClassVar = RetentionClass.MESSAGE

    message_id = models.BigIntegerField(unique=True)
    purpose = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    label = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField()
    record = models.JSONField()

    class Meta(Kept.Meta):
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="outbox_archive_of_a_subject"),
            models.Index(fields=["label"], name="outbox_archive_by_label"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.label}".strip()
