"""A team's checklist, for whoever holds its address. No account, and no JavaScript needed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mvai.web.refusals import Refused, beside
from mvai.web.scanning import for_the_page
from resources.actions import team as actions
from resources.actions import team_addresses, team_keeping
from resources.forms.team import AddLineForm, LineForm
from resources.models import TeamChecklist, TeamLine
from resources.rules import team as rules
from resources.views.team_pages import after, context_of, gone, in_its_zone, see_other, shown, since

_WORDS = {"done": True, "open": False, "aside": True, "back": False}
View = Callable[..., HttpResponse]


def for_the_team(view: View) -> View:
    """The view of a checklist that this address opens, by the team's clock. Polls and forms need
    no cookie: the address itself is the secret, and who doesn't hold it can't forge anything."""

    @wraps(view)
    def opened(request: HttpRequest, token: str, **named: Any) -> HttpResponse:
        checklist = team_addresses.for_the_team(token, timezone.now())
        if checklist is None:
            return gone(request)
        with in_its_zone(checklist):
            return view(request, token, checklist, **named)

    return login_not_required(csrf_exempt(opened))


@for_the_team
@require_safe
def team(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    team_keeping.note_opening(checklist, way="team", at=timezone.now())
    return _render(request, token, checklist)


@for_the_team
@require_POST
def tick(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    """`set` is "12-done" or "12-open": what is wanted, so that a second press changes nothing."""
    pk, _dash, wanted = request.POST.get("set", "").partition("-")
    now, for_script = timezone.now(), request.headers.get("Accept") == "application/json"
    known = number_in(request.POST.get("since", ""))
    query = f"?{request.GET.urlencode()}" if request.GET else ""  # the page, as it was narrowed
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19 and wanted in ("done", "open")):
        if for_script:
            return JsonResponse(since(checklist, token, known, now))
        return see_other("resources:team", token, query=query)
    try:
        actions.set_done(checklist=checklist, line_id=int(pk), is_done=_WORDS[wanted], at=now)
    except Refused:
        return gone(request)
    if for_script:
        return JsonResponse(after(checklist, int(pk), token, known, now))
    return see_other("resources:team", token, query=f"{query}#line-{pk}")


@for_the_team
@require_POST
def aside(request: HttpRequest, token: str, checklist: TeamChecklist, pk: int) -> HttpResponse:
    """Take a line off the list, or bring it back."""
    wanted = request.POST.get("set", "")
    if wanted in ("aside", "back"):
        try:
            actions.set_aside(
                checklist=checklist, line_id=pk, aside=_WORDS[wanted], at=timezone.now()
            )
        except Refused:
            return gone(request)
    return see_other("resources:team", token, query=f"?{wanted}={pk}#lines")


@for_the_team
@require_POST
def add(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    form = _add_form(checklist, request.POST)
    if form.is_valid() and not form.kept_back:
        with beside(form, "text"):
            said = form.cleaned_data
            line = actions.add_line(
                checklist=checklist,
                text=said["text"],
                section=said["section"],
                press=said["press"],
                at=timezone.now(),
            )
            return see_other("resources:team", token, query=f"#line-{line.pk}")
    return _render(request, token, checklist, add_form=form)


@for_the_team
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, token: str, checklist: TeamChecklist, pk: int) -> HttpResponse:
    """Who does a line, by when, and a note."""
    found = checklist.lines.filter(pk=pk).first()
    if found is None:
        return gone(request)
    if request.method != "POST":
        return _render_line(request, token, found, LineForm.showing(found, checklist.zone))
    form = LineForm(request.POST, zone=checklist.zone)
    if not form.is_valid():
        return _render_line(request, token, found, form)
    found, against = actions.write_line(
        checklist=checklist,
        line_id=pk,
        began_with=form.began_with(),
        said=form.said(),
        at=timezone.now(),
    )
    if not against and not form.kept_back:
        return see_other("resources:team", token, query=f"?saved={pk}#line-{pk}")
    form.show_against(found)
    return _render_line(request, token, found, form, against=against)


@for_the_team
@require_safe
def changes_page(request: HttpRequest, token: str, checklist: TeamChecklist) -> HttpResponse:
    number = number_in(request.GET.get("since", ""))
    return JsonResponse(since(checklist, token, number, timezone.now()))


@login_not_required
@require_safe
def changes(request: HttpRequest, token: str) -> HttpResponse:
    """What is new since a number. Asked for every few seconds: one query where nothing is."""
    found = team_addresses.number_at(token, timezone.now())
    if found is None:
        return gone(request)
    if found[1] <= number_in(request.GET.get("since", "")):
        return HttpResponse(status=204)
    return changes_page(request, token)


def number_in(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _add_form(checklist: TeamChecklist, data: Any = None) -> AddLineForm:
    sections = [phase.name for phase in rules.phases(checklist.lines.all())]
    return AddLineForm(data, sections=sections)


def _render(
    request: HttpRequest,
    token: str,
    checklist: TeamChecklist,
    *,
    add_form: AddLineForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    one = shown(checklist, request)
    context = context_of(one, token, now) | {
        "add_form": add_form or _add_form(checklist),
        "patterns": for_the_page(),
        "query": request.GET.urlencode(),
        "saved": _one_of(one.lines, request.GET.get("saved", "")),
        "put_aside": _one_of(one.aside, request.GET.get("aside", "")),
        "brought_back": _one_of(one.lines, request.GET.get("back", "")),
    }
    return render(request, "resources/team.html", context)


def _one_of(lines: list[TeamLine], pk: str) -> TeamLine | None:
    return next((line for line in lines if str(line.pk) == pk), None)


def _render_line(
    request: HttpRequest,
    token: str,
    found: TeamLine,
    form: LineForm,
    *,
    against: Any = None,
) -> HttpResponse:
    checklist = found.checklist
    context = {
        "line": found,
        "checklist": checklist,
        "form": form,
        "token": token,
        "against": against or {},
        "patterns": for_the_page(),
        "now": timezone.now(),
    }
    return render(request, "resources/team_line.html", context)
