"""Counts what comes in by a page: the one place that knows both a request and the counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.signals import password_reset
from allauth.account.signals import user_logged_in as came_in
from allauth.core import context
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone

from mvai.accounts import actions
from mvai.accounts.lockout import counting, devices
from mvai.accounts.models import User
from mvai.audit import log
from mvai.audit.middleware import address_of

_WAS_HERE = "lockout_was_here"  # on the request: whether the account was signed in to before
_REMEMBERED = "lockout_remember"  # on the request: for whom the answer sets the cookie


class Judged:
    """A try under way; `was_right()` takes it out of the count."""

    def __init__(self, number: int) -> None:
        self._number = number

    def was_right(self) -> None:
        counting.take_back(self._number)


@contextmanager
def one_try(request, email: str) -> Iterator[Judged]:
    """Around anything that can be guessed. Raises TooManyTries before it is judged."""
    number = counting.begin_try(caller=caller_of(request, email), email=email, at=timezone.now())
    yield Judged(number)


def caller_of(request, email: str) -> counting.Caller:
    return counting.caller(
        email=email,
        device=devices.known_as(_cookie(request), email),
        address=address_of(request),
    )


def is_over(request, user: User) -> None:
    """`user` has shown all that a sign-in asks for: what was tried wrongly no longer counts."""
    counting.forget_tries(caller_of(request, user.email))


def set_cookie(request, response) -> None:
    """Give the answer the cookie that this request has earned, if any."""
    if email := getattr(request, _REMEMBERED, ""):
        value = devices.remember(_cookie(request), email)
        response.set_cookie(value=value, **devices.cookie_options())


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.lockout.signed_in")
    came_in.connect(_came_in, dispatch_uid="accounts.lockout.came_in")
    password_reset.connect(_chose_password, dispatch_uid="accounts.lockout.chose_password")


def _signed_in(*, request, user: User, **_others) -> None:
    # Django writes down the sign-in after us, so that the first one ever is told from the others.
    setattr(request, _WAS_HERE, user.last_login is not None)
    is_over(request, user)
    setattr(request, _REMEMBERED, user.email)


def _came_in(*, request, user: User, **_others) -> None:
    """The whole way in is done, by password and code or by passkey."""
    at, is_known = timezone.now(), bool(devices.known_as(_cookie(request), user.email))
    log.record(verb="account.signed_in", target=user, by=user, at=at, known_browser=is_known)
    if not is_known and getattr(request, _WAS_HERE, False):
        actions.tell_of_new_browser(user=user, at=at)


def _chose_password(*, request, user: User, **_others) -> None:
    # They hold the mailbox. This browser gets a count of its own, or whoever locked the account
    # from outside would do it again before they have typed the new password.
    counting.free_account(user.email)
    setattr(request or context.request, _REMEMBERED, user.email)


def _cookie(request) -> str:
    return request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
