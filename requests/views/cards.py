"""Contact cards (vCard 3.0), so that a call is known when it comes."""

import re

from django.http import HttpResponse


def card_file(
    *, filename: str, name: str, number: str, organization: str = "", note: str = ""
) -> HttpResponse:
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"N:{_escaped(name)};;;;",
        f"FN:{_escaped(name)}",
        f"ORG:{_escaped(organization)}" if organization else "",
        f"TEL;TYPE=VOICE:{_escaped(number)}",
        f"NOTE:{_escaped(note)}" if note else "",
        "END:VCARD",
    ]
    body = "\r\n".join(line for line in lines if line) + "\r\n"
    return HttpResponse(
        body,
        content_type="text/vcard; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _escaped(text: str) -> str:
    """One line of plain text: a name can't add a line of its own."""
    one_line = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return re.sub(r"([\\;,])", r"\\\1", one_line)
