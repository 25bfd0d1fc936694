import pytest
from django.urls import reverse

from tests.factories.agencies import AgencyFactory

pytestmark = pytest.mark.django_db


def test_anyone_may_ask_for_suggestions(client):
    agency = AgencyFactory(county="Blue Earth Fork")

    page = client.get(reverse("agencies:suggest"), {"q": "riverton"}).content.decode()

    assert f'role="option" data-value="{agency.pk}" data-name="Riverton Police Department"' in page
    assert "Blue Earth Fork County, MN" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("r", "Type at least two letters."),
        ("zzzz", "What you type is enough."),
        ("", "two letters"),
    ],
)
def test_when_nothing_is_found_the_list_says_what_to_do(client, typed, words):
    page = client.get(reverse("agencies:suggest"), {"q": typed}).content.decode()

    assert words in page
    assert 'role="option"' not in page


def test_a_name_is_shown_as_text_whatever_it_holds(client):
    AgencyFactory(name='Riverton "Forks" <b>Police</b>')

    page = client.get(reverse("agencies:suggest"), {"q": "riverton"}).content.decode()

    assert "<b>" not in page
    assert 'data-name="Riverton &quot;Forks&quot;' in page


def test_odd_letters_do_no_harm(client):
    answer = client.get(reverse("agencies:suggest") + "?q=riv%00er%ED%A0%BD%27%20--%FF")

    assert answer.status_code == 200


def test_suggestions_are_only_read(client):
    assert client.post(reverse("agencies:suggest"), {"q": "riverton"}).status_code == 405
