"""Pages that join the apps: each role's first page, and the auditor's log."""

import json
from collections.abc import Iterator
from datetime import UTC
from itertools import islice
from typing import Any

from django.contrib import messages as notes
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advisors.models import Advisor
from mvai.accounts import log_pages
from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.audit import chain, checking, log, periods
from mvai.audit.models import AuditEntry, AuditPosition
from mvai.dashboard import advisor_home as advisor_homes
from mvai.dashboard import keeping
from mvai.dashboard import unreachable as unreachable_people
from mvai.dashboard.forms import AuditFilter, AwardEndForm
from mvai.web.exports import csv_file

EXPORTED = 100_000  # entries in a file, at most
_AT_ONCE = 500
# Where people go after signing in: the first that they may open.
_HOMES = (
    (Permission.REQUEST_VIEW_ALL, "requests:board"),
    (Permission.OWN_ADVISOR_PROFILE, "dashboard:advisor_home"),
    (Permission.ACCOUNT_MANAGE, "members:list"),
    (Permission.AUDIT_VIEW, "dashboard:audit"),
    (Permission.LIBRARY_EDIT, "resources:desk"),
)


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    for permission, page in _HOMES:
        if request.user.may(permission):
            return redirect(page)
    return render(request, "dashboard/home.html")


@require_safe
@permission_required(Permission.OWN_ADVISOR_PROFILE)
def advisor_home(request: SignedInRequest) -> HttpResponse:
    """The next contact on top, then offers, engagements, own time, own load."""
    advisors = Advisor.objects.visible_to(request.user).of(request.user)
    advisor = advisors.select_related("person").first()
    if advisor is None:
        return render(request, "advisors/no_profile.html")
    context = advisor_homes.home_of(advisor, at=timezone.now())
    return render(request, "dashboard/advisor_home.html", context)


@require_safe
@permission_required(Permission.REACH_VIEW)
def unreachable(request: SignedInRequest) -> HttpResponse:
    """Staff and advisors whom messages may not reach: what is missing, and since when."""
    context = {"rows": unreachable_people.people(timezone.now())}
    return render(request, "dashboard/unreachable.html", context)


@require_safe
@permission_required(Permission.AUDIT_VIEW)
def audit(request: SignedInRequest) -> HttpResponse:
    """Who did or opened what. It holds codes and references, no one's words."""
    form = AuditFilter(_filter_of(request))
    page = log_pages.page_of(form.entries(), before=request.GET.get("before", ""))
    context: dict[str, Any] = {"form": form, "page": page, "most": f"{EXPORTED:,}"}
    if request.htmx:
        return render(request, "dashboard/_audit_entries.html", context)
    context["head"] = chain.head()
    context["checked"] = AuditPosition.objects.filter(name=checking.POSITION).first()
    return render(request, "dashboard/audit.html", context)


@require_safe
@permission_required(Permission.AUDIT_VIEW)
def export_audit(request: SignedInRequest) -> HttpResponseBase:
    """The entries of the page as CSV, newest first; the newest ones when there are too many."""
    form = AuditFilter(_filter_of(request))
    if form.is_bound and not form.is_valid():
        return redirect(f"{reverse('dashboard:audit')}?{request.GET.urlencode()}")
    now, last = timezone.now(), AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)
    found = form.entries().filter(pk__lte=last.first() or 0)  # not what comes meanwhile
    count = found[:EXPORTED].count()
    log.record_read(
        verb="audit.exported",
        target=None,
        by=request.user,
        at=now,
        entries=count,
        filters=sorted(name for name, value in request.GET.items() if value),
    )
    header = [
        _("Entry"), _("When (UTC)"), _("Kind"), _("What"), _("Account"), _("Who"), _("Roles"),
        _("Reference"), _("Record"), _("Result"), _("Address"), _("By way of"), _("Facts"),
    ]  # fmt: skip
    return csv_file(f"audit-{now:%Y-%m-%d}.csv", header, _rows(found[:count]))


def _rows(entries: Any) -> Iterator[list[Any]]:
    found = entries.iterator(chunk_size=_AT_ONCE)
    while batch := list(islice(found, _AT_ONCE)):
        log_pages.give_actors(batch)
        for entry in batch:
            yield [
                entry.pk,
                entry.at.astimezone(UTC).isoformat(timespec="seconds"),
                entry.kind,
                entry.verb,
                entry.actor_id,
                entry.actor.display_name if entry.actor else "",
                entry.actor_roles,
                entry.label,
                f"{entry.target_type} {entry.target_id}".strip(),
                entry.result,
                entry.address,
                entry.via,
                json.dumps(entry.facts, sort_keys=True) if entry.facts else "",
            ]


@require_safe
@permission_required(Permission.RETENTION_VIEW)
def retention(request: SignedInRequest) -> HttpResponse:
    """How long each kind of record is kept, what goes next, what went and what is held."""
    return _render_retention(request, AwardEndForm())


@require_POST
@permission_required(Permission.AWARD_EDIT)
def award_end(request: SignedInRequest) -> HttpResponse:
    """Say when the award ends: first what that would remove, then, confirmed, the change."""
    now = timezone.now()
    form = AwardEndForm(request.POST)
    if not form.is_valid():
        return _render_retention(request, form)
    ends_on = form.cleaned_data["ends_on"]
    if not form.cleaned_data["confirmed"]:
        asked = {"ends_on": ends_on, "would_go": keeping.would_go(now, ends_on)}
        return _render_retention(request, form, asked=asked)
    periods.set_award_end(ends_on=ends_on, by=request.user, at=now)
    notes.success(request, _("The end of the award is changed."))
    return redirect("dashboard:retention")


def _render_retention(request: SignedInRequest, form: AwardEndForm, **more) -> HttpResponse:
    context = keeping.report(timezone.now()) | {
        "form": form,
        "may_edit": request.user.may(Permission.AWARD_EDIT),
        "asked": None,
        **more,
    }
    return render(request, "dashboard/retention.html", context)


def _filter_of(request: SignedInRequest) -> Any:
    """None while nothing is asked for, so that an unfiltered page shows no errors."""
    asked = {name for name, value in request.GET.items() if value and name != "before"}
    return request.GET if asked else None
