# ruff: noqa: SIM905 - words in a row are easier to read than a list of them
"""Writes a directory of fictional agencies with the quirks of the published one.

Missing and impossible coordinates, several counties in a cell, Nebraska's NB, names that stand
several times in a state, territories, ORIs with letters in them, apostrophes, quotes, accents
and names run together, and a few rows that must be refused. The same seed writes the same file.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

# Two letters an ORI begins with, state, how many agencies of a thousand, somewhere in it.
_STATES = """
AL AL 21 32.8 -86.8|AK AK 3 61.4 -150.0|AZ AZ 8 33.4 -111.9|AR AR 15 34.8 -92.4
CA CA 39 36.8 -119.8|CO CO 14 39.6 -105.0|CT CT 6 41.6 -72.7|DE DE 4 39.1 -75.5
FL FL 50 28.2 -81.9|GA GA 35 32.7 -83.4|HI HI 1 21.3 -157.9|ID ID 7 43.6 -116.2
IL IL 50 40.1 -89.2|IN IN 17 40.0 -86.2|IA IA 12 42.0 -93.5|KS KS 20 38.5 -97.3
KY KY 28 37.8 -84.8|LA LA 13 30.9 -92.0|ME ME 11 44.6 -69.4|MD MD 9 39.1 -76.8
MA MA 22 42.3 -71.8|MI MI 37 43.3 -84.6|MN MN 19 45.6 -94.2|MS MS 11 32.7 -89.7
MO MO 31 38.4 -92.5|MT MT 6 46.9 -109.6|NB NE 15 41.3 -98.4|NV NV 4 39.5 -118.8
NH NH 11 43.5 -71.6|NJ NJ 28 40.2 -74.5|NM NM 7 34.5 -106.2|NY NY 53 42.9 -75.5
NC NC 35 35.6 -79.4|ND ND 6 47.5 -99.8|OH OH 39 40.3 -82.8|OK OK 20 35.6 -97.5
OR OR 13 44.6 -122.6|PA PA 80 40.9 -77.8|RI RI 3 41.7 -71.6|SC SC 24 33.9 -80.9
SD SD 8 44.4 -99.5|TN TN 26 35.9 -86.4|TX TX 51 31.4 -97.7|UT UT 8 40.2 -111.7
VT VT 5 44.1 -72.7|VA VA 21 37.5 -77.5|WA WA 14 47.4 -121.8|WV WV 23 38.6 -80.6
WI WI 20 44.4 -89.7|WY WY 4 42.8 -107.0|DC DC 1 38.9 -77.0|PR PR 1 18.2 -66.4
VI VI 1 18.3 -64.9|GM GU 1 13.4 144.8
"""
_FIRST = (
    "Ash Birch Calder Dray Elm Fallow Garnet Harrow Ivory Juniper Kestrel Larch Mallow Nettle "
    "Old Piper Quarry Raven Sorrel Tamar Umber Vesper Wren Yarrow Alder Bracken Cinder Drift "
    "Ember Flint Gale Hazel Iron Jasper Kindle Linden Marsh North Osprey Pebble"
).split()
_SECOND = (
    "brook bury dale field ford gate ham haven hurst land leigh mere mont mouth port ridge "
    "shire side stead stone ton vale view ville water well wick wood worth wyck"
).split()
_BEFORE = ("", "", "", "", "", "St. ", "Mount ", "Fort ", "New ", "Port ", "Upper ", "Saint ")
_ODD_TOWNS = ("O'Malloran", "Piñon Alto", "Cañada Vieja", 'The "Forks"', "L'Ombre-sur-Lac")

HEADERS = {
    "2018": (
        "state,ori,agency_name,agency_type_name,primary_county,icpsr_lat,icpsr_lng,"
        "months_reported,nibrs_months_reported,past_10_years_reported"
    ).split(","),
    "newer": (
        "ori,agency_name,agency_type,state_abbr,county,latitude,longitude,is_nibrs,nibrs_start_date"
    ).split(","),
}
# Every directory has this one, for tests that must find an agency by name.
RIVERTON = (
    "MN",
    "MN9990100",
    "Riverton Police Department",
    "City",
    "Blue Earth Fork",
    44.16,
    -94.0,
)
# Rows that an import refuses, as the published file has them.
REFUSED = (
    ("CO", "C0034019E", "Fort Larkin College", "University or College", "La Sombra", "", ""),
    ("MA", "MA914669E", "", "City", "", "", ""),
)

Row = tuple[str, str, str, str, str, float | str, float | str]


def write(path: Path, rows: int = 23_000, *, seed: int = 2026, layout: str = "2018") -> Path:
    """Write `rows` rows to `path`, of which `len(REFUSED)` can't be taken; return `path`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADERS[layout])
        for row in _rows(rows, random.Random(seed)):
            writer.writerow(_cells(row, layout))
    return path


def _cells(row: Row, layout: str) -> list[object]:
    state, ori, name, kind, county, latitude, longitude = row
    if layout == "2018":
        return [state, ori, name, kind, county, latitude, longitude, 12, 0, 10]
    told = [county.upper(), latitude, longitude]
    return [ori, name, kind, state, *(cell if cell != "" else "NA" for cell in told), "TRUE", "NA"]


def _rows(wanted: int, chance: random.Random) -> Iterator[Row]:
    places = [part.split() for part in _STATES.replace("\n", "|").split("|") if part.strip()]
    weights = [int(place[2]) for place in places]
    numbers = dict.fromkeys((place[0] for place in places), 0)
    yield RIVERTON
    yield from REFUSED
    for _number in range(wanted - 1 - len(REFUSED)):
        letters, state, _share, latitude, longitude = chance.choices(places, weights)[0]
        numbers[letters] += 1
        yield _row(letters, state, numbers[letters], float(latitude), float(longitude), chance)


def _row(
    letters: str, state: str, number: int, latitude: float, longitude: float, chance: random.Random
) -> Row:
    town = _town(chance)
    county = "" if chance.random() < 0.06 else _town(chance).removeprefix("St. ")
    if county and chance.random() < 0.02:
        county = f"{county}, {_town(chance)}, {_town(chance)}"
    kind, name, tail = _kind(town, county or town, chance)
    ori = f"{letters}{number:05d}00" if not tail else f"{letters}{number:04d}{tail}0"
    luck = chance.random()
    if luck < 0.052:
        return state, ori, name, kind, county, "", ""
    if luck < 0.053:
        return state, ori, name, kind, county, -9.0, -9.0
    near = round(latitude + chance.uniform(-0.4, 0.4), 6)
    return state, ori, name, kind, county, near, round(longitude + chance.uniform(-0.4, 0.4), 6)


def _town(chance: random.Random) -> str:
    if chance.random() < 0.004:
        return chance.choice(_ODD_TOWNS)
    # Few enough names that some stand several times in one state.
    return chance.choice(_BEFORE) + chance.choice(_FIRST) + chance.choice(_SECOND)


def _kind(town: str, county: str, chance: random.Random) -> tuple[str, str, str]:
    """Published type, name, and the letters such an agency's ORI ends with."""
    county = county.split(",")[0]
    return chance.choices(
        (
            ("City", f"{town} Police Department", ""),
            ("City", f"{town} Township Police Department", ""),
            ("City", "".join(town.title().split()), ""),
            ("County", f"{county} County Sheriff's Office", ""),
            ("County", f"{county} County Police Department", ""),
            ("Other State Agency", f"State Park: {county} County", "PN"),
            ("State Police", f"Highway Patrol: {county} County", "HP"),
            ("State Police", f"State Police: {county} County", "SP"),
            ("University or College", f"{town} State University", "UN"),
            ("Other", f"{county} County Railway: Line {chance.randint(1, 3)}", "RD"),
            ("Unknown", f"{town} National Monument", "DI"),
            ("Unknown", town, ""),
            ("Tribal", f"{town} Tribal", "DI"),
            ("Federal", f"{town} Navy Yard", "NV"),
        ),
        (480, 108, 5, 132, 3, 80, 40, 33, 43, 39, 12, 11, 10, 1),
    )[0]
