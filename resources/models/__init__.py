"""The library: items, the editions of each, what readers find them by, and a team's own copies."""

from resources.models.catalog import CatalogRow
from resources.models.edition import Edition
from resources.models.files import Attachment, StoredFile, StoredPart
from resources.models.imports import ImportLine, LibraryImport
from resources.models.item import Item
from resources.models.links import Link, LinkHost, LinkRound, LinkUse
from resources.models.missed import MissedSearch
from resources.models.nudge import Nudge
from resources.models.synonyms import SynonymGroup
from resources.models.team import TeamChecklist, TeamLine
from resources.models.use import ItemUse
from resources.states import Audience, EditionState, FileState, Kind

__all__ = [
    "Attachment",
    "Audience",
    "CatalogRow",
    "Edition",
    "EditionState",
    "FileState",
    "ImportLine",
    "Item",
    "ItemUse",
    "Kind",
    "LibraryImport",
    "Link",
    "LinkHost",
    "LinkRound",
    "LinkUse",
    "MissedSearch",
    "Nudge",
    "StoredFile",
    "StoredPart",
    "SynonymGroup",
    "TeamChecklist",
    "TeamLine",
]
