"""Pages that join the apps: each role's first page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advisors.models import Advisor
from mvai.accounts.access import SignedInRequest, permission_required
from mvai.accounts.roles import Permission
from mvai.dashboard import advisor_home as advisor_homes
from mvai.dashboard import unreachable as unreachable_people

# Where people go after signing in: the first that they may open.
_HOMES = (
    (Permission.REQUEST_VIEW_ALL, "requests:board"),
    (Permission.OWN_ADVISOR_PROFILE, "dashboard:advisor_home"),
    (Permission.AUDIT_VIEW, "dashboard:audit"),
    (Permission.LIBRARY_EDIT, "resources:library"),
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
