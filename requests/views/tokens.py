"""Pages behind a token say the same of every token that is no good. That they leave no trace is
the rule of mvai.web.private, for every address that holds one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def gone(request: HttpRequest) -> HttpResponse:
    """One calm answer for what never was, what has ended and what was taken back."""
    response = render(request, "requests/gone.html", status=404)
    # The address holds a token: it stays out of the log.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
