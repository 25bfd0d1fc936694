"""What keeps a page to its reader: no cache, no referrer, no other site's frame or request."""

from typing import Any

from django.http import HttpRequest, HttpResponse

# Arguments of an address that open something to whoever holds it.
SECRETS = frozenset({"token", "key"})

# What stands in the place of a key that allauth has moved into the session. The form there is
# posted, and under "no-referrer" browsers send "null" for its origin, which is refused.
MOVED = "set-password"


def keep_private(response: HttpResponse) -> HttpResponse:
    """Neither caches nor the next site learn this page or its address."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def protect(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The headers that follow from who reads the page and from what its address holds."""
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    secrets = _secrets(request)
    if secrets:
        keep_private(response)
        if secrets == {MOVED}:
            response["Referrer-Policy"] = "same-origin"
        return response
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        # A shared computer at the desk: "back" after signing out shows nothing.
        response.headers.setdefault("Cache-Control", "no-store, private")
    return response


def _secrets(request: HttpRequest) -> set[Any]:
    found = request.resolver_match
    return {found.kwargs[name] for name in SECRETS & set(found.kwargs)} if found else set()
