"""A form whose key was too old: what was typed, to be looked at and sent once more."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest

from mvai.accounts.lock.middleware import NEVER_KEPT
from mvai.web import written

# Beside what the lock never keeps: these take a code.
_CODES = ("requests:enter_code", "requests:mine_open")


@dataclass(frozen=True, slots=True)
class Again:
    """`needs_sign_in`: the session ended in the meantime, so signing in comes first."""

    path: str
    title: str
    fields: list[tuple[str, str]]
    lines: list[tuple[str, str]]
    needs_sign_in: bool


def what_was_typed(request: HttpRequest) -> Again | None:
    """None where nothing may be shown again: codes, passwords, and what another site sent.

    Another site can post here what it likes, and one press would then send it in our name. So
    the browser has to say that the form was on a page of ours.
    """
    found = request.resolver_match
    if request.method != "POST" or found is None or not _is_from_here(request):
        return None
    if found.view_name.startswith((*NEVER_KEPT, *_CODES)) or not written.step_of(found.view_name):
        return None
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = written.without_secrets((name, value) for name, value in sent if "\x00" not in value)
    if sum(len(name) + len(value) for name, value in fields) > written.MOST_CHARACTERS:
        return None
    path = request.get_full_path()
    return Again(
        path,
        written.title_of(path),
        fields,
        written.lines_of(path, fields),
        getattr(found.func, "login_required", True) and not request.user.is_authenticated,
    )


def _is_from_here(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    for name in ("Origin", "Referer"):
        if said := request.headers.get(name):
            try:
                origin = urlsplit(said)
            except ValueError:
                return False
            return (origin.scheme, origin.netloc) == (request.scheme, request.get_host())
    return False
