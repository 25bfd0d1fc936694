"""Words that mean the same. The only writer of `SynonymGroup`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.audit import log
from mvai.web.refusals import Refused
from resources.actions import marking
from resources.models import SynonymGroup
from resources.rules.editions import may_edit

FIRST_SYNONYMS = Path(__file__).parent.parent / "synonyms.txt"


@transaction.atomic
def load_synonyms(*, file: Path = FIRST_SYNONYMS, at: datetime) -> int:
    """Add the portal's own groups and renew those that nobody has changed; how many there are."""
    found = list(_read(file))
    for code, terms in found:
        group, is_new = SynonymGroup.objects.get_or_create(
            code=code, defaults={"terms": terms, "changed_at": at}
        )
        is_ours = group.changed_by_id is None and group.removed_at is None
        if not is_new and is_ours and group.terms != terms:
            group.terms, group.changed_at = terms, at
            group.save()
    marking.mark_everything()
    return len(found)


def _read(file: Path) -> Iterator[tuple[str, list[str]]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _colon, terms = line.partition(":")
            yield code.strip(), [term.strip() for term in terms.split(",")]


@transaction.atomic
def add(*, terms: Sequence[str], by: User, at: datetime) -> SynonymGroup:
    """One more group, known to every search from now on."""
    _check_editor(by)
    group = SynonymGroup.objects.create(terms=list(terms), changed_by=by, changed_at=at)
    marking.mark_lists([group])
    log.record(verb="library.synonyms_added", target=group, by=by, at=at, terms=len(terms))
    return group


@transaction.atomic
def change(
    *, group: SynonymGroup, revision: int, terms: Sequence[str], by: User, at: datetime
) -> SynonymGroup:
    """`revision` is what the editor began from."""
    locked = _locked(group, by)
    if locked.terms == list(terms):
        return locked
    if locked.revision != revision:
        raise Refused(_("Somebody else changed these words just now. Read them again first."))
    locked.terms = list(terms)
    locked.revision += 1
    locked.changed_by, locked.changed_at = by, at
    locked.save()
    marking.mark_lists([locked])
    log.record(verb="library.synonyms_changed", target=locked, by=by, at=at, terms=len(terms))
    return locked


@transaction.atomic
def remove(*, group: SynonymGroup, by: User, at: datetime) -> None:
    """The row stays, so that a newer portal doesn't bring it back."""
    locked = _locked(group, by)
    locked.removed_at = locked.changed_at = at
    locked.changed_by = by
    locked.save()
    marking.mark_lists([locked])
    log.record(verb="library.synonyms_removed", target=locked, by=by, at=at)


def _locked(group: SynonymGroup, by: User) -> SynonymGroup:
    _check_editor(by)
    locked = SynonymGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    if locked.removed_at is not None:
        raise Refused(_("Somebody else removed these words."))
    return locked


def _check_editor(by: User) -> None:
    if not may_edit(by):
        raise PermissionDenied
