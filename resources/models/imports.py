"""An import of the catalog: the zip, how far it has come, and a line for each of its files."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from mvai.accounts.roles import Permission
from mvai.audit.models import Kept, RetentionClass
from mvai.outbox.claims import Claimable
from resources.models.files import StoredFile
from resources.states import ImportState, LineWhat

if TYPE_CHECKING:
    from mvai.accounts.models import User


class LibraryImportQuerySet(models.QuerySet["LibraryImport"]):
    def visible_to(self, user: "User") -> Self:
        return self if user.may(Permission.LIBRARY_EDIT) else self.none()

    def underway(self) -> Self:
        """What the worker has to go on with."""
        return self.filter(state__in=[ImportState.READING, ImportState.WRITING])


class LibraryImport(Claimable, Kept):
    """One zip that an editor handed in. It is read first, and written when they say yes."""

    retention: ClassVar = RetentionClass.DRAFT

    stored = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="imports"
    )
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    why = models.CharField(max_length=300, blank=True)  # it was refused as a whole
    total = models.PositiveIntegerField(default=0)  # files; 0 until it is known
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = LibraryImportQuerySet.as_manager()

    class Meta(Kept.Meta):
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                name="resources_import_state_is_known", condition=Q(state__in=ImportState.values)
            ),
            models.CheckConstraint(
                name="resources_import_ended_at_iff_it_ended",
                condition=Q(
                    state__in=[ImportState.DONE, ImportState.REFUSED, ImportState.CANCELED],
                    ended_at__isnull=False,
                    stored=None,
                )
                | Q(
                    state__in=[ImportState.READING, ImportState.READ, ImportState.WRITING],
                    ended_at=None,
                    stored__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="resources_import_is_written_once_confirmed",
                condition=~Q(state__in=[ImportState.WRITING, ImportState.DONE])
                | Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("resources:import_run", args=[self.pk])

    @property
    def is_underway(self) -> bool:
        return self.state in (ImportState.READING, ImportState.WRITING)

    @property
    def waits(self) -> bool:
        return self.state == ImportState.READ


class ImportLine(Kept):
    """What would become of one file, and afterward what did. `saw` is what the library looked
    like then: where it is otherwise by now, somebody has changed the item meanwhile."""

    retention: ClassVar = RetentionClass.DRAFT

    run = models.ForeignKey(LibraryImport, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    slug = models.CharField(max_length=80, blank=True)  # "": it belongs to no item
    path = models.CharField(max_length=200)
    what = models.CharField(max_length=8, choices=LineWhat)
    why = models.CharField(max_length=300, blank=True)
    fields = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    saw = models.CharField(max_length=64, blank=True)
    is_done = models.BooleanField(default=False)

    objects: ClassVar = models.Manager()

    class Meta(Kept.Meta):
        ordering = ("run", "number")
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="resources_import_lines_once"),
            models.CheckConstraint(
                name="resources_import_line_is_known", condition=Q(what__in=LineWhat.values)
            ),
            models.CheckConstraint(
                name="resources_import_refusal_has_a_reason",
                condition=~Q(what=LineWhat.REFUSED) | ~Q(why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.path
