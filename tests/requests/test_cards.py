"""Contact cards, read as strictly as a phone may: RFC 2426 over RFC 2425."""

import re

import pytest
from icalendar.parser import Contentlines

from requests.views.cards import card

HOSTILE = [
    "Ellen\r\nTEL:+19005550100;Park",
    "O’Neil, Jr.; Chief\\Sheriff",
    "Ж" * 200,
    "👮‍♀️" * 60,
    "a" * 74 + "é" * 40,
    "END:VCARD\nBEGIN:VCARD",
    "tab\tand\x00nul\u2028and\u202eturned",
    ":;,=?",
]


def fields(text):
    """Name → value of each line, unfolded; asserts what the standard asks of every line."""
    assert text.endswith("\r\n")
    for line in text[:-2].split("\r\n"):
        assert len(line.encode()) <= 75
        assert "\n" not in line
        assert "\r" not in line
    lines = re.sub(r"\r\n[ \t]", "", text[:-2]).split("\r\n")
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCARD", "VERSION:3.0", "END:VCARD")
    found = {}
    for line in lines[1:-1]:
        name, value = re.fullmatch(r"([A-Z]+)(?:;[A-Z]+=[A-Z,]+)?:(.*)", line, re.DOTALL).groups()
        assert name not in found
        found[name] = value
    return found


def plain(value):
    """A text value as it was before escaping."""
    return re.sub(r"\\(.)", lambda it: "\n" if it[1] in "nN" else it[1], value)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_one_field_whatever_it_holds(name):
    found = fields(card(name=name, number="(202) 555-0143", note=name))

    assert set(found) == {"VERSION", "PRODID", "N", "FN", "TEL", "NOTE"}
    assert len(re.split(r"(?<!\\)(?:\\\\)*;", found["N"])) == 5
    assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", found["FN"])


@pytest.mark.parametrize("name", ["Ellen Park", "O’Neil, Jr.; Chief\\Sheriff", "Ж" * 90])
def test_a_name_comes_back_as_it_was(name):
    assert plain(fields(card(name=name, number="911"))["FN"]) == name


@pytest.mark.parametrize(
    ("typed", "dialed"),
    [
        ("(800) 555-0100", "+18005550100"),
        ("800-555-0100 ext. 4", "+18005550100\\,4"),
        ("+44 20 7946 0000", "+442079460000"),
        ("ask the front desk", "ask the front desk"),
    ],
)
def test_the_number_is_dialed_from_anywhere(typed, dialed):
    assert fields(card(name="Desk", number=typed))["TEL"] == dialed


def test_a_library_reads_the_same_lines():
    text = card(name="Ж" * 90 + ", Jr.", number="(800) 555-0100", organization="IACP; MVAI")

    names = [line.parts()[0] for line in Contentlines.from_ical(text) if line]

    assert names == ["BEGIN", "VERSION", "PRODID", "N", "FN", "ORG", "TEL", "END"]


def test_the_desks_card_holds_the_number_the_calls_come_from(client, settings):
    settings.CALLS_COME_FROM = "800-555-0100"

    answer = client.get("/desk.vcf")

    assert answer["Content-Type"] == "text/vcard; charset=utf-8"
    assert fields(answer.content.decode())["TEL"] == "+18005550100"
