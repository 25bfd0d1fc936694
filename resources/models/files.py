"""Files that hang on an edition, and their bytes."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
from mvai.web.prepared import Moment
from resources.models.edition import Edition
from resources.states import FileKind, FileState, Scan

if TYPE_CHECKING:
    from mvai.accounts.models import User


class StoredFile(Kept):
    """Bytes, in parts of a megabyte: the database's backups hold them, and no page loads them
    whole. Written once and never changed."""

    retention: ClassVar = RetentionClass.REFERENCE

    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        constraints = [
            models.CheckConstraint(name="resources_stored_file_has_bytes", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class StoredPart(Kept):
    retention: ClassVar = RetentionClass.REFERENCE

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["file", "number"], name="resources_each_part_is_there_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.number}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: "User") -> Self:
        """What editors see: every file, also of drafts."""
        return self.filter(edition__in=Edition.objects.visible_to(user))

    def released(self) -> Self:
        return self.filter(state=FileState.RELEASED)

    def to_scan(self, now: Moment) -> Self:
        return self.filter(state=FileState.QUARANTINED).filter(Q(due_at=None) | Q(due_at__lte=now))


class Attachment(Claimable, Kept):
    """A file of an edition. Nobody is handed it before it is released."""

    retention: ClassVar = RetentionClass.REFERENCE

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="files")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(max_length=4, choices=FileKind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # None once it was refused: what a scanner found isn't kept. Editions may share one.
    stored = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    state = models.CharField(max_length=12, choices=FileState, default=FileState.QUARANTINED)
    scan = models.CharField(max_length=12, choices=Scan, default=Scan.NOT_SCANNED)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # when the scanner is asked again
    tries = models.PositiveIntegerField(default=0)

    objects: ClassVar = AttachmentQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("edition", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name"], name="resources_names_of_files_differ"
            ),
            models.CheckConstraint(
                name="resources_file_state_is_known",
                condition=Q(state__in=FileState.values, scan__in=Scan.values),
            ),
            models.CheckConstraint(
                name="resources_file_kind_is_known", condition=Q(kind__in=FileKind.values)
            ),
            models.CheckConstraint(
                name="resources_file_has_bytes_unless_refused",
                condition=Q(state=FileState.REFUSED, stored=None)
                | ~Q(state=FileState.REFUSED) & Q(stored__isnull=False),
            ),
            models.CheckConstraint(
                name="resources_file_decided_at_iff_decided",
                condition=Q(state=FileState.QUARANTINED, decided_at=None)
                | ~Q(state=FileState.QUARANTINED) & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="resources_found_files_are_refused",
                condition=~Q(scan=Scan.FOUND) | Q(state=FileState.REFUSED),
            ),
            # Spelled out: a check that comes to NULL passes.
            models.CheckConstraint(
                name="resources_a_second_person_lets_a_file_through",
                condition=Q(decided_by=None) | Q(added_by=None) | ~Q(decided_by=F("added_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("resources:file", args=[self.pk, self.name])

    @property
    def is_released(self) -> bool:
        return self.state == FileState.RELEASED

    @property
    def is_waiting(self) -> bool:
        return self.state == FileState.QUARANTINED
