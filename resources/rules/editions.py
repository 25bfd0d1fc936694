"""Who may do what with an edition, and what one must have. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from resources.models import Edition
from resources.states import MOVES, Kind


def may_edit(user: User) -> bool:
    return user.may(Permission.LIBRARY_EDIT)


def why_not(name: str, edition: Edition, by: User) -> str:
    """Why this person can't make this move now; empty where they can."""
    move = MOVES[name]
    if edition.state not in move.sources:
        return _("This version is “%(state)s” by now, so that can’t be done.") % {
            "state": edition.get_state_display().lower()
        }
    if move.by_another and by.pk in (edition.changed_by_id, edition.submitted_by_id):
        return _("Somebody else publishes what you wrote. Ask another editor to read it.")
    return ""


def what_is_missing(edition: Edition) -> str:
    """What a reader would miss; empty where nothing is."""
    if edition.kind == Kind.EXTERNAL:
        if not edition.address:
            return _("A link needs its address.")
        if edition.card or edition.text:
            return _("A link has no text of its own.")
        return ""
    if not edition.card:
        return _("The page to read first is empty.")
    if edition.address:
        return _("Only a link to another program’s work has an address.")
    return ""


def differing(before: Edition, after: Mapping[str, Any]) -> list[str]:
    """The facts that `after` says otherwise."""
    return sorted(name for name, value in after.items() if getattr(before, name) != value)
