"""A signed cookie tells which browsers were signed in to which accounts before."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing

from mvai.accounts.lockout.counting import account_hash

LASTS = timedelta(days=180)
MOST_ACCOUNTS = 5  # of one browser; a shared machine at a desk has a few
_SALT = "mvai.lockout.device"


def known_as(cookie: str, email: str) -> str:
    """The browser's name for this account, or "" when it was never signed in to it."""
    device, accounts = _read(cookie)
    account = account_hash(email)
    if not device or account not in accounts:
        return ""
    return hashlib.sha256(f"{device}:{account}".encode()).hexdigest()


def remember(cookie: str, email: str) -> str:
    """The cookie's new value: this browser is known to this account from now on."""
    device, accounts = _read(cookie)
    account = account_hash(email)
    others = [one for one in accounts if one != account]
    return signing.dumps(
        {"device": device or secrets.token_hex(16), "of": [account, *others][:MOST_ACCOUNTS]},
        salt=_SALT,
    )


def cookie_options() -> dict[str, Any]:
    return {
        "key": settings.DEVICE_COOKIE_NAME,
        "max_age": int(LASTS.total_seconds()),
        "secure": settings.SESSION_COOKIE_SECURE,
        "httponly": True,
        "samesite": "Lax",
    }


def _read(cookie: str) -> tuple[str, list[str]]:
    try:
        said = signing.loads(cookie, salt=_SALT, max_age=LASTS)
        return str(said["device"]), [str(one) for one in said["of"]]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return "", []
