"""An editor's import: handed in, read, confirmed and written, item by item.

What has to be done is rows. A worker takes an import with a lease and goes on where it stands; a
worker that dies leaves an item as it was, and the next one begins with that item again.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.outbox import claims, doorbell
from mvai.web.refusals import Refused
from resources.actions import stored
from resources.actions.importing import ChangedMeanwhile, write_item
from resources.actions.planning import contents, plan
from resources.models import ImportLine, LibraryImport
from resources.rules import editions
from resources.rules.archives import MB, Archive, Limits, opened
from resources.rules.import_plans import Line
from resources.states import ImportState, LineWhat

TASK = "library.import"
BY_PAGE = Limits(packed=100 * MB, unpacked=400 * MB, entries=5_000)
LEASE = timedelta(minutes=2)  # renewed with every item
STRETCH = 60.0  # seconds for which a worker goes on with one import
_MOST_CLAIMS = 500  # one that is taken this often ends every worker it meets
_TO_WRITE = (LineWhat.NEW, LineWhat.CHANGED)


@transaction.atomic
def begin(*, file: BinaryIO, by: User, at: datetime) -> LibraryImport:
    """Take in a zip, to be read by a worker. Raises Refused where it is none, or too large."""
    _check_editor(by)
    with opened(file, BY_PAGE) as archive:
        total = len(archive.names)
    if not total:
        raise Refused(_("The zip holds no files."))
    run = LibraryImport.objects.create(
        stored=stored.keep(file, at=at), total=total, by=by, created_at=at
    )
    log.record(verb="library.import_begun", target=run, by=by, at=at, files=total)
    transaction.on_commit(lambda: doorbell.ask(TASK))
    return run


@transaction.atomic
def confirm(*, run: LibraryImport, by: User, at: datetime) -> LibraryImport:
    """Yes to what the dry run said. Raises Refused."""
    waiting = _waiting(run, by)
    if not waiting.lines.filter(what__in=_TO_WRITE).exists():
        raise Refused(_("Nothing in this zip is new or changed."))
    waiting.state, waiting.confirmed_at = ImportState.WRITING, at
    waiting.save()
    log.record(verb="library.import_confirmed", target=waiting, by=by, at=at)
    transaction.on_commit(lambda: doorbell.ask(TASK))
    return waiting


@transaction.atomic
def cancel(*, run: LibraryImport, by: User, at: datetime) -> LibraryImport:
    """No to what the dry run said: nothing was changed. Raises Refused."""
    locked = _waiting(run, by)
    _end(locked, ImportState.CANCELED, at)
    log.record(verb="library.import_canceled", target=locked, by=by, at=at)
    return locked


def progress(run: LibraryImport) -> tuple[int, int]:
    """How many of how many files have been read, or written."""
    if run.state == ImportState.READING:
        return run.lines.count(), run.total
    changes = run.lines.filter(Q(what__in=_TO_WRITE) | Q(is_done=True))
    return changes.filter(is_done=True).count(), changes.count()


def sweep(now: datetime) -> int:
    """Ask a worker to go on; where none hears, go on here a little."""
    free = Q(lease_until=None) | claims.lapsed(now)
    if not LibraryImport.objects.underway().filter(free).exists():
        return 0
    return 1 if doorbell.ask(TASK) else work(now, stretch=2.0)


def work(now: datetime, *, stretch: float = STRETCH) -> int:
    """Go on with an import that nobody else has in hand; 1 where there was one."""
    due = LibraryImport.objects.underway().order_by("created_at")
    for claim in claims.take(due, now=now, lease=LEASE, batch=1):
        try:
            _Work(claim, now, stretch).go_on()
        except claims.Lost:
            continue
        return 1
    return 0


class _Work:
    """One worker's stretch of one import."""

    def __init__(self, claim: claims.Claim, now: datetime, stretch: float) -> None:
        self._claim, self._begun_at, self._stretch = claim, now, stretch
        self._began = time.monotonic()

    def go_on(self) -> None:
        run = LibraryImport.objects.select_related("stored", "by").get(pk=self._claim.pk)
        if run.generation > _MOST_CLAIMS:
            self._refuse(_("It could not be read to its end."))
            return
        assert run.stored is not None
        try:
            with stored.opened(run.stored) as file, opened(file, BY_PAGE) as archive:
                is_at_end = self._each(run, archive)
        except Refused as reason:
            self._refuse(str(reason))
            return
        if is_at_end:
            self._step_on(run)
        else:
            claims.give_up(LibraryImport.objects.all(), self._claim)

    def _each(self, run: LibraryImport, archive: Archive) -> bool:
        """False where the time was up before the end."""
        do = self._read if run.state == ImportState.READING else self._write
        done = self._done(run)
        numbers = {path: number for number, path in enumerate(archive.names)}
        for slug, paths in contents(archive):
            if slug in done:
                continue
            if time.monotonic() - self._began > self._stretch:
                return False
            do(run, archive, slug, paths, numbers)
        return True

    def _done(self, run: LibraryImport) -> set[str]:
        lines = run.lines.all()
        if run.state == ImportState.READING:
            return set(lines.values_list("slug", flat=True))
        waiting = set(
            lines.filter(what__in=_TO_WRITE, is_done=False).values_list("slug", flat=True)
        )
        return set(lines.values_list("slug", flat=True)) - waiting

    def _read(
        self,
        run: LibraryImport,
        archive: Archive,
        slug: str,
        paths: list[str],
        numbers: dict[str, int],
    ) -> None:
        with transaction.atomic():
            self._hold()
            made = plan(archive, slug, paths, as_it_was=False)
            ImportLine.objects.bulk_create(
                ImportLine(
                    run=run,
                    number=numbers[line.path],
                    slug=slug,
                    path=_shown(line.path),
                    what=line.what,
                    why=line.why,
                    fields=line.fields,
                    saw=made.saw,
                )
                for line in made.in_order()
            )

    def _write(
        self,
        run: LibraryImport,
        archive: Archive,
        slug: str,
        paths: list[str],
        numbers: dict[str, int],
    ) -> None:
        first = run.lines.filter(slug=slug).first()
        assert first is not None
        try:
            with transaction.atomic():
                self._hold()
                made = write_item(
                    archive=archive,
                    slug=slug,
                    paths=paths,
                    saw=first.saw,
                    by=run.by,
                    at=self._now(),
                )
                self._note(run, made.in_order(), numbers)
        except ChangedMeanwhile as reason:
            self._refuse_item(run, slug, str(reason))
        except DatabaseError:
            self._refuse_item(run, slug, _("It could not be taken in. Nothing of it was."))

    def _note(self, run: LibraryImport, lines: Iterable[Line], numbers: dict[str, int]) -> None:
        for line in lines:
            run.lines.filter(number=numbers[line.path]).update(
                what=line.what, why=line.why, fields=line.fields, is_done=True
            )

    def _refuse_item(self, run: LibraryImport, slug: str, why: str) -> None:
        with transaction.atomic():
            self._hold()
            run.lines.filter(slug=slug, what__in=_TO_WRITE).update(
                what=LineWhat.REFUSED, why=why, is_done=True
            )

    def _step_on(self, run: LibraryImport) -> None:
        with transaction.atomic():
            held = self._hold()
            if run.state == ImportState.READING:
                held.state, held.lease_until = ImportState.READ, None
                held.save()
                return
            _end(held, ImportState.DONE, self._now())
            counts = {what: held.lines.filter(what=what).count() for what in LineWhat.values}
            log.record(
                verb="library.import_done",
                target=held,
                by=run.by,
                at=self._now(),
                lines=counts,
            )

    def _refuse(self, why: str) -> None:
        with transaction.atomic():
            locked = self._hold()
            locked.why = why[:300]
            _end(locked, ImportState.REFUSED, self._now())

    def _hold(self) -> LibraryImport:
        """The row, still ours, with a new lease. Raises Lost where another worker has it."""
        rows = self._claim.of(LibraryImport.objects.underway())
        locked = rows.select_for_update(of=("self",)).first()
        if locked is None:
            raise claims.Lost
        locked.lease_until = self._now() + LEASE
        locked.save(update_fields=["lease_until"])
        return locked

    def _now(self) -> datetime:
        return self._begun_at + timedelta(seconds=time.monotonic() - self._began)


def _shown(path: str) -> str:
    """A name as a page can show it, whatever somebody put into the zip."""
    return "".join(one if one.isprintable() else "�" for one in path)[:200]


def _waiting(run: LibraryImport, by: User) -> LibraryImport:
    _check_editor(by)
    locked = LibraryImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not locked.waits:
        raise Refused(_("This import doesn’t wait for an answer any more."))
    return locked


def _end(run: LibraryImport, state: ImportState, at: datetime) -> None:
    bytes_of_it = run.stored
    run.state, run.ended_at, run.stored, run.lease_until = state, at, None, None
    run.save()
    stored.forget(bytes_of_it)


def _check_editor(by: User) -> None:
    if not editions.may_edit(by):
        raise PermissionDenied
