"""Telephone numbers as people read them and as a phone dials them."""

import re

import phonenumbers

# A number inside a sentence: "call or text 988", "1-800-985-5990".
IN_TEXT = re.compile(r"(?<![\w-])(?:911|988|\d{5,6}|(?:1-)?\d{3}-\d{3}-\d{4})(?![\w-])")


def read_number(value: str) -> phonenumbers.PhoneNumber | None:
    """The number meant by what was typed, US where no country is given; None if it isn't one."""
    try:
        number = phonenumbers.parse(str(value), "US")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def number_words(value: str) -> str:
    """ "(308) 555-0121"; what can't be read as a number stays as it was typed."""
    number = read_number(value)
    if number is None:
        return str(value)
    national = number.country_code == 1
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if national else style.INTERNATIONAL)


def number_link(value: str) -> str:
    """ "tel:+1-308-555-0121", for the href of a link; empty if it isn't a number."""
    number = read_number(value)
    if number is None:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966)
