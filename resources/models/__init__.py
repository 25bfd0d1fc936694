"""The library: items, the editions of each, and what readers find them by."""

from resources.models.catalog import CatalogRow
from resources.models.edition import Edition
from resources.models.item import Item
from resources.models.nudge import Nudge
from resources.states import Audience, EditionState, Kind

__all__ = ["Audience", "CatalogRow", "Edition", "EditionState", "Item", "Kind", "Nudge"]
