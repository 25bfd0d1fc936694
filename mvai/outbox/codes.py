"""Six digits that show that somebody reads what is sent to a number or an address.

They are derived from a row and the site's secret when they are sent and when they are entered:
never stored, never shown to anybody else.
"""

from django.utils.crypto import salted_hmac

DIGITS = 6


def digits(purpose: str, *parts: object) -> str:
    """The code for these parts; the same parts give another purpose other digits."""
    made = ":".join(str(part) for part in parts)
    digest = salted_hmac(purpose, made, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def spoken(code: str) -> str:
    """As a voice says it: one digit after the other."""
    return ", ".join(code)


def typed(text: str) -> str:
    """What somebody typed, as digits: people copy codes with spaces."""
    return "".join(one for one in text if one in "0123456789")
