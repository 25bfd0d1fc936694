"""Files for spreadsheets: nothing in them runs."""

import csv
import io

import pytest

from mvai.web.exports import csv_lines, harmless


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1"]
)
def test_a_cell_that_could_be_a_formula_is_text(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("Dana Ruiz", "Dana Ruiz"), (-5, -5), (0, 0), (None, ""), (True, True), ("a=b", "a=b")],
)
def test_other_cells_stay_as_they_are(cell, kept):
    assert harmless(cell) == kept


def test_a_file_reads_back_as_it_was_written():
    rows = [["Dana, “Ruiz”", 'a "word"', "two\nlines"], ["", "ü", 3]]

    text = "".join(csv_lines(["One", "Two", "Three"], rows))

    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read == [["One", "Two", "Three"], rows[0], ["", "ü", "3"]]


def test_a_row_is_asked_for_when_it_is_taken():
    asked = []

    def rows():
        for number in range(3):
            asked.append(number)
            yield [number]

    lines = csv_lines(["Number"], rows())
    next(lines)
    next(lines)

    assert asked == [0]
