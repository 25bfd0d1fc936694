"""What the library's pages look up."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from mvai.web.templatetags import web
from resources.actions import scanner
from resources.forms.uploading import AttachForm
from resources.models import Attachment, Edition, ImportLine
from resources.rules import markdown as reading
from resources.states import LineWhat

register = template.Library()


@register.filter
def of(things: Mapping[str, Any], name: str) -> Any:
    """The thing of that name, or None."""
    return things.get(name)


@register.filter
def markdown(text: str, language: str = settings.LANGUAGE_CODE) -> SafeString:
    """A library text as HTML, cleaned; what we add to it is in the text's language."""
    return reading.html(text, language)


@register.filter
def host(address: str) -> str:
    """ "ojp.gov", for a link that says where it leads."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


_IMPORT_TONES = {"new": "settled", "changed": "attention", "refused": "urgent"}


@register.simple_tag
def import_word(line: ImportLine) -> str:
    """What becomes of a file, as a word in its tone."""
    return web.word(str(LineWhat(line.what).label), _IMPORT_TONES.get(line.what, "plain"))


@register.filter
def released_files(edition: Edition) -> list[Attachment]:
    return list(edition.files.released())


@register.filter
def all_files(edition: Edition) -> list[Attachment]:
    return list(edition.files.select_related("added_by__person"))


@register.filter
def attach_form(_edition: Edition) -> AttachForm:
    return AttachForm()


@register.filter
def is_scanned(_edition: Edition) -> bool:
    """Whether a scanner looks at files here."""
    return scanner.is_configured()
