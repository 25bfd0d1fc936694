"""Numbers and addresses in the one form that is dialed or written to."""

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mvai.people.models import Channel


def normalize(channel: str, value: str) -> str:
    """E.164 for voice and text, lower case for e-mail; "" when it can't be read.

    What can't be read is never refused: it is kept as typed, and a person dials it by hand.
    """
    if channel == Channel.EMAIL:
        return _address(value)
    return _number(value, may_have_extension=channel == Channel.VOICE)


def _address(value: str) -> str:
    address = value.strip().lower()  # "+tag" stays: it is part of where the mail goes
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def _number(value: str, *, may_have_extension: bool) -> str:
    try:
        number = phonenumbers.parse(value, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return ""
    # "Possible", not "valid": new area codes open before the library knows them. Without an
    # area code a number is only half a number.
    if (
        phonenumbers.is_possible_number_with_reason(number)
        != phonenumbers.ValidationResult.IS_POSSIBLE
    ):
        return ""
    if number.extension and not may_have_extension:
        return ""  # a text can't reach a desk behind a switchboard
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
