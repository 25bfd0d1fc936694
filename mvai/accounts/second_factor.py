"""Which sessions count as signed in with a second factor.

allauth keeps a record of each step of a sign-in in the session: "password", "mfa". We read
these records, and add one when somebody proves an authenticator by setting it up.
"""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.conf import settings

from mvai.accounts.models import User

MFA = "mfa"
DEMO = "demo"  # one click instead of a sign-in; good only while the demonstration is on

_REMEMBERED_METHODS = "account_authentication_methods"


def has_signed_in_by(request, method: str, user: User | None = None) -> bool:
    """Whether this session was signed in to by this step, by its user or the one named."""
    records = get_authentication_records(request, user or request.user)
    return any(record.get("method") == method for record in records)


def is_of_the_demonstration(request, user: User | None = None) -> bool:
    """Whether this session was begun with one click, where that is allowed at all."""
    return settings.DEMO and has_signed_in_by(request, DEMO, user)


def has_just_signed_in(request) -> bool:
    """Whether the last step of signing in was within ACCOUNT_REAUTHENTICATION_TIMEOUT."""
    steps = get_authentication_records(request, request.user)
    latest = max((step["at"] for step in steps), default=0)
    return time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


# What proves that it is the person. Recovery codes are for when none of these is at hand.
TYPES = frozenset({Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN})


def is_set_up(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=TYPES).exists()


def connect() -> None:
    signals.authenticator_added.connect(_remember, dispatch_uid="accounts.remember")
    signals.authenticator_removed.connect(_forget, dispatch_uid="accounts.forget")


def _remember(*, request, user: User, authenticator: Authenticator, **_others) -> None:
    # What set it up has just proven it: asking for it once more would be a puzzle.
    if authenticator.type in TYPES:
        record_authentication(request, user, MFA, id=authenticator.pk, type=authenticator.type)


def _forget(*, request, authenticator: Authenticator, **_others) -> None:
    # Without any the session is back to a password alone.
    if authenticator.type not in TYPES or is_set_up(request.user):
        return
    records = get_authentication_records(request, request.user)
    request.session[_REMEMBERED_METHODS] = [
        record for record in records if record.get("method") != MFA
    ]
