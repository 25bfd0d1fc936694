"""Brings the agency directory up to a published file, in one transaction."""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from mvai.agencies.directory import Directory, Listing, RefusedRow
from mvai.agencies.models import Agency
from mvai.agencies.names import key_for, place_key_for
from mvai.agencies.places import time_zone_for
from mvai.audit import log
from mvai.web.refusals import Refused

BATCH = 1_000
_LOCK = 0x4147454E  # "AGEN": one import at a time
# What the directory tells. Size, city and published number are the staff's, and stay.
_FROM_DIRECTORY = (
    "name",
    "agency_type_id",
    "county",
    "state",
    "latitude",
    "longitude",
    "time_zone",
    "source",
    "is_listed",
)
_PLACE = ("county", "state", "latitude", "longitude")


class ImportRefused(Refused):
    """The file can be read, and taking it would do harm."""


@dataclass(frozen=True, slots=True)
class Change:
    """One agency that is new, renamed, changed or dropped."""

    what: str
    ori: str
    name: str
    was: str = ""  # its name before, of a renamed one


@dataclass
class Summary:
    """What an import did, or, on a dry run, would do."""

    added: int = 0
    renamed: int = 0  # another name, whatever else changed
    changed: int = 0  # anything else
    unchanged: int = 0
    refused: int = 0
    no_longer_listed: int = 0

    @property
    def rows(self) -> int:
        return self.added + self.renamed + self.changed + self.unchanged + self.refused


def import_directory(
    path: Path,
    *,
    at: datetime,
    by: Any = None,
    dry_run: bool = False,
    partial: bool = False,
    drop_many: bool = False,
    on_refused: Callable[[RefusedRow], None] = lambda row: None,
    on_change: Callable[[Change], None] = lambda change: None,
    on_progress: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Add and change agencies by ORI, and unlist those that are no longer in the file.

    Nothing is ever deleted: requests point at agencies. A `partial` file unlists none. Unless
    `drop_many`, a file that would unlist more than half of the directory is refused, as it is
    most likely cut off. Everything happens or nothing does; a dry run does and undoes it.

    Raises `Unreadable` or `ImportRefused`, each with a sentence.
    """
    summary = Summary()
    named: set[str] = set()
    with transaction.atomic():
        _only_one_at_a_time()
        rows = _noting(Directory(path), named, summary, on_refused)
        for listings in _batches(rows):
            _put(listings, summary, on_change)
            on_progress(summary)
        if not partial:
            gone = _unlist_all_but(named, drop_many=drop_many)
            summary.no_longer_listed = len(gone)
            for ori, name in gone:
                on_change(Change("dropped", ori, name))
        log.record(
            verb="agencies.imported",
            by=by,
            at=at,
            file=f"sha256:{_fingerprint(path)}",
            partial=partial,
            added=summary.added,
            renamed=summary.renamed,
            changed=summary.changed,
            unchanged=summary.unchanged,
            refused=summary.refused,
            no_longer_listed=summary.no_longer_listed,
        )
        transaction.set_rollback(dry_run)
    return summary


def _only_one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise ImportRefused("Another import is running. Try again when it has ended.")


def _noting(
    rows: Iterable[Listing | RefusedRow],
    named: set[str],
    summary: Summary,
    on_refused: Callable[[RefusedRow], None],
) -> Iterator[Listing]:
    """The listings; every ORI the file names at all goes into `named`.

    An agency whose row was refused is still in the file, so it stays listed.
    """
    for row in rows:
        if isinstance(row, RefusedRow):
            named.update(row.oris)
            summary.refused += 1
            on_refused(row)
        else:
            named.add(row.ori)
            yield row


def _batches(listings: Iterator[Listing]) -> Iterator[list[Listing]]:
    while batch := list(itertools.islice(listings, BATCH)):
        yield batch


def _put(listings: list[Listing], summary: Summary, on_change: Callable[[Change], None]) -> None:
    there = {
        row["ori"]: row
        for row in Agency.objects.filter(ori__in=[listing.ori for listing in listings]).values(
            "ori", "city", *_FROM_DIRECTORY
        )
    }
    to_write = []
    for listing in listings:
        before = there.get(listing.ori)
        after = _as_stored(listing, before)
        if before is None:
            summary.added += 1
            on_change(Change("new", listing.ori, listing.name))
        elif all(before[field] == after[field] for field in _FROM_DIRECTORY):
            summary.unchanged += 1
            continue
        elif before["name"] != listing.name:
            summary.renamed += 1
            on_change(Change("renamed", listing.ori, listing.name, before["name"]))
        else:
            summary.changed += 1
            on_change(Change("changed", listing.ori, listing.name))
        city = before["city"] if before else ""
        keys = {
            "name_key": key_for(listing.name),
            "place_key": place_key_for(county=listing.county, city=city),
        }
        to_write.append(Agency(ori=listing.ori, **keys, **after))
    if to_write:
        Agency.objects.bulk_create(
            to_write,
            update_conflicts=True,
            unique_fields=["ori"],
            update_fields=[
                *(name.removesuffix("_id") for name in _FROM_DIRECTORY),
                "name_key",
                "place_key",
            ],
        )


def _as_stored(listing: Listing, before: dict[str, Any] | None) -> dict[str, Any]:
    place = {field: getattr(listing, field) for field in _PLACE}
    if before and before["time_zone"] and all(before[field] == place[field] for field in _PLACE):
        # The zone is a guess that staff may have mended: it stays as long as the place does.
        time_zone = before["time_zone"]
    else:
        time_zone = time_zone_for(**place)
    return {
        **place,
        "name": listing.name,
        "agency_type_id": listing.agency_type or None,
        "time_zone": time_zone,
        "source": Agency.Source.DIRECTORY.value,
        "is_listed": True,
    }


def _unlist_all_but(named: set[str], *, drop_many: bool) -> list[tuple[str, str]]:
    """ORI and name of those that are listed no more; they stay, with all that points at them."""
    listed = Agency.objects.filter(source=Agency.Source.DIRECTORY, is_listed=True)
    known = list(listed.order_by("ori").values_list("ori", "pk", "name"))
    gone = [row for row in known if row[0] not in named]
    if len(gone) > len(known) / 2 and not drop_many:
        raise ImportRefused(
            f"{len(gone):,} of {len(known):,} listed agencies are not in this file. "
            "If it holds only a part of the directory, say --partial; "
            "if they are really gone, say --drop-many."
        )
    for start in range(0, len(gone), BATCH):
        some = [pk for _ori, pk, _name in gone[start : start + BATCH]]
        Agency.objects.filter(pk__in=some).update(is_listed=False)
    return [(str(ori), name) for ori, _pk, name in gone]


def _fingerprint(path: Path) -> str:
    """Which file it was, without its name: names of files may tell more than they should."""
    digest = hashlib.sha256()
    with open(path, "rb") as raw:
        while chunk := raw.read(1 << 16):
            digest.update(chunk)
    return digest.hexdigest()[:16]
