import pytest

from mvai.agencies.places import time_zone_for


@pytest.mark.parametrize(
    ("known", "zone"),
    [
        ({"latitude": 44.16, "longitude": -94.0}, "America/Chicago"),
        ({"latitude": 13.4, "longitude": 144.8}, "Pacific/Guam"),
        ({"zip_code": "59601"}, "America/Denver"),
        ({"zip_code": "59601-1234"}, "America/Denver"),
        ({"state": "FL", "city": "Pensacola"}, "America/Chicago"),
        ({"state": "FL", "city": "pensacola"}, "America/Chicago"),
        ({"state": "FL", "city": "Nowhere At All"}, "America/New_York"),
        ({"state": "Florida"}, "America/New_York"),
        ({"state": "TX", "county": "El Paso"}, "America/Denver"),
        ({"state": "ID", "county": "Kootenai, Ada"}, "America/Los_Angeles"),
        ({"state": "AZ"}, "America/Phoenix"),
        ({"state": "PR"}, "America/Puerto_Rico"),
        ({"state": "CZ"}, ""),
        ({"zip_code": "00000"}, ""),
        ({"zip_code": "my town"}, ""),
        ({}, ""),
    ],
)
def test_the_zone_follows_from_what_is_known_of_a_place(known, zone):
    assert time_zone_for(**known) == zone


def test_the_most_exact_thing_known_decides():
    zone = time_zone_for(latitude=44.16, longitude=-94.0, zip_code="59601", state="FL")

    assert zone == "America/Chicago"


def test_coordinates_at_sea_are_passed_over():
    assert time_zone_for(latitude=19.0, longitude=-150.0, state="HI") == "Pacific/Honolulu"


def test_impossible_coordinates_are_passed_over():
    assert time_zone_for(latitude=-9.0, longitude=-9.0, state="KY") == "America/New_York"
