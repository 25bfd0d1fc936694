"""Who did what with an item's editions, from the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mvai.accounts.log_pages import give_actors
from mvai.audit.models import AuditEntry
from resources.models import Edition

_AT_MOST = 200  # entries that are looked at; the whole log is the auditor's
_DID: dict[str, str | Promise] = {
    "library.begun": _("began this version"),
    "library.saved": _("wrote"),
    "library.submit": _("asked another editor to read it"),
    "library.send_back": _("sent it back"),
    "library.publish": _("published it"),
    "library.supersede": _("replaced it by a newer version"),
    "library.withdraw": _("withdrew it"),
    "library.bring_back": _("brought it back"),
    "library.put_back": _("put it back on show"),
    "library.reviewed": _("looked at it again, and found it right"),
}


@dataclass(slots=True)
class Did:
    """One act, or several savings by one person in a row."""

    who: str
    what: str | Promise
    edition: Edition
    at: datetime
    verb: str
    actor_id: int | None
    times: int = 1


def history(editions: Iterable[Edition]) -> list[Did]:
    """Newest first."""
    by_id = {str(edition.pk): edition for edition in editions}
    entries: list[Any] = list(
        AuditEntry.objects.filter(
            target_type=Edition._meta.label_lower, target_id__in=by_id, verb__in=_DID
        ).order_by("-at", "-pk")[:_AT_MOST]
    )
    give_actors(entries)
    acts: list[Did] = []
    for entry in entries:
        who = entry.actor.display_name if entry.actor else ""
        did = Did(
            who, _DID[entry.verb], by_id[entry.target_id], entry.at, entry.verb, entry.actor_id
        )
        if acts and _is_more_of(acts[-1], did):
            acts[-1].times += 1
        else:
            acts.append(did)
    return acts


def _is_more_of(last: Did, did: Did) -> bool:
    same = (last.verb, last.actor_id, last.edition) == (did.verb, did.actor_id, did.edition)
    return same and did.verb == "library.saved"
