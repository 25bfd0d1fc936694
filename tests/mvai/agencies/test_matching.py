import pytest

from mvai.agencies.models import Agency
from mvai.agencies.names import key_for
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
        AgencyFactory(name=name, state=state, agency_type_id=kind)


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
