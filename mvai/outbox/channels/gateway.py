"""What the SMS and voice gateway and we have in common."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.datastructures import MultiValueDict

Params = Mapping[str, str] | Iterable[tuple[str, str]]

SIGNATURE_HEADER = "X-Twilio-Signature"


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
    key = settings.SMS_GATEWAY_TOKEN.encode()
    return base64.b64encode(hmac.digest(key, signed.encode(), hashlib.sha1)).decode()


def is_genuine(path: str, params: Params, given: str) -> bool:
    """Whether `given` is the gateway's signature over a form posted to our `path` with its query.

    Behind a proxy the process sees another address: what counts is SITE_URL, which we gave out.
    """
    ours = signature(f"{settings.SITE_URL}{path}", params)
    return hmac.compare_digest(ours.encode(), given.encode())
