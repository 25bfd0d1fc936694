"""What keeps a page to its reader: no cache, no referrer, no other site's frame or request."""

from typing import Any

from django.http import HttpRequest, HttpResponse

# Arguments of an address that open something to whoever holds it.
SECRETS = frozenset({"token", "key"})


def keep_private(response: HttpResponse) -> HttpResponse:
    """Neither caches nor the next site learn this page or its address."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def protect(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The headers that follow from who reads the page and from what its address holds."""
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if _holds_a_secret(request):
        return keep_private(response)
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        # A shared computer at the desk: "back" after signing out shows nothing.
        response.headers.setdefault("Cache-Control", "no-store, private")
    return response


def _holds_a_secret(request: HttpRequest) -> bool:
    found = request.resolver_match
    return found is not None and not SECRETS.isdisjoint(found.kwargs)
