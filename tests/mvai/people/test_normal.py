import pytest

from mvai.people.models import Channel
from mvai.people.normal import normalize


@pytest.mark.parametrize(
    ("typed", "dialed"),
    [
        ("(202) 555-0143", "+12025550143"),
        ("202.555.0143", "+12025550143"),
        ("1 202 555 0143", "+12025550143"),
        ("+1 202 555 0143", "+12025550143"),
        ("desk: 202-555-0143", "+12025550143"),
        ("202-555-0143 x12", "+12025550143"),
        ("+44 20 7946 0958", "+442079460958"),
        ("555-0143", ""),
        ("ask for the watch commander", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_a_number_is_read_as_people_type_it(typed, dialed):
    assert normalize(Channel.VOICE, typed) == dialed


def test_a_text_cannot_reach_an_extension():
    assert normalize(Channel.SMS, "202-555-0143 x12") == ""


@pytest.mark.parametrize(
    ("typed", "written_to"),
    [
        (" Chief@Riverton.Example ", "chief@riverton.example"),
        ("chief+mvai@riverton.example", "chief+mvai@riverton.example"),
        ("chief at riverton", ""),
        ("", ""),
    ],
)
def test_an_address_is_lower_case_and_whole(typed, written_to):
    assert normalize(Channel.EMAIL, typed) == written_to
