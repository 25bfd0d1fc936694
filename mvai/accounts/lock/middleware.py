"""Stands before every page of whoever sees more than their own request.

While a session is locked, pages that need a sign-in lead to the lock, and public pages take its
visitor for nobody. What was being sent is kept (actions.keep_form) and shown again afterward.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages as notes
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from mvai.accounts.lock import actions, marks, ways
from mvai.accounts.lock.activity import is_activity
from mvai.accounts.lock.rules import IDLE, LONGEST, State, applies_to, is_worth_noting, state_of
from mvai.accounts.models import User
from mvai.web.uploads import takes_a_file

KEPT_FIELD = "kept_form"  # in a form shown again: which kept form it is
LOCKED_EVENT = "session-locked"  # told to a page that asks by itself; see static/js/lock.js
_OWN = frozenset({"lock:page", "lock:state"})
# Forms that hold codes and passwords, or end the session: never kept.
NEVER_KEPT = ("account_", "mfa_", "usersessions_", "lock:", "accounts:", "reach:enter_code")


class LockMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        _forget_what_was_sent(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or not applies_to(user.roles):
            return None
        at = timezone.now()
        state = state_of(times := marks.read(request.session), at)
        if state is State.LOCKED and not ways.open_to(request, user):
            state = State.OVER  # nothing would unlock it
        is_public = not getattr(view, "login_required", True)
        if state is State.OPEN:
            if times and is_activity(request) and is_worth_noting(times, at):
                marks.note_activity(request.session, at)
            request.sent_again = _kept_number(request)  # type: ignore[attr-defined]
            return None
        if state is State.OVER and _name(request) != "lock:state":
            return _end(request, user, at, is_public=is_public)
        if _name(request) == "account_logout" and request.method == "POST":
            return None  # out is always open
        request.locked_user = user  # type: ignore[attr-defined]
        if is_public or _name(request) in _OWN:
            request.user = AnonymousUser()
            is_sign_in = _name(request) == "account_login" and request.method == "GET"
            return redirect(_lock_page(request.GET.get("next", ""))) if is_sign_in else None
        return _lead_to_lock(request, user, at)


def _lead_to_lock(request: HttpRequest, user: User, at: datetime) -> HttpResponse:
    if request.htmx and not is_activity(request):  # type: ignore[attr-defined]
        # The page asked by itself. It is covered, not left: somebody may have been writing there.
        return HttpResponse(status=204, headers={"HX-Trigger": LOCKED_EVENT})
    times = marks.read(request.session)
    ends = times.signed_in_at + LONGEST if times else at
    _keep(request, user, at, expires_at=ends)
    return _go(request, _lock_page(_back_to(request)))


def _end(request: HttpRequest, user: User, at: datetime, *, is_public: bool) -> HttpResponse | None:
    """Twelve hours are over, or nothing could unlock the session: it is emptied."""
    if request.htmx and not is_activity(request):  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Trigger": LOCKED_EVENT})
    kept = False if is_public else _keep(request, user, at, expires_at=at + IDLE)
    before = marks.remembered(request.session)
    logout(request)
    if kept:
        marks.carry_over(before, request.session)
    if is_public:
        return None
    notes.info(request, _("You have been signed in for a long time. Please sign in again."))
    if kept:
        notes.info(request, _("What you just sent is kept for you. You see it when you are back."))
    after = reverse("lock:kept") if kept else _back_to(request)
    return _go(request, f"{reverse('account_login')}?{urlencode({'next': after})}")


def _keep(request: HttpRequest, user: User, at: datetime, *, expires_at: datetime) -> bool:
    """Keep the form that was sent, if it is one; say so when it can't be kept."""
    if request.method != "POST" or _name(request).startswith(NEVER_KEPT):
        return False
    if takes_a_file(request):
        notes.warning(request, _("A file can’t be kept. Please send it again."))
        return False
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != KEPT_FIELD
        for value in values
        if isinstance(value, str)
    ]
    sign_in = marks.sign_in_of(request.session)
    kept = actions.keep_form(
        user=user,
        sign_in=sign_in,
        path=request.get_full_path(),
        fields=fields,
        at=at,
        expires_at=max(expires_at, at + IDLE),
    )
    if kept is None:
        words = _("What you sent was too long to keep. Go back a page: your browser may have it.")
        notes.warning(request, words)
        return False
    marks.note_kept(request.session, True)
    if (number := _kept_number(request)) is not None and number != kept.pk:
        actions.forget_form(user=user, sign_in=sign_in, pk=number, at=at)
    return True


def _forget_what_was_sent(request: HttpRequest, response: HttpResponse) -> None:
    """A form shown again has been taken, or was answered with its own errors: it waits no more."""
    number: int | None = getattr(request, "sent_again", None)
    user = request.user
    if number is None or response.status_code >= 500 or not isinstance(user, User):
        return
    at, sign_in = timezone.now(), marks.sign_in_of(request.session)
    actions.forget_form(user=user, sign_in=sign_in, pk=number, at=at)
    waiting = actions.written_by(user=user, sign_in=sign_in, at=at)
    marks.note_kept(request.session, bool(waiting))


def _kept_number(request: HttpRequest) -> int | None:
    if request.method != "POST" or takes_a_file(request):
        return None
    number = request.POST.get(KEPT_FIELD, "")
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else None


def _go(request: HttpRequest, path: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": path})
    return redirect(path)


def _lock_page(after: str) -> str:
    return f"{reverse('lock:page')}?{urlencode({'next': after})}" if after else reverse("lock:page")


def _back_to(request: HttpRequest) -> str:
    """The page to be on afterward: this one, or the one that a form or a fragment was part of."""
    if request.method in ("GET", "HEAD") and not request.htmx:  # type: ignore[attr-defined]
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    allowed = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    if not allowed:
        return ""
    _scheme, _colon, rest = came_from.partition("://")
    return "/" + rest.partition("/")[2] if rest else came_from


def _name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
