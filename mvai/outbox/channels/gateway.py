"""What texts and calls share: an HTTP gateway of the widespread Messages / Calls shape.

A text is a form posted to `{base}/Accounts/{account}/Messages.json`, a call one posted to
`…/Calls.json`, both with HTTP basic auth; the answer is JSON with a `sid`, or with `code` and
`message`. The same resources, read, list what was taken. What the gateway posts to us is signed
with the same token. docs/adr/0010 says what we rely on.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Literal
from urllib.parse import quote

import httpx
from django.conf import settings
from django.utils.datastructures import MultiValueDict

from mvai.outbox.channels.codes import reason_of
from mvai.outbox.channels.letters import Letter, NoAnswer, Receipt, Rejected, Taken, TryAgain
from mvai.outbox.states import NotSent

Resource = Literal["Messages", "Calls"]
Params = Mapping[str, str] | Iterable[tuple[str, str]]

SIGNATURE_HEADER = "X-Twilio-Signature"
SECONDS = 8.0  # for an answer to begin
ENDS_WITHIN = 3.0  # seconds more
LARGEST_ANSWER = 256 * 1024  # bytes
LONGEST_WISH = timedelta(hours=1)
PAGE = 100  # entries of a list
# Their clock and ours: what is listed as made up to a minute too early may be ours, and is no
# proof; within a few seconds it is.
MAY_BE_OURS = timedelta(minutes=1)
IS_OURS = timedelta(seconds=5)
# Our own access is not in order, or the gateway asks for patience: nobody's number is at fault.
_LATER = frozenset({401, 403, 407, 408, 425, 429, 503})
_NOT_MADE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
FAILED_STATUSES = frozenset({"failed", "undelivered", "canceled", "busy", "no-answer"})


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    content: dict[str, Any] = field(default_factory=dict)  # empty when it made no sense
    wish: timedelta | None = None  # to be left alone for so long

    @property
    def detail(self) -> str:
        code = self.content.get("code")
        named = f", code {code}" if code and isinstance(code, int) else ""
        return f"HTTP {self.status}{named}"


def hand_over(
    resource: Resource, fields: Mapping[str, Any], *, about_to: Callable[[], None]
) -> str:
    """Post one text or call and return the gateway's sid for it."""
    about_to()
    try:
        answer = _exchange("POST", resource, data=fields)
    except _NOT_MADE as error:
        raise TryAgain(type(error).__name__) from None
    except httpx.HTTPError as error:
        raise NoAnswer(type(error).__name__) from None
    if answer.status in _LATER:
        raise TryAgain(answer.detail, after=answer.wish)
    if 400 <= answer.status < 500:
        code = answer.content.get("code")
        raise Rejected(answer.detail, reason_of(code, otherwise=NotSent.REFUSED))
    if not httpx.codes.is_success(answer.status):
        raise NoAnswer(answer.detail)  # a gateway that stumbles may have taken it first
    sid = _sid(answer.content)
    if not sid:
        raise NoAnswer(f"{answer.detail} without a sid")
    return sid


def ask(resource: Resource, letter: Letter, *, since: datetime, text: str | None) -> Receipt:
    """Whether the gateway has taken the letter that we began to hand over at `since` (UTC).

    A gateway that echoes our reference is believed. Another is asked what it took for that
    number since then: nothing is a no, exactly one with our `text` a yes, and all else leaves it
    open. Without a text (calls) only a no can be told that way. A copy that has failed on its way
    is a no: it will not arrive.
    """
    # Only to shorten the list: a clock that ran ahead must not hide what was taken.
    week_before = (since.astimezone(UTC) - timedelta(days=7)).date().isoformat()
    date = "DateSent>" if resource == "Messages" else "StartTime>"
    query = {
        "Reference": letter.reference,
        "To": letter.to,
        date: week_before,
        "PageSize": str(PAGE),
    }
    try:
        answer = _exchange("GET", resource, params=query)
    except httpx.HTTPError as error:
        raise TryAgain(type(error).__name__) from None
    if answer.status in _LATER or answer.status >= 500:
        raise TryAgain(answer.detail, after=answer.wish)
    rows = answer.content.get(resource.lower())
    if not httpx.codes.is_success(answer.status) or not isinstance(rows, list):
        return Receipt(Taken.CANNOT_TELL)
    is_all = not answer.content.get("next_page_uri")
    return _found([row for row in rows if isinstance(row, dict)], letter, since, text, is_all)


def signature(url: str, params: Params) -> str:
    """What the gateway puts into X-Twilio-Signature when it posts `params` to `url`.

    Base64 of an HMAC-SHA1, keyed with our token, over the whole URL followed by every parameter's
    name and value, sorted. `params` are the form's pairs, a mapping or a QueryDict.
    """
    if isinstance(params, MultiValueDict):
        pairs = [(name, value) for name, values in params.lists() for value in values]
    else:
        pairs = list(params.items() if isinstance(params, Mapping) else params)
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    key = settings.GATEWAY_TOKEN.encode()
    return base64.b64encode(hmac.digest(key, signed.encode(), hashlib.sha1)).decode()


def is_genuine(path: str, params: Params, given: str) -> bool:
    """Whether `given` is the gateway's signature over a form posted to our `path` with its query.

    Behind a proxy the process sees another address: what counts is SITE_URL, which we gave out.
    """
    ours = signature(f"{settings.SITE_URL}{path}", params)
    return hmac.compare_digest(ours.encode(), given.encode())


def _found(
    rows: list[dict[str, Any]], letter: Letter, since: datetime, text: str | None, is_all: bool
) -> Receipt:
    echoed = [row for row in rows if row.get("reference") == letter.reference]
    if echoed:
        return _standing(echoed)
    nothing = Receipt(Taken.NO if is_all else Taken.CANNOT_TELL)
    if rows and all(row.get("reference") for row in rows):
        return nothing  # it echoes references, and ours is not among them
    near = [
        row
        for row in rows
        if row.get("to") == letter.to and _made_at(row, since) >= since - MAY_BE_OURS
    ]
    if not near:
        return nothing
    alike = [row for row in near if text is not None and row.get("body") == text]
    if len(alike) == 1 and _made_at(alike[0], since - MAY_BE_OURS) >= since - IS_OURS:
        return _standing(alike)
    return Receipt(Taken.CANNOT_TELL)


def _standing(copies: list[dict[str, Any]]) -> Receipt:
    for row in copies:
        if row.get("status") not in FAILED_STATUSES and (sid := _sid(row)):
            return Receipt(Taken.YES, sid)
    return Receipt(Taken.NO)


def _made_at(row: dict[str, Any], otherwise: datetime) -> datetime:
    """When it was made, as RFC 2822 writes it; `otherwise` when that can't be read."""
    try:
        made = parsedate_to_datetime(str(row.get("date_created")))
    except ValueError:
        return otherwise
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _exchange(method: str, resource: Resource, **content: Any) -> _Answer:
    base = settings.GATEWAY_URL.rstrip("/")
    url = f"{base}/Accounts/{quote(settings.GATEWAY_ACCOUNT, safe='')}/{resource}.json"
    auth = (settings.GATEWAY_ACCOUNT, settings.GATEWAY_TOKEN)
    with _client().stream(method, url, auth=auth, **content) as response:
        return _Answer(response.status_code, _content(response), _wish(response))


def _content(response: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; empty when it is none, breaks off, or will not end."""
    ends = time.monotonic() + ENDS_WITHIN
    body = b""
    try:
        for part in response.iter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER or time.monotonic() > ends:
                return {}
        content = json.loads(body)
    except (httpx.HTTPError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _sid(content: dict[str, Any]) -> str:
    """The sid, unless it comes with an error."""
    sid = content.get("sid")
    return sid.replace("\x00", "")[:200] if isinstance(sid, str) and not content.get("code") else ""


def _wish(response: httpx.Response) -> timedelta | None:
    """Retry-After, as seconds or as a time beside the answer's own."""
    given = response.headers.get("Retry-After", "")
    try:
        if given.isdecimal():
            wish = timedelta(seconds=min(int(given), LONGEST_WISH.total_seconds()))
        else:
            wish = parsedate_to_datetime(given) - parsedate_to_datetime(response.headers["Date"])
    except (KeyError, TypeError, ValueError):
        return None
    return max(timedelta(0), min(wish, LONGEST_WISH))


@cache
def _client() -> httpx.Client:
    # A connection is kept for a burst only: one that the gateway closes just when it is used
    # again looks like "no answer", and gateways keep an idle one much longer than this.
    limits = httpx.Limits(max_keepalive_connections=4, keepalive_expiry=2.0)
    return httpx.Client(timeout=httpx.Timeout(SECONDS, connect=3.0), limits=limits, trust_env=False)


# A socket must not be used by two processes.
os.register_at_fork(after_in_child=_client.cache_clear)
