"""The times that a session remembers, and the name of the sign-in that kept forms belong to."""

import secrets
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from mvai.accounts.lock.rules import Marks

_SIGNED_IN, _ACTIVE = "lock_signed_in", "lock_active"  # seconds since 1970
_SIGN_IN, _WHOSE = "lock_sign_in", "lock_whose"
_KEPT = "lock_kept"  # set while something waits to be sent; base.html reads it


def read(session: SessionBase) -> Marks | None:
    """The session's times; None when it has none."""
    try:
        signed_in, active = (float(session[name]) for name in (_SIGNED_IN, _ACTIVE))
    except (KeyError, TypeError, ValueError):
        return None
    return Marks(datetime.fromtimestamp(signed_in, UTC), datetime.fromtimestamp(active, UTC))


def note_activity(session: SessionBase, at: datetime) -> None:
    session[_ACTIVE] = at.timestamp()


def sign_in_of(session: SessionBase) -> str:
    """The random name of this sign-in; a new session key does not change it."""
    return str(session.get(_SIGN_IN, ""))


def begin(session: SessionBase, user_pk: int, at: datetime) -> None:
    """A sign-in begins. Its name stays when the same person was signed in here just before, so
    that what they were writing finds them again; it changes for anybody else."""
    session[_SIGNED_IN] = session[_ACTIVE] = at.timestamp()
    if session.get(_WHOSE) != user_pk or not session.get(_SIGN_IN):
        session[_SIGN_IN], session[_WHOSE] = secrets.token_hex(16), user_pk
        session.pop(_KEPT, None)


def note_kept(session: SessionBase, something: bool) -> None:
    """Whether a kept form waits here: every page says so, and asks the session only."""
    if something != bool(session.get(_KEPT)):
        session[_KEPT] = something


def carry_over(before: dict[str, Any], session: SessionBase) -> None:
    """Let an emptied session remember whose it was, for their next sign-in in this browser."""
    for name in (_SIGN_IN, _WHOSE, _KEPT):
        if name in before:
            session[name] = before[name]


def remembered(session: SessionBase) -> dict[str, Any]:
    return {name: session[name] for name in (_SIGN_IN, _WHOSE, _KEPT) if name in session}


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.lock.signed_in")


def _signed_in(*, request, user, **_others) -> None:
    begin(request.session, user.pk, timezone.now())
