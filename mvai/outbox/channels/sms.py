"""Text messages through an HTTP gateway, which can be asked about our own reference."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

import httpx
from django.conf import settings

from mvai.outbox.channels.letters import Letter, NoAnswer, Receipt, Rejected, Taken, TryAgain
from mvai.outbox.states import NotSent

TIMES = httpx.Timeout(8.0, connect=3.0)
LONGEST_WISH = timedelta(hours=1)
# Our own access is not in order, or the gateway asks for patience: nobody's number is at fault.
_LATER = frozenset({401, 403, 407, 408, 425, 429, 503})


def send(letter: Letter, *, about_to: Callable[[], None]) -> str:
    """Hand the text to the gateway and return its identifier for it."""
    content = {
        "to": letter.to,
        "from": settings.SMS_FROM,
        "body": letter.text,
        "reference": letter.reference,
    }
    about_to()
    try:
        answer = _client().post(settings.SMS_GATEWAY_URL, json=content, headers=_headers())
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise TryAgain(type(error).__name__) from None
    except httpx.HTTPError as error:
        raise NoAnswer(type(error).__name__) from None
    status = answer.status_code
    detail = f"HTTP {status}"
    if status in _LATER:
        raise TryAgain(detail, after=_wish(answer))
    if 400 <= status < 500:
        raise Rejected(detail, NotSent.REFUSED)
    if not answer.is_success:
        raise NoAnswer(detail)  # a gateway that stumbles may have taken it first
    identifier = _identifier(answer)
    if not identifier:
        raise NoAnswer(f"{detail} without an identifier")
    return identifier


def ask(reference: str) -> Receipt:
    """Whether the gateway has taken the text with our reference."""
    try:
        answer = _client().get(f"{settings.SMS_GATEWAY_URL}/{reference}", headers=_headers())
    except httpx.HTTPError as error:
        raise TryAgain(type(error).__name__) from None
    if answer.status_code == httpx.codes.NOT_FOUND:
        return Receipt(Taken.NO)
    if answer.status_code in _LATER or answer.is_server_error:
        raise TryAgain(f"HTTP {answer.status_code}", after=_wish(answer))
    identifier = _identifier(answer) if answer.is_success else ""
    return Receipt(Taken.YES, identifier) if identifier else Receipt(Taken.CANNOT_TELL)


@cache
def _client() -> httpx.Client:
    # No connection is kept: one that the gateway has closed meanwhile looks like "no answer".
    return httpx.Client(
        timeout=TIMES, limits=httpx.Limits(max_keepalive_connections=0), trust_env=False
    )


def _headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}"}


def _identifier(answer: httpx.Response) -> str:
    try:
        content = answer.json()
    except ValueError:
        return ""
    if not isinstance(content, dict) or content.get("error"):
        return ""
    return str(content.get("id") or content.get("sid") or "")[:200]


def _wish(answer: httpx.Response) -> timedelta | None:
    try:
        return min(timedelta(seconds=int(answer.headers.get("Retry-After", ""))), LONGEST_WISH)
    except ValueError:
        return None
