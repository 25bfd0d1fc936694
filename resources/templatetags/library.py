"""What the library's pages look up."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from resources.rules import markdown as reading

register = template.Library()


@register.filter
def of(things: Mapping[str, Any], name: str) -> Any:
    """The thing of that name, or None."""
    return things.get(name)


@register.filter
def markdown(text: str) -> SafeString:
    """A library text as HTML, cleaned."""
    return reading.html(text)
