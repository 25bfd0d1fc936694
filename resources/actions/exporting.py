"""The whole catalog as one zip, the same to the byte whenever it says the same.

Nothing in it is packed: what packs is a library whose versions differ in their bytes, texts are
small and PDF and DOCX files are packed already. Who wrote and published stays here.
"""

import stat
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from django.db import connection, transaction

from mvai.accounts.models import User
from mvai.audit import log
from resources.actions import stored
from resources.models import Edition
from resources.rules.catalog_file import Place, carried, written

_NEVER = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name
_UNIX = 3
_BATCH = 100


def export_library(
    file: BinaryIO,
    *,
    by: User | None,
    at: datetime,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write every edition with its files as of one moment; returns how many editions."""
    count = 0
    with transaction.atomic(), zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        _as_of_one_moment()
        editions = Edition.objects.select_related("item").prefetch_related("files__stored")
        ordered = editions.order_by("item__slug", "language", "number")
        for edition in ordered.iterator(chunk_size=_BATCH):
            _add(archive, edition)
            count += 1
            if on_progress:
                on_progress(count)
    log.record_read(verb="library.exported", target=None, by=by, at=at, editions=count)
    return count


def _as_of_one_moment() -> None:
    """A test's transaction has begun already; there nobody else writes."""
    if len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _add(archive: zipfile.ZipFile, edition: Edition) -> None:
    place = Place(edition.item.slug, edition.language, edition.number)
    files = carried(edition.files.all())
    with archive.open(_entry(place.path), "w") as entry:
        entry.write(written(edition, files).encode())
    for one in files:
        assert one.stored is not None
        inside = Place(place.slug, place.language, place.number, one.name)
        with archive.open(_entry(inside.path), "w") as entry:
            for piece in stored.parts(one.stored):
                entry.write(piece)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _NEVER)
    entry.create_system = _UNIX
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry
