"""Files that a new version begins with."""

from collections.abc import Collection

from resources.models import Edition
from resources.states import FileState


def carry_over(before: Edition | None, after: Edition, *, but: Collection[str] = ()) -> None:
    """A new version begins with the files of the one it is a copy of."""
    if before is None:
        return
    for one in before.files.exclude(state=FileState.REFUSED).exclude(name__in=but):
        one.pk, one.edition = None, after
        one.lease_until, one.generation = None, 0
        one.legal_hold = False
        one._state.adding = True
        one.save()
