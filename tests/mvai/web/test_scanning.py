"""Text that should not be here is recognized, and ordinary text is left in peace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvai.web.scanning import PATTERNS, scan

FOUND = [
    ("ssn", "her SSN is 219-09-9999"),
    ("ssn", "219 09 9999"),
    ("ssn", "social security no. 219099999"),
    ("ssn", "su seguro social: 219-09-9999"),
    ("birth", "DOB 4/12/1987"),
    ("birth", "date of birth: 12 May 1961"),
    ("birth", "born on 4-12-87"),
    ("birth", "04/12/2003"),
    ("birth", "fecha de nacimiento 12/4/1987"),
    ("plate", "license plate ABC 1234"),
    ("plate", "plate: 7XYZ123"),
    ("plate", "tag number KT-4821"),
    ("plate", "placa ABC1234"),
    ("card", "4111 1111 1111 1111"),
    ("card", "5500-0055-5555-5559"),
    ("name", "the suspect is John Doe"),
    ("name", "Victim: Maria Lopez"),
    ("name", "victims named Ana Ruiz and others"),
    ("name", "el sospechoso se llama Juan Pérez"),
    ("name", "La víctima, María Núñez"),
]  # fmt: skip
LEFT_IN_PEACE = [
    "Call after 6 p.m., not during the 3 p.m. briefing.",
    "My number is (202) 555-0143 or 202-555-0143",
    "11/28/2026 at 2:12 p.m.",
    "FBI Victim Services Response Team is here",
    "A victim advocate from Riverton",
    "The suspect is dead. Two schools are closed.",
    "Attack at the county high school; 1,200 students, 4 buildings",
    "Reference MV-7K4Q, engine 12, plate glass broken",
    "1234 5678 9012 3456",
    "Chief O’Brien 🚓 " * 10,
    "",
]


@pytest.mark.parametrize(("code", "text"), FOUND)
def test_a_sign_is_found(code, text):
    assert code in {finding.code for finding in scan(text)}


@pytest.mark.parametrize("text", LEFT_IN_PEACE)
def test_ordinary_text_is_left_in_peace(text):
    assert scan(text) == []


@given(st.text(max_size=2000))
def test_any_text_is_read_to_its_end(text):
    assert {finding.code for finding in scan(text)} <= {pattern.code for pattern in PATTERNS}


def test_a_finding_never_holds_what_was_found():
    assert "219-09-9999" not in repr(scan("219-09-9999"))
