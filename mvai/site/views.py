"""Pages about the site itself, and what it says when something is wrong."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from mvai.site import refusals, sent_again
from mvai.site.context_processors import Portal
from mvai.taxonomy.models import SupportLine

log = logging.getLogger(__name__)

LAST_WORDS = "Something broke on our side. Please try again in a minute."


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "site/about.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "site/privacy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "site/accessibility.html")


@login_not_required
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """Lines to call for the reader's own sake; 911 and 988 are there even without a database."""
    try:
        lines = list(SupportLine.objects.active())
    except DatabaseError:
        log.exception("support lines could not be read")
        lines = []
    return render(request, "site/support.html", {"lines": lines})


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
    """Asks nothing of the database or of the session: either may be what broke."""
    try:
        page: str = render_to_string("500.html", {"portal": Portal()})
    except Exception:  # even the templates or the static files may be what broke
        log.exception("the error page could not be drawn")
        page = f"<!doctype html><title>{LAST_WORDS}</title><p>{LAST_WORDS}</p>"
    return HttpResponse(page, status=500)
