"""A browser in Spanish whose every page is checked.

Two nets: what a page asked of the catalog and did not find, and English sentences on it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

from django.utils import translation
from django.utils.translation import trans_real

from mvai.outbox import writing
from mvai.outbox.models import Message
from requests.actions import codes
from requests.actions.messages import status_url
from tests.factories import NOON
from tools import words

LONG = 12  # letters: a shorter English text may be a part of a Spanish one
# English and Spanish alike: names of programs and of lines.
NAMES = {"Safe Call Now", "Crisis Text Line", "Fire/EMS Helpline", "Police Chief"}
ENGLISH = [
    entry.text
    for entry in words.everything()
    if len(entry.text) > LONG and "%(" not in entry.text and entry.text not in NAMES
]


@contextmanager
def nothing_missing() -> Iterator[None]:
    """Fails when somebody looks up a text in Spanish that neither we nor Django have."""
    catalog, missed = trans_real.translation("es"), set()
    found, found_plural = catalog.gettext, catalog.ngettext

    def gettext(text):
        if catalog._catalog.get(text) is None and re.search(r"[a-z]{2}", text):
            missed.add(text)
        return found(text)

    def ngettext(one, many, number):
        said = found_plural(one, many, number)
        if said in (one, many) and catalog._catalog.get((one, 0)) is None:
            missed.add(one)
        return said

    catalog.gettext, catalog.ngettext = gettext, ngettext
    try:
        yield
    finally:
        del catalog.gettext, catalog.ngettext
    assert not missed, missed


def is_spanish(page) -> None:
    html = page.content.decode()
    if "<html" in html:
        assert '<html lang="es"' in html
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    labels = re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]+)"', html)
    english = [text for text in ENGLISH if text in said or text in map(unescape, labels)]
    assert not english, english


class Spanish:
    """A client that fails on the first English word."""

    def __init__(self, client):
        self.client = client

    def get(self, address, **given):
        return self._checked("get", address, **given)

    def post(self, address, data=None, **given):
        return self._checked("post", address, data or {}, follow=True, **given)

    def _checked(self, method, address, *arguments, **given):
        with nothing_missing():
            page = getattr(self.client, method)(address, *arguments, **given)
        is_spanish(page)
        return page


def address_of(request) -> str:
    with translation.override("es"):
        return "/" + status_url(request).split("/", 3)[3]


def opened(spanish, request) -> str:
    """The status page of a request whose code was entered."""
    address = address_of(request)
    code = codes.send_code(assistance_request=request, at=NOON)
    spanish.post(f"{address}open/", {"code": code.digits()})
    return address


def written(message):
    """What is sent of a message, with each of its words in Spanish."""
    loaded = Message.objects.select_related("person", "contact_point", "room").get(pk=message.pk)
    with nothing_missing():
        letter = writing.write(loaded)
    for said in (letter.subject, letter.text, letter.html):
        assert not [text for text in ENGLISH if text in (said or "")]
    return letter
