"""Reads a published directory of agencies, row by row, in either of the layouts in use.

Nothing here touches the database. What can't be read is named with its line and the reason.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mvai.agencies import states
from mvai.agencies.models import ORI_PATTERN
from mvai.agencies.places import are_in_the_states
from mvai.agencies.types import agency_type_for
from mvai.web.refusals import Refused

# Our name: the names that publishers have used, the surest first.
COLUMNS = {
    "ori": ("ori", "ori9"),
    "name": ("agency_name", "name"),
    "type": ("agency_type_name", "agency_type"),
    "state": ("state_abbr", "state_postal_abbr", "state", "state_name"),
    "county": ("primary_county", "county", "county_name", "counties"),
    "latitude": ("icpsr_lat", "latitude", "lat"),
    "longitude": ("icpsr_lng", "longitude", "lng", "lon", "long"),
}
NEEDED = ("ori", "name")
LONGEST_NAME = 200
_MISSING = frozenset({"", "na", "n/a", "null", "none", "nan", "-"})
_ORI = re.compile(ORI_PATTERN)
_ORI_INSIDE = re.compile(r"\b[A-Z]{2}[A-Z0-9]{7}\b")
_DELIMITERS = ",;\t|"


class Unreadable(Refused):
    """The file as a whole can't be read as a directory."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One agency as the directory has it."""

    line: int
    ori: str
    name: str
    agency_type: str
    county: str
    state: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was left out, why, and which agencies it may be about."""

    line: int
    reason: str
    header: list[str]
    cells: list[str]
    oris: frozenset[str] = frozenset()


class Directory:
    """A directory file; iterate over it for a `Listing` or a `RefusedRow` per row.

    Raises `Unreadable`, with a sentence, for a file without rows, without the columns that are
    needed, or that is no text.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: list[str] = []
        self._places: dict[str, int] = {}

    def missing_columns(self) -> list[str]:
        """What the file does not tell at all; known once reading has begun."""
        return [column for column in COLUMNS if column not in self._places]

    def __iter__(self) -> Iterator[Listing | RefusedRow]:
        try:
            with open(self.path, encoding=_encoding_of(self.path), newline="") as text:
                yield from self._rows(text)
        except OSError as problem:
            raise Unreadable(f"{self.path} can't be opened: {problem.strerror}.") from problem
        except UnicodeError as problem:
            raise Unreadable(f"{self.path} is not a text file.") from problem

    def _rows(self, text: io.TextIOBase) -> Iterator[Listing | RefusedRow]:
        first = text.readline()
        if not first.strip():
            raise Unreadable(f"{self.path} is empty: it has no header line.")
        delimiter = max(_DELIMITERS, key=first.count)
        self._read_header(next(csv.reader([first], delimiter=delimiter)))
        lines_seen: dict[str, int] = {}
        reader = csv.reader(text, delimiter=delimiter)
        line, rows = 2, 0
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as problem:
                raise Unreadable(
                    f"Line {reader.line_num + 1} can't be read: {problem}."
                ) from problem
            if cells is None:
                break
            if any(cell.strip() for cell in cells):
                rows += 1
                yield self._row(line, cells, lines_seen)
            line = reader.line_num + 2
        if not rows:
            raise Unreadable(f"{self.path} has a header line and no agencies.")

    def _read_header(self, header: list[str]) -> None:
        self.header = [cell.strip() for cell in header]
        found = {name.lower().replace(" ", "_"): place for place, name in enumerate(self.header)}
        for column, names in COLUMNS.items():
            for name in names:
                if name in found:
                    self._places[column] = found[name]
                    break
        lacking = [COLUMNS[column][0] for column in NEEDED if column not in self._places]
        if lacking:
            raise Unreadable(
                f"The header line has no column {' and no column '.join(lacking)}. "
                f"It has: {', '.join(self.header)[:300]}."
            )

    def _row(self, line: int, cells: list[str], lines_seen: dict[str, int]) -> Listing | RefusedRow:
        """A listing, or the first thing that is wrong with it."""
        ori = self._cell(cells, "ori").upper()
        oris = frozenset({ori} if _ORI.fullmatch(ori) else ())
        try:
            if any("\n" in cell for cell in cells):
                oris |= frozenset(_ORI_INSIDE.findall(" ".join(cells)))
                raise ValueError("A cell runs over several lines: is a quotation mark missing?")
            if len(cells) < len(self.header) or any(
                cell.strip() for cell in cells[len(self.header) :]
            ):
                raise ValueError(
                    f"It has {len(cells)} cells where the header has {len(self.header)}."
                )
            if not ori:
                raise ValueError("The ORI is missing.")
            if not oris:
                raise ValueError(
                    f"“{ori[:40]}” is not an ORI: two letters, then seven letters or digits."
                )
            if ori in lines_seen:
                raise ValueError(f"{ori} is already on line {lines_seen[ori]}, which was taken.")
            listing = self._listing(line, ori, cells)
        except ValueError as problem:
            return RefusedRow(line, str(problem), self.header, cells, oris)
        lines_seen[ori] = line
        return listing

    def _listing(self, line: int, ori: str, cells: list[str]) -> Listing:
        name = self._cell(cells, "name")
        if not name:
            raise ValueError("The agency's name is missing.")
        if len(name) > LONGEST_NAME:
            raise ValueError(f"The name is longer than {LONGEST_NAME} letters.")
        published_state = self._cell(cells, "state")
        state = states.state_code(published_state) if published_state else states.state_of_ori(ori)
        if not state:
            raise ValueError(
                f"“{published_state[:40]}” is not a state or territory."
                if published_state
                else "The state is missing, and the ORI does not tell it."
            )
        latitude, longitude = self._coordinates(cells)
        return Listing(
            line=line,
            ori=ori,
            name=name,
            agency_type=agency_type_for(self._cell(cells, "type"), name, ori=ori, state=state),
            county=_county(self._cell(cells, "county")),
            state=state,
            latitude=latitude,
            longitude=longitude,
        )

    def _coordinates(self, cells: list[str]) -> tuple[float | None, float | None]:
        """Both or neither; a place that can't be in the States is as good as unknown."""
        texts = self._cell(cells, "latitude"), self._cell(cells, "longitude")
        if not all(texts):
            return None, None
        try:
            latitude, longitude = map(float, texts)
        except ValueError:
            raise ValueError(f"“{texts[0]}, {texts[1]}” are not coordinates."[:120]) from None
        if not are_in_the_states(latitude, longitude):
            return None, None
        return latitude, longitude

    def _cell(self, cells: list[str], column: str) -> str:
        """A cell without needless space; "" for what publishers write for a missing value."""
        place = self._places.get(column)
        if place is None or place >= len(cells):
            return ""
        text = " ".join(cells[place].replace("\x00", "").split())
        return "" if text.lower() in _MISSING else text


def _encoding_of(path: Path) -> str:
    """UTF-8 where the whole file is that, else what old spreadsheets write."""
    with open(path, "rb") as raw:
        start = raw.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        raw.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := raw.read(1 << 16):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252" if _is_text(path) else "latin-1"
    return "utf-8-sig"


def _is_text(path: Path) -> bool:
    """Whether cp1252, which leaves five bytes undefined, can read the file."""
    with open(path, "rb") as raw:
        return not any(set(chunk) & _UNDEFINED for chunk in iter(lambda: raw.read(1 << 16), b""))


_UNDEFINED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})


def _county(text: str) -> str:
    """ "PRINCE GEORGE'S; CHARLES" as "Prince George's, Charles"; at most 200 letters."""
    counties = [part.strip() for part in re.split(r"[;|/,]", text) if part.strip()]
    named = ", ".join(dict.fromkeys(_cased(county) for county in counties))
    return named if len(named) <= 200 else named[:200].rsplit(",", 1)[0]


def _cased(county: str) -> str:
    """The directory writes "Prince George'S" and "Mcdonough"; people do not."""
    if county.isupper():
        county = county.title()
    county = re.sub(r"(?<=['’])S\b", "s", county)
    county = re.sub(r"\bOf\b", "of", county)
    return re.sub(r"\bMc([a-z])", lambda found: "Mc" + found.group(1).upper(), county)
