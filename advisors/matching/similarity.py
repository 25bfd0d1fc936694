"""How like two settings, roles, agencies or phases are, as a credit from 0 to 1.

Settings (same 1; otherwise the table, read both ways; two settings in no row 0.3, because
having led through any attack counts for something):

    K12        CAMPUS 0.7   CHILDCARE 0.8   RESIDENCE 0.3
    CAMPUS     WORKPLACE 0.4   VENUE 0.4
    WORKPLACE  GOVT 0.6   RETAIL 0.6   HEALTH 0.5   TRANSIT 0.4
    RETAIL     HOSPITALITY 0.6   OPEN_EVENT 0.5   TRANSIT 0.5
    HOSPITALITY VENUE 0.8   OPEN_EVENT 0.6
    VENUE      OPEN_EVENT 0.8   WORSHIP 0.4
    OPEN_EVENT TRANSIT 0.5   WORSHIP 0.4
    HEALTH     RESIDENCE 0.4   CHILDCARE 0.4
    GOVT       CORRECTIONS 0.5   TRANSIT 0.5
    MULTI      OPEN_EVENT 0.5   RETAIL 0.5   WORKPLACE 0.5
    TRIBAL     K12 0.4   RESIDENCE 0.4   OPEN_EVENT 0.4

Roles: heads of agencies are peers of each other (chief, sheriff, state, campus, tribal: 0.7),
a deputy or incident commander is half a peer of a head. A PIO, an investigator or a wellness
lead is a peer of their own kind; commanders are a little of each (0.3).

Agencies: the same type 1; local and sheriff 0.6, local and special or tribal 0.5, sheriff and
constable 0.5, state and federal 0.5; else 0.2. Sizes by bands apart: 1, 0.7, 0.4, 0.2, 0.
"""

from collections.abc import Mapping
from functools import lru_cache

UNKNOWN = 0.5

SETTING_APART = 0.3
ROLE_APART = 0.1
TYPE_APART = 0.2
SIZE_BANDS = ("S1", "S10", "S25", "S50", "S100", "S500")
SIZE_CREDITS = (1.0, 0.7, 0.4, 0.2, 0.0, 0.0)
PHASES = ("PREP", "HOUR", "DAY1", "DAY3", "WEEK1", "MONTH1", "MONTHS", "YEAR1", "LONG")
LEVEL_TENTHS = (0, 5, 8, 10)  # whole tenths: sums never depend on the order

Table = Mapping[str, Mapping[str, float]]


def _both_ways(rows: Table) -> Table:
    table: dict[str, dict[str, float]] = {}
    for one, others in rows.items():
        for other, credit in others.items():
            table.setdefault(one, {})[other] = credit
            table.setdefault(other, {})[one] = credit
    return table


SETTINGS = _both_ways(
    {
        "K12": {"CAMPUS": 0.7, "CHILDCARE": 0.8, "RESIDENCE": 0.3},
        "CAMPUS": {"WORKPLACE": 0.4, "VENUE": 0.4},
        "WORKPLACE": {"GOVT": 0.6, "RETAIL": 0.6, "HEALTH": 0.5, "TRANSIT": 0.4},
        "RETAIL": {"HOSPITALITY": 0.6, "OPEN_EVENT": 0.5, "TRANSIT": 0.5},
        "HOSPITALITY": {"VENUE": 0.8, "OPEN_EVENT": 0.6},
        "VENUE": {"OPEN_EVENT": 0.8, "WORSHIP": 0.4},
        "OPEN_EVENT": {"TRANSIT": 0.5, "WORSHIP": 0.4},
        "HEALTH": {"RESIDENCE": 0.4, "CHILDCARE": 0.4},
        "GOVT": {"CORRECTIONS": 0.5, "TRANSIT": 0.5},
        "MULTI": {"OPEN_EVENT": 0.5, "RETAIL": 0.5, "WORKPLACE": 0.5},
        "TRIBAL": {"K12": 0.4, "RESIDENCE": 0.4, "OPEN_EVENT": 0.4},
    }
)

HEADS = ("LE_CHIEF", "LE_SHERIFF", "LE_STATE", "LE_CAMPUS", "LE_TRIBAL")
ROLES = _both_ways(
    {one: {other: 0.7 for other in HEADS if other != one} for one in HEADS}
    | {"LE_COMMAND": dict.fromkeys(HEADS, 0.5) | {"LE_PIO": 0.3, "LE_INVEST": 0.3}}
    | {"LE_WELLNESS": {"PSYCH": 0.5, "FAITH": 0.4, "LE_COMMAND": 0.3, "DISPATCH_911": 0.3}}
    | {"PROSECUTOR": {"LE_INVEST": 0.3, "LEGAL": 0.4}, "EM": {"LE_COMMAND": 0.4}}
)

AGENCY_TYPES = _both_ways(
    {
        "LOCAL": {"SHERIFF": 0.6, "SPECIAL": 0.5, "TRIBAL": 0.5},
        "SHERIFF": {"CONSTABLE_MARSHAL": 0.5, "TRIBAL": 0.4},
        "STATE": {"FEDERAL": 0.5, "TERRITORIAL": 0.5},
    }
)


def _look_up(table: Table, one: str, other: str, apart: float) -> float:
    if not one or not other:
        return UNKNOWN
    if one == other:
        return 1.0
    return table.get(one, {}).get(other, apart)


@lru_cache(maxsize=1024)
def of_settings(one: str, other: str) -> float:
    return _look_up(SETTINGS, one, other, SETTING_APART)


@lru_cache(maxsize=1024)
def of_roles(one: str, other: str) -> float:
    return _look_up(ROLES, one, other, ROLE_APART)


def of_agency_types(one: str, other: str) -> float:
    return _look_up(AGENCY_TYPES, one, other, TYPE_APART)


def of_sizes(one: str, other: str) -> float:
    if one not in SIZE_BANDS or other not in SIZE_BANDS:
        return UNKNOWN
    return SIZE_CREDITS[abs(SIZE_BANDS.index(one) - SIZE_BANDS.index(other))]


@lru_cache(maxsize=8192)
def of_agencies(one_type: str, one_size: str, other_type: str, other_size: str) -> float:
    """Type counts for 0.6 of it, size for 0.4."""
    return 0.6 * of_agency_types(one_type, other_type) + 0.4 * of_sizes(one_size, other_size)


@lru_cache(maxsize=128)
def of_phase(reached: str, needed: str) -> float:
    """Full when the advisor went at least as far as the request is now, else in proportion."""
    if needed not in PHASES or reached not in PHASES:
        return UNKNOWN if needed not in PHASES else 0.0
    return min(1.0, (PHASES.index(reached) + 1) / (PHASES.index(needed) + 1))
