"""The library: items, the editions of each, what readers find them by, and a team's own copies."""

from resources.models.catalog import CatalogRow
from resources.models.edition import Edition
from resources.models.item import Item
from resources.models.missed import MissedSearch
from resources.models.synonyms import SynonymGroup
from resources.models.team import TeamChecklist, TeamLine
from resources.models.use import ItemUse
from resources.states import Audience, EditionState, Kind

__all__ = [
    "Audience",
    "CatalogRow",
    "Edition",
    "EditionState",
    "Item",
    "ItemUse",
    "Kind",
    "MissedSearch",
    "SynonymGroup",
    "TeamChecklist",
    "TeamLine",
]
