"""Which time zone a place is in, without asking anyone: the tables are installed."""

import re
import zoneinfo
from collections import Counter
from functools import cache, lru_cache
from typing import Any

import tzfpy
import zipcodes

from mvai.agencies import states

_ZIP = re.compile(r"\d{5}")


def time_zone_for(
    *,
    zip_code: str = "",
    state: str = "",
    city: str = "",
    county: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
) -> str:
    """The IANA zone of a place, from the most exact thing known of it; "" when nothing helps.

    Coordinates count most, then the ZIP code, the city, the county, and the zone of most people
    in the state. It is a first guess to be confirmed: people near a border live by both.
    """
    state = states.state_code(state)
    return (
        _zone_at(latitude, longitude)
        or _zone_of_zip(zip_code)
        or (state and _zone_of_city(state, " ".join(city.split())))
        or (state and _zone_of_county(state, " ".join(county.split())))
        or states.MAIN_ZONES.get(state, "")
    )


def are_in_the_states(latitude: float, longitude: float) -> bool:
    """Whether coordinates can lie in a state or territory at all.

    Published lists write -9 or 0 where nothing is known.
    """
    if not -15 <= latitude <= 72:
        return False
    if longitude >= 0:
        return longitude >= 130  # Guam, the Marianas, the far end of the Aleutians
    return longitude <= -63


def _zone_at(latitude: float | None, longitude: float | None) -> str:
    if latitude is None or longitude is None or not are_in_the_states(latitude, longitude):
        return ""
    return _known(tzfpy.get_tz(longitude, latitude))


def _zone_of_zip(zip_code: str) -> str:
    digits = _ZIP.match(zip_code.strip())
    return _zone_of_most(zipcodes.matching(digits.group())) if digits else ""


@lru_cache(maxsize=4096)
def _zone_of_city(state: str, city: str) -> str:
    if not city:
        return ""
    titled = city.title()
    spellings = (city, titled, titled.replace(".", ""), titled.replace("St. ", "Saint "))
    for name in dict.fromkeys(spellings):
        if zone := _zone_of_most(zipcodes.filter_by(state=state, city=name)):
            return zone
    return ""


@lru_cache(maxsize=4096)
def _zone_of_county(state: str, county: str) -> str:
    """Asked only where it can differ from the state's: the table is searched from end to end."""
    if not county or state not in states.SPLIT:
        return ""
    # Several counties may stand in one cell: the first is the one the agency is listed under.
    first = county.split(",")[0].strip()
    for name in (f"{first} County", f"{first} Borough", first):
        if zone := _zone_of_most(zipcodes.filter_by(state=state, county=name)):
            return zone
    return ""


def _zone_of_most(found: list[dict[str, Any]]) -> str:
    zones = Counter(zone for row in found if (zone := _known(row["timezone"])))
    if zones:
        return zones.most_common(1)[0][0]
    for row in found:
        try:
            if zone := _zone_at(float(row["lat"]), float(row["long"])):
                return zone
        except (TypeError, ValueError):
            continue
    return ""


def _known(zone: str) -> str:
    """The zone, where it is one that people live by: at sea the tables answer Etc/GMT+10."""
    return zone if "/" in zone and not zone.startswith("Etc/") and zone in _all_zones() else ""


@cache
def _all_zones() -> set[str]:
    return zoneinfo.available_timezones()
