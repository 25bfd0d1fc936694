"""The page of whoever made a team's checklist: its names, its addresses, its end."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.audit import log
from mvai.web.refusals import Refused
from mvai.web.scanning import for_the_page
from resources.actions import team_addresses
from resources.actions import team_keeping as keeping
from resources.forms.team import RemoveForm, RenameForm
from resources.models import TeamChecklist
from resources.views.team import View, number_in
from resources.views.team_pages import addresses, gone, in_its_zone, see_other, shown


def to_manage(view: View) -> View:
    """The view of the checklist that this address lets one keep."""

    def opened(request: HttpRequest, token: str) -> HttpResponse:
        checklist = team_addresses.to_manage(token, timezone.now())
        if checklist is None:
            return gone(request)
        with in_its_zone(checklist):
            return view(request, token, checklist)

    return login_not_required(csrf_exempt(opened))


@to_manage
@require_safe
def manage(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    keeping.note_opening(checklist, way="manage", at=timezone.now())
    return _render(request, token, checklist)


@to_manage
@require_POST
def rename(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    form = RenameForm(request.POST, zone=checklist.zone)
    if form.is_valid() and not form.kept_back:
        keeping.rename(checklist=checklist, **form.cleaned_data, at=timezone.now())
        return see_other("resources:team_manage", token, query="?renamed=1")
    return _render(request, token, checklist, form=form)


@to_manage
@require_POST
def replace(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    whose, generation = request.POST.get("whose", ""), number_in(request.POST.get("generation", ""))
    if whose not in keeping.GENERATIONS:
        return see_other("resources:team_manage", token)
    now = timezone.now()
    found = keeping.replace_address(checklist=checklist, whose=whose, generation=generation, at=now)
    new = team_addresses.manage_token(found, now)
    return see_other("resources:team_manage", new, query="?replaced=1")


@to_manage
@require_POST
def close(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    keeping.close(checklist=checklist, at=timezone.now())
    return see_other("resources:team_manage", token, query="?closed=1")


@to_manage
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    """Ask whether a court or a records law wants it; only a plain no deletes anything."""
    if request.method != "POST":
        return _render_removal(request, token, checklist, RemoveForm())
    form = RemoveForm(request.POST)
    if not form.is_valid():
        return _render_removal(request, token, checklist, form)
    if form.cleaned_data["held"] != "no":
        log.record(
            verb="team_checklist.kept",
            target=checklist,
            at=timezone.now(),
            said=form.cleaned_data["held"],
        )
        return _render_removal(request, token, checklist, form, is_kept=True)
    try:
        keeping.remove(checklist=checklist, at=timezone.now())
    except Refused as refusal:
        return _render_removal(request, token, checklist, form, refused=str(refusal))
    return see_other("resources:team_removed")


@login_not_required
@require_safe
def removed(request: HttpRequest) -> HttpResponse:
    """The last page. It names nothing: what it told of is gone."""
    return render(request, "resources/team_removed.html")


def _render(
    request: HttpRequest,
    token: str,
    checklist: TeamChecklist,
    *,
    form: RenameForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    initial = {
        "title": checklist.title,
        "agency": checklist.agency,
        "time_zone": checklist.zone,
    }
    context = addresses(checklist, now) | {
        "checklist": checklist,
        "shown": shown(checklist),
        "token": token,
        "team_token": team_addresses.team_token(checklist, now),
        "form": form or RenameForm(initial=initial, zone=checklist.zone),
        "goes_on": keeping.goes_on(checklist, now),
        "was_made": "made" in request.GET,
        "was_renamed": "renamed" in request.GET,
        "was_replaced": "replaced" in request.GET,
        "patterns": for_the_page(),
    }
    return render(request, "resources/team_manage.html", context)


def _render_removal(
    request: HttpRequest,
    token: str,
    checklist: TeamChecklist,
    form: RemoveForm,
    **more: Any,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "checklist": checklist,
        "shown": shown(checklist),
        "token": token,
        "team_token": team_addresses.team_token(checklist, now),
        "form": form,
    }
    return render(request, "resources/team_remove.html", context | more)
