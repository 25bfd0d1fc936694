"""What every record shares, and the log that only grows."""

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from mvai.audit.retention import CountedFrom, RetentionClass

__all__ = [
    "AuditEntry",
    "AuditPosition",
    "AuditSeal",
    "AwardEnd",
    "Kept",
    "Purge",
    "RetentionClass",
    "RetentionPeriod",
]


class Kept(models.Model):
    """A record with a retention class. One under legal hold can't be deleted by anyone.

    A model's own Meta inherits `Kept.Meta`; one with triggers of its own adds them to
    `Kept.Meta.triggers`.
    """

    retention: ClassVar[RetentionClass]

    legal_hold = models.BooleanField(_("under legal hold"), default=False, db_default=False)

    class Meta:
        abstract = True
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Protect(
                name="keep_what_is_on_hold",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__legal_hold=True),
            )
        ]


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def about(self, target: models.Model) -> "AuditEntryQuerySet":
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))

    def writes(self) -> "AuditEntryQuerySet":
        return self.filter(kind=AuditEntry.Kind.WRITE)

    def reads(self) -> "AuditEntryQuerySet":
        return self.filter(kind=AuditEntry.Kind.READ)


class AuditEntry(Kept):
    """Who did or opened what, when, from where, and how it ended.

    Rows are only ever added: the database refuses UPDATE and DELETE. They hold ids, codes and
    field names, never personal values, and have no foreign keys, so that nothing in the log
    depends on what happens to the things it tells of.
    """

    class Kind(models.TextChoices):
        WRITE = "write", _("Write")
        READ = "read", _("Read")

    class Result(models.TextChoices):
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    class Via(models.TextChoices):
        WEB = "web", _("A page")
        WORKER = "worker", _("The worker")
        WATCHDOG = "watchdog", _("The watchdog")
        COMMAND = "command", _("A command")

    retention = RetentionClass.AUDIT

    at = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.WRITE)
    verb = models.CharField(_("verb"), max_length=60)
    actor_id = models.BigIntegerField(_("who"), null=True)
    actor_roles = models.CharField(_("in which roles"), max_length=200, blank=True)
    target_type = models.CharField(_("kind of record"), max_length=80, blank=True)
    target_id = models.CharField(_("record"), max_length=60, blank=True)
    label = models.CharField(_("reference"), max_length=60, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, default=Result.DONE)
    address = models.CharField(_("from where"), max_length=45, blank=True)
    via = models.CharField(_("by way of"), max_length=10, choices=Via, default=Via.COMMAND)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta(Kept.Meta):
        db_table = "audit_entry"
        ordering = ("-at", "-pk")
        triggers = [
            pgtrigger.Protect(name="only_ever_added", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        indexes = [
            models.Index(fields=["at"], name="audit_entry_at"),
            models.Index(fields=["target_type", "target_id", "at"], name="audit_entry_target"),
            models.Index(
                fields=["actor_id", "at"],
                name="audit_entry_actor",
                condition=models.Q(actor_id__isnull=False),
            ),
            models.Index(
                fields=["label", "at"], name="audit_entry_label", condition=~models.Q(label="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="audit_kind_is_known", condition=models.Q(kind__in=["write", "read"])
            ),
            models.CheckConstraint(
                name="audit_result_is_known", condition=models.Q(result__in=["done", "refused"])
            ),
            models.CheckConstraint(
                name="audit_via_is_known",
                condition=models.Q(via__in=["web", "worker", "watchdog", "command"]),
            ),
            models.CheckConstraint(
                name="audit_verb_is_dotted",
                condition=models.Q(verb__regex=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$"),
            ),
            models.CheckConstraint(
                name="audit_target_has_a_type_and_an_id",
                condition=models.Q(target_type="", target_id="")
                | (~models.Q(target_type="") & ~models.Q(target_id="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.label or self.target_id}".strip()


class AuditSeal(Kept):
    """A batch of entries, sealed: one link of the chain that shows when the log was changed.

    Covers every number from `first_id` to `last_id`. `gaps` are the ranges among them that no
    entry has and none can get any more, as [first, last]; `marks` the first 8 bytes of each
    entry's own code, in their order. `digest` is keyed (`key_id` of AUDIT_KEYS) and taken over
    all of this, the entries, and the digest before. Rows are only ever added.
    """

    retention = RetentionClass.AUDIT

    number = models.BigIntegerField(unique=True)
    form = models.PositiveSmallIntegerField(default=1)
    previous = models.CharField(max_length=64, blank=True, unique=True)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    gaps = models.JSONField(default=list, blank=True)
    marks = models.BinaryField()
    key_id = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta(Kept.Meta):
        db_table = "audit_seal"
        ordering = ("number",)
        triggers = [
            pgtrigger.Protect(name="only_ever_added", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        constraints = [
            models.CheckConstraint(
                name="audit_seal_covers_something",
                condition=models.Q(first_id__gte=1)
                & models.Q(last_id__gte=models.F("first_id"))
                & models.Q(count__gte=1),
            ),
            models.CheckConstraint(
                name="audit_first_seal_follows_none",
                condition=models.Q(number=1, previous="")
                | (models.Q(number__gt=1) & ~models.Q(previous="")),
            ),
        ]

    def __str__(self) -> str:
        return f"seal {self.number}"


class AuditPosition(Kept):
    """How far sealing, checking and sending have come. Losing one costs time, never an entry."""

    retention = RetentionClass.REFERENCE

    name = models.CharField(max_length=20, unique=True)
    number = models.BigIntegerField(default=0)  # an entry's for sealing, a seal's for the others
    at = models.DateTimeField(null=True, blank=True)  # the last step
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(null=True, blank=True)  # something is wrong since
    notes = models.JSONField(default=list, blank=True)

    class Meta(Kept.Meta):
        db_table = "audit_position"

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class AwardEndQuerySet(models.QuerySet["AwardEnd"]):
    def current(self) -> date | None:
        """The last day of the award, as somebody said last; None while nobody has."""
        return self.order_by("-pk").values_list("ends_on", flat=True).first()


class AwardEnd(Kept):
    """The last day of the award, as it was said at one time; the newest row counts."""

    retention = RetentionClass.REFERENCE

    ends_on = models.DateField(_("last day of the award"))
    said_at = models.DateTimeField()

    objects = AwardEndQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.ends_on.isoformat()


class RetentionPeriod(Kept):
    """How long one class of records is kept, and from when that is counted."""

    retention = RetentionClass.REFERENCE

    code = models.CharField(max_length=20, choices=RetentionClass, unique=True)
    years = models.PositiveSmallIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=0)
    counted_from = models.CharField(max_length=12, choices=CountedFrom)

    class Meta(Kept.Meta):
        constraints = [
            models.CheckConstraint(
                name="audit_period_code_is_known",
                condition=models.Q(code__in=RetentionClass.values),
            ),
            models.CheckConstraint(
                name="audit_period_counts_from_a_known_moment",
                condition=models.Q(counted_from__in=CountedFrom.values),
            ),
            models.CheckConstraint(
                name="audit_period_lasts",
                condition=models.Q(years__gt=0) | models.Q(days__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Purge(Kept):
    """What one rule removed in one night: how many rows, nothing of what was in them."""

    retention = RetentionClass.REFERENCE

    night = models.DateField()  # UTC
    rule = models.CharField(max_length=40)
    rows = models.PositiveIntegerField(default=0)
    failed = models.BooleanField(default=False)

    class Meta(Kept.Meta):
        ordering = ("-night", "rule")
        constraints = [
            models.UniqueConstraint(fields=["night", "rule"], name="audit_purge_once_a_night")
        ]

    def __str__(self) -> str:
        return f"{self.night} {self.rule}"
