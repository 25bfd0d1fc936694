"""Imports go after a while, with their zips and lines. What came in by them stays."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mvai.audit import purging
from mvai.audit.models import RetentionClass
from mvai.outbox.retiring import OWN, holds_one
from resources.models import Attachment, ImportLine, LibraryImport, StoredFile, StoredPart


def _past(cutoff: datetime) -> QuerySet[LibraryImport]:
    return LibraryImport.objects.filter(created_at__lt=cutoff)


def _held() -> Q:
    return OWN | holds_one(ImportLine, "run")


def _remove(pks: list[int]) -> dict[str, int]:
    runs = LibraryImport._base_manager.filter(pk__in=pks)
    files = list(runs.exclude(stored=None).values_list("stored", flat=True))
    shared = Attachment._base_manager.filter(stored__in=files).values("stored")
    zips = list(
        StoredFile.objects.filter(pk__in=files).exclude(pk__in=shared).values_list("pk", flat=True)
    )
    return purging.delete(
        ImportLine._base_manager.filter(run__in=pks),
        runs,
        StoredPart._base_manager.filter(file__in=zips),
        StoredFile._base_manager.filter(pk__in=zips),
    )


def register() -> None:
    purging.register(
        purging.Rule(
            name="library_imports",
            label=_("Imports of the library, with what was said about each file"),
            retention=RetentionClass.DRAFT,
            past=_past,
            held=_held,
            remove=_remove,
            models=(LibraryImport, ImportLine),
        )
    )
