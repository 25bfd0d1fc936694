import random
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from mvai.agencies.importing import import_directory
from mvai.agencies.models import Agency
from mvai.agencies.names import key_for
from tests import agency_directory, altered_names
from tests.factories import NOON
from tests.factories.agencies import AgencyFactory

pytestmark = pytest.mark.django_db


def found(text: str, **options) -> list[str]:
    return [f"{agency.name}, {agency.state}" for agency in Agency.objects.matching(text, **options)]


@pytest.fixture(autouse=True)
def _directory():
    for name, state, kind in (
        ("Riverton Police Department", "MN", "LOCAL"),
        ("Riverton Police Department", "WY", "LOCAL"),
        ("Riverton Community College", "WY", "SPECIAL"),
        ("St. Brendan County Sheriff's Office", "LA", "SHERIFF"),
        ("Lakeview Police Department", "TX", "LOCAL"),
        ("Piñon Alto Police Department", "NM", "LOCAL"),
        ("VanMeter", "IA", "LOCAL"),
    ):
        county = "Stone Oak" if state == "TX" else ""
        AgencyFactory(name=name, state=state, agency_type_id=kind, county=county)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("riverton", "Riverton Police Department, MN"),
        ("RIVERTON   POLICE", "Riverton Police Department, MN"),
        ("police riverton", "Riverton Police Department, MN"),
        ("riv pol", "Riverton Police Department, MN"),
        ("riverton pd", "Riverton Police Department, MN"),
        ("riverton wy", "Riverton Police Department, WY"),
        ("riverton wyoming", "Riverton Police Department, WY"),
        ("riverton, WY", "Riverton Police Department, WY"),
        ("riverton wyo", "Riverton Police Department, WY"),
        ("riverton w", "Riverton Police Department, WY"),
        ("college riverton", "Riverton Community College, WY"),
        ("saint brendan", "St. Brendan County Sheriff's Office, LA"),
        ("st brendan co so", "St. Brendan County Sheriff's Office, LA"),
        ("brendan sheriffs", "St. Brendan County Sheriff's Office, LA"),
        ("st. brendan’s county sheriff’s", "St. Brendan County Sheriff's Office, LA"),
        ("la", "Lakeview Police Department, TX"),
        ("pinon alto", "Piñon Alto Police Department, NM"),
        ("piñon", "Piñon Alto Police Department, NM"),
        ("van meter", "VanMeter, IA"),
        ("vanmeter", "VanMeter, IA"),
        ("rivreton", "Riverton Police Department, MN"),
        ("riverten polce", "Riverton Police Department, MN"),
        ("riverten wy", "Riverton Police Department, WY"),
        ("Riverton P.D.", "Riverton Police Department, MN"),
        ("riverton dept of police", "Riverton Police Department, MN"),
        ("rverton cc", "Riverton Community College, WY"),
        ("mn riverton pd", "Riverton Police Department, MN"),
        ("saint brendn cnty so", "St. Brendan County Sheriff's Office, LA"),
        ("lakeview stone oak", "Lakeview Police Department, TX"),
        ("lakeveiw police stone oak county tx", "Lakeview Police Department, TX"),
        ("stone oak", "Lakeview Police Department, TX"),
        ("vanmeter police", "VanMeter, IA"),
        ("lakevieww texas", "Lakeview Police Department, TX"),
    ],
)
def test_what_is_typed_finds_what_is_meant(typed, first):
    assert found(typed)[0] == first


@pytest.mark.parametrize("typed", ["", " ", "r", "’", "%%", "__", "\\", "zzzz", "x" * 5_000])
def test_what_means_nothing_finds_nothing(typed):
    assert found(typed) == []


def test_words_are_found_at_their_beginning():
    AgencyFactory(name="Verton Police Department", state="OH")

    assert found("verton") == ["Verton Police Department, OH"]


def test_every_word_must_fit():
    assert found("riverton sheriff") == []


def test_at_most_so_many_are_found():
    assert len(found("riverton", limit=2)) == 2


def test_an_agency_that_left_the_directory_is_not_suggested():
    Agency.objects.filter(state="TX").update(is_listed=False)

    assert found("lakeview") == []


def test_police_and_sheriffs_come_before_the_rest():
    AgencyFactory(name="Riverton", state="AL", agency_type=None)

    assert found("riverton")[-2:] == ["Riverton Community College, WY", "Riverton, AL"]


def test_an_ori_finds_its_agency():
    AgencyFactory(name="Old Ferry Police Department", state="CT", ori="CT0990100")

    assert found("ct0990100") == found("CT099") == ["Old Ferry Police Department, CT"]


@pytest.mark.parametrize("typed", ["nb0990100", "NE0990100", "NB-099-0100", "ne 0990"])
def test_an_ori_is_found_by_either_letters_of_its_state(typed):
    AgencyFactory(name="Old Ferry Police Department", state="NE", ori="NB0990100")

    assert found(typed) == ["Old Ferry Police Department, NE"]


def test_of_two_names_a_slip_apart_the_one_in_the_state_typed_is_meant():
    AgencyFactory(name="Hilton Police Department", state="NY")
    AgencyFactory(name="Milton Police Department", state="TX")

    assert found("hilton pd tx")[0] == "Milton Police Department, TX"
    assert found("hilton pd")[0] == "Hilton Police Department, NY"


def test_a_renamed_county_or_city_is_found_by_its_words():
    agency = Agency.objects.get(state="TX")
    agency.county, agency.city = "Red Fork", "Old Ferry"
    agency.save(update_fields=["county", "city"])

    assert found("red fork") == found("old ferry") == ["Lakeview Police Department, TX"]
    assert found("stone oak") == []


def test_of_names_typed_in_other_ways_most_find_their_agency_first():
    """A small directory; over the whole one tests/bench/type_ahead.py measures the same."""
    chance = random.Random(2026)
    with tempfile.TemporaryDirectory() as folder:
        path = agency_directory.write(Path(folder) / "agencies.csv", rows=1_000)
        import_directory(path, at=NOON)
    rows = list(Agency.objects.order_by("pk"))
    known = Counter((one.name_key, one.state) for one in rows)
    unique = [one for one in rows if known[one.name_key, one.state] == 1]
    first = 0
    sample = chance.sample(unique, 120)
    for number, agency in enumerate(sample):
        way = altered_names.WAYS[number % len(altered_names.WAYS)]
        hits = Agency.objects.matching(f"{way(agency.name, chance)}, {agency.state}")
        first += bool(hits) and hits[0] == agency

    assert first >= 0.85 * len(sample)


def test_a_question_costs_one_query_when_the_spelling_is_right(django_assert_num_queries):
    with django_assert_num_queries(1):
        Agency.objects.matching("riverton wy")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Mary’s Co. Sheriff's Dept", "Saint Marys County Sheriff Department"),
        ("Mt. Calder PD", "Mount Calder Police Department"),
        ("Parks & Recreation", "parks and recreation"),
        ("Cañada", "CANADA"),
    ],
)
def test_two_ways_to_write_a_name_have_one_key(one, other):
    assert key_for(one) == key_for(other)
