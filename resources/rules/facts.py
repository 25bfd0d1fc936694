"""The facts of an edition in the words that people use for them. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from resources.models import Edition
from resources.models.edition import WORDS
from resources.states import Audience, Kind

# By field and code: "needs", "MEDIA" → "Media and the public".
Terms = Mapping[str, Mapping[str, str]]


def labels() -> dict[str, str]:
    return {
        name: _capital(str(getattr(Edition._meta.get_field(name), "verbose_name", name)))
        for name in WORDS
    }


def in_words(facts: Mapping[str, Any], terms: Terms) -> dict[str, str]:
    """Each fact as text; what is a list has a line for each of its parts."""
    return {name: _said(name, facts[name], terms) for name in WORDS if name in facts}


def words_of(edition: Edition) -> dict[str, Any]:
    """What its author wrote."""
    return {name: getattr(edition, name) for name in WORDS}


def _said(name: str, value: Any, terms: Terms) -> str:
    if name == "sources":
        return "\n".join(f"{one['title']} {one['address']}" for one in value)
    if name == "kind":
        return str(dict(Kind.choices).get(value, value))
    if name == "audiences":
        known = dict(Audience.choices)
        return "\n".join(str(known.get(code, code)) for code in value)
    if isinstance(value, list):
        return "\n".join(terms.get(name, {}).get(code, code) for code in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
