"""Files on editions: taken in, scanned or let through by a second person, taken off again."""

import hashlib
import io
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.web.refusals import Refused
from resources.actions import scanner, stored, workflow
from resources.models import Attachment, Edition, StoredFile
from resources.rules import attached, editions
from resources.states import FileState, Scan

MOST = 20  # files on one edition
LARGEST = attached.LARGEST


@transaction.atomic
def attach(*, edition: Edition, name: str, data: bytes, by: User, at: datetime) -> Attachment:
    """Hang a file on an open edition; one that was in review is a draft again. Raises Refused."""
    _check_editor(by)
    name = attached.name_of(name)
    kind = attached.kind_of(data, name)
    locked = workflow.changed_by_files(edition=edition, by=by, at=at)
    if locked.files.count() >= MOST:
        raise Refused(_("Twenty files are the most that a version can have."))
    if locked.files.filter(name=name).exists():
        raise Refused(_("This version has a file of this name already. Take it off first."))
    made = take_in(edition=locked, name=name, kind=kind, data=data, by=by, at=at)
    log.record(verb="library.file_added", target=locked, by=by, at=at, kind=kind, bytes=len(data))
    return made


def take_in(
    *, edition: Edition, name: str, kind: str, data: bytes, by: User | None, at: datetime
) -> Attachment:
    """The row and its bytes, in quarantine. Whoever calls has looked at the bytes."""
    return Attachment.objects.create(
        edition=edition,
        name=name,
        kind=kind,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        stored=stored.keep(io.BytesIO(data), at=at),
        added_by=by,
        added_at=at,
    )


@transaction.atomic
def let_through(*, attachment: Attachment, by: User, at: datetime) -> Attachment:
    """Release a file that nothing scans, as the second person. Raises Refused."""
    _check_editor(by)
    locked = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if scanner.is_configured():
        raise Refused(_("A scanner looks at this file. It is released when it was found clean."))
    if not locked.is_waiting:
        raise Refused(_("This was decided already."))
    if locked.added_by_id == by.pk:
        raise Refused(_("You added this file yourself. A second person has to let it through."))
    _decide(locked, FileState.RELEASED, Scan.NOT_SCANNED, at)
    locked.decided_by = by
    locked.save()
    log.record(verb="library.file_let_through", target=locked.edition, by=by, at=at)
    return locked


@transaction.atomic
def take_off(*, attachment: Attachment, by: User, at: datetime) -> Edition:
    """Remove a file from an open edition. What was published keeps its files. Raises Refused."""
    _check_editor(by)
    locked = workflow.changed_by_files(edition=attachment.edition, by=by, at=at)
    row = Attachment.objects.select_related("stored").filter(pk=attachment.pk).first()
    if row is not None:
        bytes_of_it = row.stored
        row.delete()
        stored.forget(bytes_of_it)
        log.record(verb="library.file_removed", target=locked, by=by, at=at)
    return locked


def found_clean(attachment: Attachment, *, at: datetime) -> None:
    """The scanner's word, inside the caller's transaction."""
    _decide(attachment, FileState.RELEASED, Scan.CLEAN, at)
    attachment.save()
    log.record(verb="library.file_clean", target=attachment.edition, by=None, at=at)


def found_something(attachment: Attachment, *, at: datetime) -> None:
    """Refused, and its bytes removed here; other versions' rows of the same bytes likewise."""
    bytes_of_it = attachment.stored
    for one in _sharing(bytes_of_it):
        _decide(one, FileState.REFUSED, Scan.FOUND, at)
        one.decided_by = None
        one.stored = None
        one.save()
        log.record(verb="library.file_refused", target=one.edition, by=None, at=at)
    stored.forget(bytes_of_it)


def _decide(attachment: Attachment, state: FileState, scan: Scan, at: datetime) -> None:
    attachment.state, attachment.scan, attachment.decided_at = state, scan, at
    attachment.due_at = None


def _sharing(bytes_of_it: StoredFile | None) -> QuerySet[Attachment]:
    found = Attachment.objects.filter(stored=bytes_of_it, stored__isnull=False)
    return found.select_for_update(of=("self",)).select_related("edition").order_by("pk")


def _check_editor(by: User) -> None:
    if not editions.may_edit(by):
        raise PermissionDenied
