"""Staff chat rooms, told by a signed webhook.

The headers and the signature are those of the Standard Webhooks convention: HMAC-SHA256 over
"id.timestamp.body" with the room's own secret, so that a receiver can refuse what is forged,
and by the time stamp and the id what is replayed. The id is our reference, the same at every
attempt.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from mvai.outbox import outward
from mvai.outbox.channels.letters import Letter, NoAnswer, Receipt, Rejected, Taken, TryAgain
from mvai.outbox.states import NotSent

PREFIX = "whsec_"
LONGEST_WISH = timedelta(hours=1)
_LATER = frozenset({408, 425, 429, 503})


def new_secret() -> str:
    """A secret as receivers' libraries take it: a prefix and 32 bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, *, reference: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((reference.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def send(letter: Letter, *, about_to: Callable[[], None]) -> str:
    """Tell the room. Its address may not lead inside, and no redirect is followed."""
    body = json.dumps({"type": "message", "id": letter.reference, "text": letter.text}).encode()
    timestamp = str(int(time.time()))  # the moment of sending: receivers compare it with theirs
    headers = {
        "webhook-id": letter.reference,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(
            letter.secret, reference=letter.reference, timestamp=timestamp, body=body
        ),
    }
    about_to()
    try:
        answer = outward.post(letter.to, body=body, headers=headers)
    except outward.Inside:
        raise Rejected("address inside", NotSent.ADDRESS_REFUSED) from None
    except outward.Unreachable as error:
        raise TryAgain(str(error)) from None
    except outward.Unanswered as error:
        raise NoAnswer(str(error)) from None
    detail = f"HTTP {answer.status}"
    if answer.status in _LATER:
        raise TryAgain(detail, after=_wish(answer.retry_after))
    if answer.status >= 500:
        raise NoAnswer(detail)
    if not 200 <= answer.status < 300:
        raise Rejected(detail, NotSent.REFUSED)
    return ""


def ask(_letter: Letter, *, since: datetime) -> Receipt:
    """A room can't be asked; it knows our id, should it get it twice."""
    return Receipt(Taken.CANNOT_TELL)


def _wish(retry_after: str) -> timedelta | None:
    try:
        return min(timedelta(seconds=max(int(retry_after), 0)), LONGEST_WISH)
    except ValueError:
        return None
