"""Whether two calls for help may be the same one: the rules, as a table."""

from datetime import timedelta

import pytest

from requests.rules.domains import domain_of, is_anybodys
from requests.rules.likeness import Likeness, Told, are_alike, strength, telling_words, why_alike
from requests.rules.private import holds_contact_details
from tests.factories import NOON

NUMBER, AGENCY, LIKE, PLACE = Likeness


def told(**facts) -> Told:
    return Told(**({"at": NOON} | facts))


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({}, {}, []),
        ({"number": "+12025550143"}, {"number": "+12025550143"}, [NUMBER]),
        ({"number": "+12025550143"}, {"number": "+12025550144"}, []),
        ({"agency_id": 1}, {"agency_id": 1}, [AGENCY]),
        ({"agency_id": 1}, {"agency_id": 2}, []),
        ({"agency_name": "Riverton PD"}, {"agency_name": "Riverton Police Dept."}, [AGENCY]),
        ({"agency_name": "riverton"}, {"agency_name": "Riverton Police Department"}, [LIKE]),
        ({"agency_name": "Rivreton Police"}, {"agency_name": "Riverton Police"}, [LIKE]),
        (
            {"agency_name": "Riverton PD", "state": "MN"},
            {"agency_name": "Riverton PD", "state": "OH"},
            [],
        ),
        (
            {"agency_name": "Riverton PD", "agency_id": 1},
            {"agency_name": "Riverton PD", "agency_id": 2},
            [LIKE],
        ),
        ({"agency_name": "Police Department"}, {"agency_name": "Police Department"}, []),
        ({"city": "Riverton", "state": "MN"}, {"city": " riverton ", "state": "MN"}, [PLACE]),
        ({"city": "Riverton", "state": "MN"}, {"city": "Riverton"}, [PLACE]),
        ({"city": "Riverton", "state": "MN"}, {"city": "Riverton", "state": "OH"}, []),
        ({"city": "Riverton"}, {"city": "Riverton", "at": NOON - timedelta(days=3)}, [PLACE]),
        (
            {"city": "Riverton"},
            {"city": "Riverton", "at": NOON - timedelta(days=3, seconds=1)},
            [],
        ),
        (
            {"number": "+12025550143", "agency_id": 1, "city": "Riverton"},
            {"number": "+12025550143", "agency_id": 1, "city": "Riverton"},
            [NUMBER, AGENCY, PLACE],
        ),
    ],
)
def test_why_two_may_be_the_same(one, other, reasons):
    assert why_alike(told(**one), told(**other)) == reasons
    assert why_alike(told(**other), told(**one)) == reasons


def test_the_same_number_weighs_more_than_everything_else():
    assert strength([NUMBER]) > strength([AGENCY, LIKE, PLACE])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Saint Mary’s County Sheriff's Office", ["saint", "marys"]),
        ("Police Department of the City of Riverton", ["riverton"]),
        ("State Police", []),
    ],
)
def test_only_some_words_tell_an_agency_from_others(name, words):
    assert telling_words(name) == words


def test_short_names_must_be_spelled_alike():
    assert not are_alike("Lima PD", "Lira PD")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Evening news on channel 4", False),
        ("State association, by phone at 9:15 on 11/22/2026", False),
        ("Chief, 202-555-0143", True),
        ("(202) 555 0143", True),
        ("wrote from alex@agency.example", True),
        ("@riverton on a social network", False),
    ],
)
def test_a_line_that_holds_a_way_to_reach_somebody_is_known(text, holds):
    assert holds_contact_details(text) is holds


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("chief@gmail.com", True),
        ("chief@mail.yahoo.com", True),
        ("chief@riverton.gov", False),
        ("chief@notgmail.com", False),
    ],
)
def test_an_address_that_anybody_can_have_shows_nothing(address, is_one):
    assert is_anybodys(address) is is_one
    assert domain_of(address) in address
