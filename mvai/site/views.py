"""Pages about the site itself, and what it says when something is wrong."""

import logging
import sys
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from mvai.audit import periods
from mvai.site import refusals, sent_again
from mvai.site.context_processors import Portal
from mvai.taxonomy.models import SupportLine
from requests.forms.intake import IntakeForm
from requests.views import attempts

log = logging.getLogger(__name__)

LAST_WORDS = "Something broke on our side. Please try again in a minute."


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "site/about.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """How long things are kept is read from the periods, so that page and practice agree."""
    try:
        kept = {code: periods.in_words(one) for code, one in periods.by_class().items()}
    except DatabaseError:
        log.exception("retention periods could not be read")
        kept = {}
    return render(request, "site/privacy.html", {"kept": kept})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "site/accessibility.html")


@login_not_required
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """Lines to call for the reader's own sake; 911 and 988 are there even without a database."""
    return render(request, "site/support.html", {"lines": _lines(SupportLine.objects.for_readers)})


@login_not_required
@require_safe
def other_help(request: HttpRequest) -> HttpResponse:
    """For visitors whom the program is not for; 911 and 988 are there even without a database."""
    lines = _lines(SupportLine.objects.for_others)
    return render(request, "site/other_help.html", {"lines": lines})


def _lines(some: Callable[[], Iterable[SupportLine]]) -> list[SupportLine]:
    try:
        return list(some())
    except DatabaseError:
        log.exception("support lines could not be read")
        return []


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not your verb. Who was refused what is on record."""
    refusals.record(request)
    return render(request, "403.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "429.html", status=429)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's key is missing or old: what was typed is shown, to be sent once more."""
    again = sent_again.what_was_typed(request)
    response = render(request, "csrf_failure.html", {"again": again}, status=403)
    response["Cache-Control"] = "no-store, private"
    return response


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database or of the session: either may be what broke.

    Who was asking for a call gets the form back with what they typed, and can press again.
    """
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_away else HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        page: str = render_to_string(f"{status}.html", {"portal": Portal(), **_asking(request)})
    except Exception:  # even the templates or the static files may be what broke
        log.exception("the error page could not be drawn")
        page = f"<!doctype html><title>{LAST_WORDS}</title><p>{LAST_WORDS}</p>"
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    if is_away:
        request.user = AnonymousUser()  # what asks who reads this must not ask the database again
        response["Retry-After"] = "30"  # seconds
    return response


def _asking(request: HttpRequest) -> dict[str, Any]:
    """The form for a call, for the two pages that had it; the same attempt as before."""
    if request.path not in {reverse("requests:landing"), reverse("requests:file")}:
        return {}
    typed = {name: request.POST.get(name, "") for name in IntakeForm.base_fields}
    attempt = request.POST.get("attempt", "") or attempts.new_token()
    return {"form": IntakeForm(initial=typed), "attempt": attempt, "was_sent": bool(request.POST)}
