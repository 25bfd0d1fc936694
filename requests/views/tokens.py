"""Pages behind a token: they leave no trace, and say the same of every token that is no good."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def keep_private(response: HttpResponse) -> HttpResponse:
    """Neither caches nor the next site learn this page or its address."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def gone(request: HttpRequest) -> HttpResponse:
    """One calm answer for what never was, what has ended and what was taken back."""
    response = keep_private(render(request, "requests/gone.html", status=404))
    # The address holds a token: it stays out of the log.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
