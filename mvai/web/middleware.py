"""What every request is freed of, and what every response needs to know about its reader."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone

from mvai.web.private import protect
from mvai.web.times import zone_of


class PlainRequestMiddleware:
    """Takes out what no browser of ours sends, and says what no page of ours may use.

    A cookie may quote a NUL, which PostgreSQL can't even look up.
    """

    METHODS = ("GET", "HEAD", "POST")  # no page of ours answers any other
    POLICY: ClassVar[str] = ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer", "camera", "display-capture", "geolocation", "gyroscope",
            "magnetometer", "microphone", "midi", "payment", "usb",
        )
    )  # fmt: skip

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name, value in list(request.COOKIES.items()):
            if "\x00" in value:
                del request.COOKIES[name]
        if request.method not in self.METHODS:
            return HttpResponseNotAllowed(self.METHODS)
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        response.headers.setdefault("Reporting-Endpoints", settings.REPORTING_ENDPOINTS)
        return protect(request, response)


class CompressMiddleware(GZipMiddleware):
    """Pages for whoever sends no session cookie go out compressed.

    A compressed page can give away, by its length, a secret that stands beside words of an
    attacker's choosing. Without a session a page holds nothing that its reader didn't bring.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return response
        return super().process_response(request, response)


class LocalTimeMiddleware:
    """Times are shown in the signed-in person's zone; to everyone else in the desk's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(zone_of(own_zone(request) or settings.TIME_ZONE)):
            return self.get_response(request)


def own_zone(request: HttpRequest) -> str:
    """The name of the reader's zone, empty for anonymous readers and accounts without a person."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    person = getattr(user, "person", None)
    return getattr(person, "time_zone", "")
