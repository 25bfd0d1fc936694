"""What the library's pages look up."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from resources.rules import markdown as reading

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
