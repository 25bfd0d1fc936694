"""Contact cards (vCard 3.0, RFC 2426), so that a call is known when it comes.

Version 3.0 is what every phone in use takes. Lines are at most 75 bytes long and end as the
standard wants; a name can add neither a line nor a field.
"""

import re

import phonenumbers
from django.http import HttpResponse

from mvai.web.numbers import read_number

LINE = 75  # bytes, without the end of the line


def card_file(
    *, filename: str, name: str, number: str, organization: str = "", note: str = ""
) -> HttpResponse:
    return HttpResponse(
        card(name=name, number=number, organization=organization, note=note),
        content_type="text/vcard; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def card(*, name: str, number: str, organization: str = "", note: str = "") -> str:
    """The card's text. `number` is dialed as it is read; one that can't be read stays as typed."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//MVAI Portal//EN",
        # A whole name stands in the first field: what is family and what is given isn't known.
        f"N:{_escaped(name)};;;;",
        f"FN:{_escaped(name)}",
        f"ORG:{_escaped(organization)}" if organization else "",
        f"TEL;TYPE=WORK,VOICE:{_escaped(_dialed(number))}",
        f"NOTE:{_escaped(note)}" if note else "",
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines if line)


def _dialed(number: str) -> str:
    """E.164, which a phone recognizes whatever the country; with what is dialed after it."""
    read = read_number(number)
    if read is None:
        return number
    whole = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    return f"{whole},{read.extension}" if read.extension else whole


def _escaped(text: str) -> str:
    """A text value: line breaks are written as such, other controls are left out."""
    kept = re.sub(r"\r\n?|[\u2028\u2029\u0085]", "\n", text)
    kept = re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+", " ", kept)
    return re.sub(r"([\\;,])", r"\\\1", kept).replace("\n", r"\n")


def _folded(line: str) -> str:
    """The line in parts of at most LINE bytes, never in the middle of a character."""
    parts, part, length = [], "", 0
    for symbol in line:
        size = len(symbol.encode())
        if length + size > LINE:
            parts.append(part)
            part, length = " ", 1
        part += symbol
        length += size
    return "\r\n".join([*parts, part])
