"""In which language a page speaks: its address says so, and needs neither cookie nor session.

Pages that leaders open are there in every language: "/status/…/" in English, "/es/status/…/" in
Spanish. Every address that is made while a language is active, by a template, a redirect or a
message, is one in that language, so nobody who writes a page has to think of it (ADR 29).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from posixpath import dirname
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_info
from django.utils.translation.trans_real import get_language_from_request

ASKED = "lang"  # "/?lang=es" opens a page in a language as well
NEGOTIATED_BY = ("Accept-Language", "Sec-Fetch-Site")
READING = ("GET", "HEAD")


def codes() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def prefix_of(code: str | None) -> str:
    """What the addresses of a language begin with: "es/"; nothing for the portal's own."""
    return "" if code in (None, settings.LANGUAGE_CODE) else f"{code}/"


class InALanguage:
    """The beginning of an address that is there in every language."""

    converters: dict = {}

    @property
    def regex(self) -> re.Pattern[str]:
        """What an address begins with that is made now."""
        return re.compile(re.escape(str(self)))

    def match(self, path: str) -> tuple[str, tuple, dict]:
        prefix = prefix_of(language_in(f"/{path}"))
        return path.removeprefix(prefix), (), {}

    def check(self) -> list:
        return []

    def __str__(self) -> str:
        return prefix_of(get_language())


def in_every_language(addresses: Iterable[URLPattern | URLResolver]) -> URLResolver:
    """The addresses, in each language of the portal under that language's own beginning."""
    return URLResolver(InALanguage(), list(addresses))  # type: ignore[arg-type]


def language_in(path: str) -> str | None:
    """The language that an address names; None where it names none."""
    beginning = path.split("/", 2)[1] if path.count("/") > 1 else ""
    return beginning if beginning in codes() and prefix_of(beginning) else None


def without_language(path: str) -> str:
    named = language_in(path)
    return path.removeprefix(f"/{named}") if named else path


class LanguageMiddleware:
    """Activates the language that the address names, else the one that a first visit asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = language_in(request.path_info)
        code = named or _asked_for(request) or settings.LANGUAGE_CODE
        # English is what the texts are written in. With no language active nothing is looked up
        # in vain, which the desk's long pages would pay for.
        with translation.override(None if code == settings.LANGUAGE_CODE else code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        if not named:
            patch_vary_headers(response, NEGOTIATED_BY)
        return response


def _asked_for(request: HttpRequest) -> str | None:
    """What the query or, at a first visit, the browser asks for: of a page that speaks it.

    A page behind a token speaks the language of the link: whoever filed in English is not
    answered in Spanish because somebody else's computer opened it.
    """
    if request.method not in READING:
        return None
    asked = request.GET.get(ASKED, "")
    if asked in codes():
        return asked if _spoken(request.path_info) else None
    wished = get_language_from_request(request)
    if wished == settings.LANGUAGE_CODE or not _is_first_visit(request):
        return None
    page = _spoken(request.path_info)
    if page is None or page.kwargs:
        return None
    user = getattr(request, "user", None)
    return None if user is not None and user.is_authenticated else wished


def _is_first_visit(request: HttpRequest) -> bool:
    """False for whoever follows a link of ours: they have seen the switch."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site != "same-origin"
    try:
        return urlsplit(request.headers.get("Referer", "")).netloc != request.get_host()
    except ValueError:  # "http://[": no address at all
        return True


def _spoken(path: str) -> ResolverMatch | None:
    """What answers here, where it does so in every language."""
    another = next((code for code in codes() if prefix_of(code)), None)
    if another is None:
        return None
    try:
        here, there = resolve(path), resolve(_address(path, another))
    except Resolver404:
        return None
    # "/library/desk/" is the editors', and below "/es/" it would be an item called so.
    return there if here.view_name == there.view_name else None


def _address(path: str, code: str) -> str:
    return f"/{prefix_of(code)}{path.removeprefix('/')}"


@dataclass(frozen=True, slots=True)
class Switch:
    """The way to this page in another language."""

    code: str
    name: str  # in that language
    address: str


def switches(request: HttpRequest) -> list[Switch]:
    """This page in the other languages; none for a page that speaks one only.

    An answer to a form stands at an address that takes forms: its page is one step above.
    """
    path, query = without_language(request.path_info), request.GET.copy()
    if request.method not in READING:
        path, query = dirname(path.rstrip("/")).rstrip("/") + "/", QueryDict(mutable=True)
    if _spoken(path) is None:
        return []
    found = []
    for code in codes():
        if code == (get_language() or settings.LANGUAGE_CODE):
            continue
        query.pop(ASKED, None)
        if not prefix_of(code):
            # A browser that would rather have another language is told that this was chosen.
            query[ASKED] = code
        address = _address(path, code) + (f"?{query.urlencode()}" if query else "")
        found.append(Switch(code, get_language_info(code)["name_local"].capitalize(), address))
    return found
