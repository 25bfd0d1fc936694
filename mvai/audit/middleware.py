"""Remembers from which address a page was asked for, so that the log can name it."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mvai.audit import where


class RememberWhere:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with where.via("web", address=address_of(request)):
            return self.get_response(request)


def address_of(request: HttpRequest) -> str:
    """The caller's address, seen past TRUSTED_PROXIES proxies of ours; "" when there is none.

    Each proxy appends the address it was called from. Only the entries our own proxies wrote
    are believed: what stands further left came from the caller. A request with fewer entries
    went around a proxy, and then only the connection itself is believed.
    """
    connected_from = _address(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.TRUSTED_PROXIES
    if not trusted:
        return connected_from
    entries = [
        part for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    if len(entries) < trusted:
        return connected_from
    return _address(entries[-trusted]) or connected_from


def _address(text: str) -> str:
    """An address in its usual form, without the port some proxies add."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
