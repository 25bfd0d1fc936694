"""An edition from the zip: read, and each of its facts checked against what the library knows."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from mvai.taxonomy.models import Need, Phase, Setting
from mvai.web.refusals import Refused
from resources.models.edition import WORDS
from resources.models.item import OUR_PAGES
from resources.rules import front_matter
from resources.rules.archives import Archive
from resources.rules.catalog_file import LARGEST_TEXT, Place
from resources.rules.import_plans import Found
from resources.states import Audience

_TERMS: tuple[tuple[str, Any], ...] = (("needs", Need), ("phases", Phase), ("settings", Setting))
_is_address = URLValidator(schemes=["http", "https"])


def read_edition(archive: Archive, place: Place) -> Found:
    """Refused with a sentence where it can't be understood, or names what we don't have."""
    try:
        said = archive.read(place.path, most=LARGEST_TEXT).decode("utf-8")
    except UnicodeDecodeError as reason:
        raise Refused(_("It is not written in UTF-8.")) from reason
    text = front_matter.read(said)
    facts = text.facts
    if facts["number"] != place.number:
        raise Refused(
            _("It says version %(said)s, and its name says %(named)s.")
            % {"said": facts["number"], "named": place.number}
        )
    _check(place, facts)
    words = {name: facts[name] for name in WORDS if name not in ("card", "text")}
    return Found(place, facts, words | {"card": text.card, "text": text.full})


def _check(place: Place, facts: Mapping[str, Any]) -> None:
    if place.language not in dict(settings.LANGUAGES):
        raise Refused(_("The library has no language “%(code)s”.") % {"code": place.language})
    if place.slug in OUR_PAGES:
        raise Refused(_("An address of our own begins like this item’s."))
    for name, model in _TERMS:
        known = set(model.objects.values_list("pk", flat=True))
        _only_known(name, facts[name], known)
    _only_known("audience", facts["audiences"], set(Audience.values))
    if any(len(word) > 60 for word in facts["keywords"]):
        raise Refused(_("“keywords” holds one that is too long."))
    for address in [facts["address"], *(source["address"] for source in facts["sources"])]:
        try:
            if address:
                _is_address(address)
        except ValidationError:
            raise Refused(_("“%(said)s” is no address.") % {"said": address[:60]}) from None


def _only_known(name: str, said: list[str], known: set[str]) -> None:
    if unknown := sorted(set(said) - known):
        raise Refused(
            _("“%(name)s” names %(code)s, which we don’t have.")
            % {"name": name, "code": unknown[0][:40]}
        )
