"""docs/security.md names what shows each point: the files are there, and no chapter is missing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = (ROOT / "docs/security.md").read_text()
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)`", TABLE)))
STANDINGS = {"met", "partly", "n/a", "operator"}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_is_there(name):
    places = (
        ROOT,
        ROOT / "mvai",
        ROOT / "tests",
        ROOT / "tests/mvai",
        ROOT / "tests/mvai/accounts",
    )

    assert any((place / name).is_file() for place in places)


def test_every_chapter_of_the_standard_is_there():
    assert re.findall(r"^## V(\d+) ", TABLE, re.MULTILINE) == [str(n) for n in range(1, 18)]


def test_each_line_says_how_it_stands_and_what_shows_it():
    lines = re.findall(r"^\| (\d+\.\d[^|]*) \| ([^|]*) \| ([^|]*) \|$", TABLE, re.MULTILINE)

    assert len(lines) > 120
    for point, standing, shown in lines:
        assert standing in STANDINGS, point
        assert shown.strip(), point
