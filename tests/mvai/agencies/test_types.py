import pytest

from mvai.agencies.types import agency_type_for


@pytest.mark.parametrize(
    ("published", "name", "code"),
    [
        ("City", "Riverton Police Department", "LOCAL"),
        ("City", "Riverton", "LOCAL"),
        ("City", "Riverton City Sheriff's Office", "SHERIFF"),
        ("City", "Constable Police Department", "LOCAL"),
        ("City", "Riverton City Marshal", "CONSTABLE_MARSHAL"),
        ("County", "Calder County Sheriff's Office", "SHERIFF"),
        ("County", "Calder County Police Department", "LOCAL"),
        ("County", "Calder", "SHERIFF"),
        ("State Police", "Highway Patrol: Calder County", "STATE"),
        ("Other State Agency", "State Park: Calder County", "SPECIAL"),
        ("Other State Agency", "State Fire Marshal", "OTHER_PS"),
        ("University or College", "Harbor State University", "SPECIAL"),
        ("Tribal", "Red Mesa Agency", "TRIBAL"),
        ("Federal", "Calder Navy Yard", "FEDERAL"),
        ("Other", "Calder County Constable District 3", "CONSTABLE_MARSHAL"),
        ("Other", "Riverton Fire Department Arson Unit", "OTHER_PS"),
        ("Other", "Union Railroad: Calder County", "SPECIAL"),
        ("Other", "Port Ellis Police Department", "LOCAL"),
        ("Unknown", "Calder State Police", "STATE"),
        ("Unknown", "Calder National Monument", "FEDERAL"),
        ("Unknown", "Riverton", ""),
        ("", "Riverton", ""),
    ],
)
def test_the_type_follows_from_the_published_type_and_the_name(published, name, code):
    assert agency_type_for(published, name) == code


def test_an_agency_of_a_territory_is_territorial():
    assert agency_type_for("Other", "Island Police", state="GU") == "TERRITORIAL"


def test_a_park_of_the_interior_department_is_federal_even_in_a_territory():
    ori = "PRDI00100"

    assert agency_type_for("Unknown", "Old Fort Site", ori=ori, state="PR") == "FEDERAL"
