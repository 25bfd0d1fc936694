"""Messages that nobody works with any more, kept out of the way of those that matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import OneToOneRel

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.models.message import MAY_SEE, Attempt, Message
from mvai.people.models import Person

Row = TypeVar("Row", bound=models.Model)


class ArchivedMessageQuerySet(models.QuerySet["ArchivedMessage"]):
    def visible_to(self, user: Any) -> ArchivedMessageQuerySet:
        """Who may see messages may see old ones, too."""
        return self if user.is_authenticated and user.may(MAY_SEE) else self.none()

    def as_they_were(self) -> list[Message]:
        """Each as in `as_it_was`, with its person and room at hand: two queries."""
        found = [kept.as_it_was() for kept in self.select_related("person")]
        models.prefetch_related_objects(found, "room")
        return found


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

    objects = ArchivedMessageQuerySet.as_manager()

    class Meta(Kept.Meta):
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="outbox_archive_of_a_subject"),
            models.Index(fields=["label"], name="outbox_archive_by_label"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.label}".strip()

    def as_it_was(self) -> Message:
        """The message to look at, never to save; its `tries` are in `tries()`."""
        message = _restored(Message, self.record)
        message.is_archived = True
        message.person = self.person
        # What was sent again in its place went into the archive before it.
        again = Message._meta.get_field("again")
        assert isinstance(again, OneToOneRel)
        again.set_cached_value(message, None)
        return message

    def tries(self) -> list[Attempt]:
        return [_restored(Attempt, row) for row in self.record["tries"]]


def _restored(model: type[Row], record: Mapping[str, Any]) -> Row:
    """A row from the columns that an archive kept; what it doesn't hold has its default."""
    fields = [field for field in model._meta.concrete_fields if field.attname in record]
    return model(**{field.attname: field.to_python(record[field.attname]) for field in fields})
