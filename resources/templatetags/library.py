"""What the library's pages look up."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(things: Mapping[str, Any], name: str) -> Any:
    """The thing of that name, or None."""
    return things.get(name)
