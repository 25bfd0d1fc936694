"""Which addresses an account may have, and the sentence for one that it may not."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST = 254  # RFC 5321, with room for the angle brackets
LONGEST_NAME = 64  # before the "@"


def as_kept(address: str) -> str:
    """Lower case, since an address has one account whatever its case; "+tag" stays."""
    return address.strip().lower()


def why_not(address: str) -> str:
    """What is wrong with an address, in a sentence; "" when an account may have it.

    Letters beyond plain ones are refused, since some look just like plain ones and lead
    somewhere else.
    """
    odd = next((one for one in address if not one.isascii()), "")
    if odd:
        if not odd.isprintable():
            return _("This address holds a character that can’t be seen. Type it by hand.")
        return _(
            "“%(letter)s” isn’t one of the letters a to z, though it may look like one. "
            "Type the address by hand."
        ) % {"letter": odd}
    if len(address) > LONGEST:
        return _("This address is too long: 254 characters are the most.")
    before, _at, _after = address.rpartition("@")
    if len(before) > LONGEST_NAME:
        return _("This address is too long: 64 characters are the most before the “@”.")
    if '"' in address:
        return _("An address in quotation marks can’t be used here.")
    try:
        validate_email(address)
    except ValidationError:
        return _("This isn’t an e-mail address. It looks like name@agency.gov.")
    return ""
