"""Pages that join the apps: each role's first page, and the auditor's log."""

from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advisors.models import Advisor
from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.models import User
from mvai.accounts.roles import Permission
from mvai.audit import periods
from mvai.dashboard import advisor_home as advisor_homes
from mvai.dashboard import keeping
from mvai.dashboard import unreachable as unreachable_people
from mvai.dashboard.forms import AuditFilter, AwardEndForm

# Where people go after signing in: the first that they may open.
_HOMES = (
    (Permission.REQUEST_VIEW_ALL, "requests:board"),
    (Permission.OWN_ADVISOR_PROFILE, "dashboard:advisor_home"),
    (Permission.AUDIT_VIEW, "dashboard:audit"),
    (Permission.LIBRARY_EDIT, "resources:library"),
)
_ENTRIES_PER_PAGE = 50


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
    page = Paginator(form.entries(), _ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    people = User.objects.select_related("person").in_bulk(
        {entry.actor_id for entry in page if entry.actor_id}
    )
    for entry in page:
        entry.actor = people.get(entry.actor_id)
    template = "dashboard/_audit_entries.html" if request.htmx else "dashboard/audit.html"
    return render(request, template, {"form": form, "page_obj": page})


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


def _filter_of(request: SignedInRequest):
    """None while nothing is asked for, so that an unfiltered page shows no errors."""
    asked = {name for name, value in request.GET.items() if value and name != "page"}
    return request.GET if asked else None
