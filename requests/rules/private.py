"""Whether a line of text holds a way to reach somebody. Pure."""

import re

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.\w{2,}")
# Ten digits in a row of them, however they are set apart; dates and street numbers are shorter.
_NUMBER = re.compile(r"(?:\d[\s().-]{0,2}){10,}")


def holds_contact_details(text: str) -> bool:
    """An e-mail address or a telephone number."""
    return bool(_ADDRESS.search(text) or _NUMBER.search(text))
