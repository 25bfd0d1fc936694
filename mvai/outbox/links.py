"""Links in messages: derived when a message is written, never stored.

A token names its purpose, the rows it is about and their generation, and carries an HMAC over
them; so it can't be guessed, serves one purpose only, ends at its time, and is revoked by
raising the row's generation.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.http import base36_to_int, int_to_base36

_SIGNATURE_BYTES = 16  # 128 bits: not to be guessed, and short enough for a text message


@dataclass(frozen=True, slots=True)
class Link:
    """What a token stands for."""

    ids: tuple[int, ...]
    generation: int


def make(
    purpose: str, *ids: int, generation: int = 0, lasts: timedelta | None, now: datetime
) -> str:
    """A token for `ids`, safe in a URL; `lasts=None` never ends."""
    ends = 0 if lasts is None else int((now + lasts).timestamp())
    payload = "-".join(int_to_base36(number) for number in (*ids, generation, ends))
    return f"{payload}.{_signature(purpose, payload, settings.SECRET_KEY)}"


def read(purpose: str, token: str, *, now: datetime) -> Link | None:
    """The link, or None when it was made for something else, has ended or is not ours.

    Whether the generation is still the row's own is the caller's question.
    """
    payload, dot, signature = token.partition(".")
    if not dot or not any(
        hmac.compare_digest(_signature(purpose, payload, key).encode(), signature.encode())
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ):
        return None
    *ids, generation, ends = (base36_to_int(part) for part in payload.split("-"))
    if ends and now >= datetime.fromtimestamp(ends, tz=UTC):
        return None
    return Link(tuple(ids), generation)


def absolute(path: str) -> str:
    """The path with this site's address before it."""
    return f"{settings.SITE_URL}{path}"


def _signature(purpose: str, payload: str, key: str) -> str:
    digest = salted_hmac(f"mvai.outbox.links:{purpose}", payload, key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).rstrip(b"=").decode()
