"""Each reader sees their own zone; the next reader never sees the last one's."""

from types import SimpleNamespace

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from mvai.web.middleware import LocalTimeMiddleware


def _zone_seen_by(user: object) -> str:
    request = RequestFactory().get("/")
    request.user = user
    middleware = LocalTimeMiddleware(
        lambda request: HttpResponse(timezone.get_current_timezone_name())
    )
    return middleware(request).content.decode()


def _reader(zone: str) -> SimpleNamespace:
    return SimpleNamespace(is_authenticated=True, person=SimpleNamespace(time_zone=zone))


def test_a_signed_in_person_reads_in_their_zone():
    assert _zone_seen_by(_reader("America/Chicago")) == "America/Chicago"


def test_everyone_else_reads_in_the_desk_s_zone():
    assert _zone_seen_by(AnonymousUser()) == "America/New_York"
    assert _zone_seen_by(_reader("")) == "America/New_York"
    assert _zone_seen_by(_reader("Not/AZone")) == "America/New_York"


def test_the_zone_does_not_outlast_the_request():
    before = timezone.get_current_timezone_name()
    _zone_seen_by(_reader("Pacific/Guam"))
    assert timezone.get_current_timezone_name() == before
