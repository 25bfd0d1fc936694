"""What makes one press of "Call me now" one request.

Each page carries a token. The same token with the same name and number is the same attempt:
a double tap, a refresh, a retry or a second tab. A corrected number is a new attempt, because
the old one would leave nobody to be reached.

Nothing needs a cookie. Where cookies are taken, one keeps the token for the hours in which two
presses are one call for help, so that a page opened anew in a second tab carries the same.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner, b62_decode
from django.http import HttpRequest, HttpResponse

from requests.actions.filing import SAME_PRESS_WITHIN

SIGNER = TimestampSigner(salt="requests.attempt")
LONGEST = 200
OF_A_COPY = "device-"  # how a token begins that was made without us (static/js/intake.js)
MARGIN = timedelta(hours=1)  # in which the page that was handed out is filled in


def new_token() -> str:
    """A token for one page."""
    return SIGNER.sign(uuid4().hex)


def token_for(request: HttpRequest) -> str:
    """The token of this browser's other tabs while it is good, else a new one."""
    kept = request.COOKIES.get(settings.ATTEMPT_COOKIE_NAME, "")
    try:
        SIGNER.unsign(kept, max_age=SAME_PRESS_WITHIN - MARGIN)
    except BadSignature:
        return new_token()
    return kept


def remember(response: HttpResponse, token: str) -> None:
    """Let the browser's other tabs carry the same token."""
    response.set_cookie(
        settings.ATTEMPT_COOKIE_NAME,
        token,
        max_age=SAME_PRESS_WITHIN,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def identity(token: str, *typed: str) -> UUID:
    """Which attempt this is. A token of another key or none at all is no reason to refuse help."""
    from_page = seed(token) or token[:LONGEST] or uuid4().hex
    return uuid5(NAMESPACE_URL, "\n".join([from_page, *typed]))


def seed(token: str) -> str:
    """What is the same for everything sent from one page of ours; "" for any other token."""
    try:
        return SIGNER.unsign(token)
    except BadSignature:
        return ""


def age(token: str, at: datetime) -> timedelta | None:
    """How long ago the page was made, to the second and never too short; None if not by us."""
    if not seed(token):
        return None
    made = b62_decode(token.rsplit(SIGNER.sep, 2)[1])
    return timedelta(seconds=at.timestamp() - made)


def is_from_here(request: HttpRequest) -> bool:
    """False when another site's page sent this. It stands in for the CSRF cookie.

    A browser that names no origin is let through: asking for a call uses nobody's rights.
    """
    origin = request.headers.get("Origin", "")
    if origin in {"", "null"}:
        origin = request.headers.get("Referer", "")
    if not origin:
        return True
    here = {request.get_host(), urlsplit(settings.SITE_URL).netloc}
    try:
        return urlsplit(origin).netloc in here
    except ValueError:  # "http://[": no address at all
        return False
