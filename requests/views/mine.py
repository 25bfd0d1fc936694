"""A leader's own requests, without an account: a number or an address, and a one-time code.

What is said never tells whether anything is known under a number or an address.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mvai.accounts.lockout.rates import count
from mvai.people.models import ContactPoint
from mvai.web.private import keep_private
from mvai.web.refusals import Refused
from requests.actions import codes
from requests.actions import mine as actions
from requests.actions.messages import status_url
from requests.forms.status import CodeForm, WhereForm
from requests.views.replies import see_other
from requests.views.status_pages import CODES, GRANT_LASTS, end_grants, grant

ASKED = "mine_asked"  # [contact point or 0, until]: a code may be on its way
OPEN = "mine_open"  # [contact point, until]: the code was right
MOST = 50  # requests on the page
ASKED_LASTS = codes.LASTS


@login_not_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    return _render(request)


@login_not_required
@require_POST
def send_code(request: HttpRequest) -> HttpResponse:
    form = WhereForm(request.POST)
    if not form.is_valid():
        return _render(request, where_form=form)
    now = timezone.now()
    count(request, CODES, at=now)
    point = actions.point_of(form.cleaned_data["where"])
    if point is not None:
        actions.send_code(point=point, at=now)
    request.session[ASKED] = [point.pk if point else 0, (now + ASKED_LASTS).timestamp()]
    return see_other("requests:mine", query="#code")


@login_not_required
@require_POST
def enter_code(request: HttpRequest) -> HttpResponse:
    form, now = CodeForm(request.POST), timezone.now()
    if form.is_valid():
        count(request, CODES, at=now)
        point = _kept(request, ASKED, now)
        try:
            if point is None:
                codes.refuse()
            found = actions.enter_code(point=point, code=form.cleaned_data["code"], at=now)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            for one in found:
                grant(request, one, now)
            request.session.pop(ASKED, None)
            request.session[OPEN] = [point.pk, (now + GRANT_LASTS).timestamp()]
            return see_other("requests:mine")
    return _render(request, code_form=form)


@login_not_required
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """On a computer that others use, too: nothing stays open."""
    for name in (ASKED, OPEN):
        request.session.pop(name, None)
    end_grants(request)
    return see_other("requests:mine")


def _kept(request: HttpRequest, name: str, now: datetime) -> ContactPoint | None:
    pk, until = request.session.get(name, (0, 0))
    if now.timestamp() >= until:
        return None
    # One that was removed, or stopped, in the meantime leads nowhere.
    points = ContactPoint.objects.usable("sms", "email").proven().select_related("person")
    return points.filter(pk=pk).first()


def _render(
    request: HttpRequest,
    *,
    where_form: WhereForm | None = None,
    code_form: CodeForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    point = _kept(request, OPEN, now)
    asked = request.session.get(ASKED, (0, 0))
    found = list(actions.requests_of(point)[:MOST]) if point else []
    context: dict[str, Any] = {
        "is_open": point is not None,
        "rows": [(one, status_url(one)) for one in found],
        "code_was_sent": bool(code_form) or now.timestamp() < asked[1],
        "where_form": where_form or WhereForm(),
        "code_form": code_form or CodeForm(),
    }
    response = render(request, "requests/mine.html", context)
    keep_private(response)
    response["Referrer-Policy"] = "same-origin"  # its forms are posted
    return response
