"""What every response needs to know about its reader."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mvai.web.times import zone_of


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
