"""Who may do what with an edition, and what one must have. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from resources.models import Edition
from resources.rules import markdown
from resources.states import MOVES, Kind

UNDONE_WITHIN = timedelta(days=1)  # what is off show for longer is read by a second person again


def may_edit(user: User) -> bool:
    return user.may(Permission.LIBRARY_EDIT)


def is_own_work(edition: Edition, user: User) -> bool:
    """Written last, or asked to be read, by this person: somebody else publishes it."""
    return user.pk in (edition.changed_by_id, edition.submitted_by_id)


def why_not(name: str, edition: Edition, by: User) -> str:
    """Why this person can't make this move now; empty where they can."""
    move = MOVES[name]
    if edition.state not in move.sources:
        return _("This version is “%(state)s” by now, so that can’t be done.") % {
            "state": edition.get_state_display().lower()
        }
    if move.by_another and is_own_work(edition, by):
        return _("Somebody else publishes what you wrote. Ask another editor to read it.")
    return ""


def why_not_put_back(edition: Edition, at: datetime) -> str:
    if edition.published_at is None:
        return _("No reader has seen this version. Bring the draft back.")
    if edition.ended_at is None or at - edition.ended_at > UNDONE_WITHIN:
        return _("It is off the library for more than a day. Begin a new version from its words.")
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
    if edition.kind == Kind.CHECKLIST and not has_lines(edition):
        return _("A checklist needs lines to tick. Each begins with “- [ ]”.")
    return ""


def has_lines(edition: Edition) -> bool:
    return bool(markdown.lines(edition.card) or markdown.lines(edition.text))


def differing(before: Edition, after: Mapping[str, Any]) -> list[str]:
    """The facts that `after` says otherwise."""
    return sorted(name for name, value in after.items() if getattr(before, name) != value)
