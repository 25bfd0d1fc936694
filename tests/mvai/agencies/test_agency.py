import pytest
from django.db import IntegrityError, transaction

from tests.factories.agencies import AgencyFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("agencies_ori_is_well_formed", {"ori": "C0034019E"}),
        ("agencies_ori_is_well_formed", {"ori": "MN00701"}),
        ("agencies_agency_has_a_name", {"name": ""}),
        ("agencies_state_is_two_letters", {"state": "mn"}),
        ("agencies_source_is_known", {"source": "hearsay"}),
        ("agencies_directory_rows_have_an_ori", {"source": "directory"}),
        ("agencies_coordinates_come_in_pairs_on_earth", {"latitude": 44.1}),
        ("agencies_coordinates_come_in_pairs_on_earth", {"latitude": 91, "longitude": 0}),
    ],
)
def test_the_database_refuses_an_agency_that_cannot_be(constraint, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AgencyFactory(**values)


def test_the_database_refuses_an_ori_twice():
    AgencyFactory(ori="MN0070100")

    with pytest.raises(IntegrityError, match="ori"), transaction.atomic():
        AgencyFactory(ori="MN0070100")


def test_a_new_name_is_found_by_its_new_key():
    agency = AgencyFactory()
    agency.name = "Lakeview PD"

    agency.save(update_fields=["name"])

    agency.refresh_from_db()
    assert agency.name_key == " lakeview police department"


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"city": "Riverton", "county": "Blue Earth Fork"}, "Riverton, MN"),
        ({"county": "Blue Earth Fork"}, "Blue Earth Fork County, MN"),
        ({"county": "Calder, Ashford"}, "Calder, Ashford counties, MN"),
        ({"county": "Marchand", "state": "LA"}, "Marchand Parish, LA"),
        ({"county": "North Slope", "state": "AK"}, "North Slope, AK"),
        ({"county": "Ellis City", "state": "VA"}, "Ellis City, VA"),
        ({}, "Minnesota"),
    ],
)
def test_a_place_tells_agencies_of_one_name_apart(values, place):
    assert AgencyFactory.build(**values).place == place
