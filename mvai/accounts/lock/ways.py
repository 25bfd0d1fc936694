"""Ways to open the lock. A further way is one more row in `WAYS`, with a template of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.utils.translation import gettext as _

from mvai.accounts import second_factor
from mvai.accounts.forms import AuthenticatePasskeyForm
from mvai.accounts.lockout import guard
from mvai.accounts.models import User
from mvai.audit import log

_BY_CODE = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


@dataclass(frozen=True, slots=True)
class Way:
    """`is_open_to(request, user)`: may they use it. `prove(request, user, at)`: "" when it is
    them, else what was wrong, in words; it counts its own wrong tries (see lockout.guard)."""

    name: str
    template: str
    is_open_to: Callable[..., bool]
    prove: Callable[..., str]
    # What its template needs beside the page's own: `prepare(request, user)`.
    prepare: Callable[..., dict[str, Any]] = lambda request, user: {}


def open_to(request, user: User) -> list[Way]:
    """The ways this person can use here, the usual one first."""
    return [way for way in WAYS if way.is_open_to(request, user)]


def _has_codes(request, user: User) -> bool:
    return _has(request, user, *_BY_CODE)


def _has_passkey(request, user: User) -> bool:
    return _has(request, user, Authenticator.Type.WEBAUTHN)


def _has(request, user: User, *types: str) -> bool:
    if not second_factor.has_signed_in_by(request, second_factor.MFA, user):
        return False
    return Authenticator.objects.filter(user=user, type__in=types).exists()


def _question(request, user: User) -> dict[str, Any]:
    """What the device is asked to sign; it is good for the next answer only."""
    form = AuthenticatePasskeyForm(user=user)
    return {"passkey": {"form": form, "js_data": {"request_options": begin_authentication(user)}}}


def _prove_by_passkey(request, user: User, at: datetime) -> str:
    with guard.one_try(request, user.email) as judged:
        form = AuthenticatePasskeyForm(request.POST, user=user)
        if form.is_valid():
            judged.was_right()
            form.cleaned_data["credential"].record_usage()
            return ""
    log.record(
        verb="account.unlocked", target=user, by=user, at=at, result="refused", way="passkey"
    )
    return _("That passkey didn’t open it. Try again, or use another way.")


def _prove_by_code(request, user: User, at: datetime) -> str:
    code = "".join(request.POST.get("code", "").split())
    if not code:
        return _("Enter the code.")
    with guard.one_try(request, user.email) as judged:
        if _is_good(user, code):
            judged.was_right()
            return ""
    log.record(verb="account.unlocked", target=user, by=user, at=at, result="refused", way="code")
    return _("That code isn’t right, or it was used before. Wait for the next one.")


def _is_good(user: User, code: str) -> bool:
    """A code of the app or a recovery code; allauth sees to it that each is good once."""
    for authenticator in Authenticator.objects.filter(user=user, type__in=_BY_CODE).order_by("pk"):
        if authenticator.wrap().validate_code(code):
            authenticator.record_usage()
            return True
    return False


def _is_demonstration(request, user: User) -> bool:
    return second_factor.is_of_the_demonstration(request, user)


def _prove_nothing(request, user: User, at: datetime) -> str:
    """Who signed in with one click comes back with one."""
    return ""


WAYS = [
    Way(
        "passkey",
        "accounts/_unlock_by_passkey.html",
        _has_passkey,
        _prove_by_passkey,
        prepare=_question,
    ),
    Way("code", "accounts/_unlock_by_code.html", _has_codes, _prove_by_code),
    Way("demo", "accounts/_unlock_in_demo.html", _is_demonstration, _prove_nothing),
]
