"""The library: items, the editions of each, and what readers find them by."""

from resources.models.catalog import CatalogRow
from resources.models.edition import Edition
from resources.models.files import Attachment, StoredFile, StoredPart
from resources.models.imports import ImportLine, LibraryImport
from resources.models.item import Item
from resources.models.links import Link, LinkHost, LinkRound, LinkUse
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
    "Kind",
    "LibraryImport",
    "Link",
    "LinkHost",
    "LinkRound",
    "LinkUse",
    "StoredFile",
    "StoredPart",
]
