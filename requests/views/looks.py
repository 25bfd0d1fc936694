"""Who has looked at a request: each opening of a page that shows it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from mvai.accounts import log_pages
from mvai.accounts.access import SignedInRequest
from mvai.accounts.models import User
from mvai.accounts.roles import Permission, Role
from mvai.audit import log
from mvai.audit.models import AuditEntry
from requests.models import AssistanceRequest
from requests.rules import looks as rules

_PARTS = {
    "workspace": _("The whole request"),
    "people": _("Whom to ask"),
    "engagement": _("The page of its advisor"),
    "contact_card": _("The peer’s contact card"),
    "leaders_form": _("A form of the leader’s page"),
    "team_checklist": _("A team’s checklist"),
    "calendar": _("A call, for a calendar"),
    "library": _("The library beside it"),
}
_VERBS = {
    "request.read": _("The request"),
    "request.status_read": _("The status page"),
    "request.looks_read": _("Who has looked"),
    "offer.read": _("An offer to an advisor"),
    "message.opened": _("A message"),
    "status_code.read_aloud": _("A code for the leader’s page, read aloud"),
    "page.refused": _("A page that is not for them"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One opening, in the words of the page."""

    entry: Any
    who: str | Promise
    roles: list[str]
    part: str | Promise


@require_safe
def looks(request: SignedInRequest, reference: str) -> HttpResponse:
    found = rules.with_looks_for(request.user).filter(reference=reference).first()
    if found is None:
        raise Http404
    if not request.user.may(Permission.LOOKS_VIEW):
        raise PermissionDenied
    log.record_read(
        verb="request.looks_read",
        target=found,
        by=request.user,
        at=timezone.now(),
        label=found.reference,
    )
    page = log_pages.page_of(_reads_of(found), before=request.GET.get("before", ""))
    readers = _readers(page.entries)
    context = {
        "reference": found.reference,
        "page": page,
        "looks": [_look(entry, readers) for entry in page.entries],
        "shows_addresses": rules.may_see_addresses(request.user),
        "may_open": request.user.may(Permission.REQUEST_VIEW_ALL),
    }
    return render(request, "requests/looks.html", context)


def _reads_of(assistance_request: AssistanceRequest) -> Any:
    """Of the request itself, and of what carries its reference: an offer, a message."""
    own = Q(target_type=assistance_request._meta.label_lower, target_id=assistance_request.pk)
    return AuditEntry.objects.reads().filter(own | Q(label=assistance_request.reference))


def _look(entry: Any, readers: dict[int, str]) -> Look:
    labels = dict(Role.choices)
    return Look(
        entry,
        _who(entry, readers),
        [str(labels.get(role, role)) for role in entry.actor_roles.split(",") if role],
        _PARTS.get(entry.facts.get("part", "")) or _VERBS.get(entry.verb, entry.verb),
    )


def _who(entry: Any, readers: dict[int, str]) -> str | Promise:
    if entry.actor is not None:
        return entry.actor.display_name
    if entry.actor_id:
        return _("Account %(number)s") % {"number": entry.actor_id}
    if reader := readers.get(entry.facts.get("code_read_by") or 0):
        return _("Who holds the leader’s link and the code that %(name)s read aloud") % {
            "name": reader
        }
    if entry.facts.get("delegate"):
        return _("Who stands in for the leader, with a code of their own")
    return _("Who holds the leader’s link and a code")


def _readers(entries: Any) -> dict[int, str]:
    """The officers who read a code aloud that opened the page."""
    wanted = {entry.facts.get("code_read_by") for entry in entries} - {None}
    found = User.objects.filter(pk__in=wanted).select_related("person") if wanted else []
    return {one.pk: one.display_name for one in found}
