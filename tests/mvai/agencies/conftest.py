import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests import agency_directory

HEADER_2018 = (
    "state,ori,agency_name,agency_type_name,primary_county,icpsr_lat,icpsr_lng,months_reported"
)
RIVERTON = "MN,MN0070100,Riverton Police Department,City,Blue Earth Fork,44.16,-94.0,12"
CALDER = "NE,NB0400000,Calder County Sheriff's Office,County,Calder,41.9,-103.0,12"

ImportAgencies = Callable[..., str]


@pytest.fixture
def listed_in(tmp_path: Path) -> Callable[..., Path]:
    """Writes a directory file of these lines."""

    def write(*lines: str, header: str = HEADER_2018, encoding: str = "utf-8") -> Path:
        path = tmp_path / "agencies.csv"
        path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
        return path

    return write


@pytest.fixture
def import_agencies(settings: Any, tmp_path: Path) -> ImportAgencies:
    """Runs the command and returns what it said."""
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()

    def run(path: Path, **options: Any) -> str:
        said = StringIO()
        call_command("import_agencies", str(path), stdout=said, **options)
        return said.getvalue()

    return run


@pytest.fixture
def published_directory(tmp_path: Path) -> Path:
    """The published file where MVAI_AGENCIES_FILE names it, else a fictional one like it."""
    if named := os.environ.get("MVAI_AGENCIES_FILE"):
        return Path(named)
    return agency_directory.write(tmp_path / "agencies.csv", rows=2_000)
