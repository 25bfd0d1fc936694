"""A leader finds their requests by a proven number or address and a one-time code."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from mvai.outbox.models import Message
from mvai.people.actions import stop
from mvai.people.models import Channel
from requests.actions import codes, mine
from requests.actions.messages import status_url
from requests.models import StatusCode
from tests.factories import NOON
from tests.factories.people import ContactPointFactory
from tests.factories.requests import AssistanceRequestFactory

pytestmark = pytest.mark.django_db

NUMBER, ADDRESS = "(202) 555-0143", "alex@agency.example"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def led(value=NUMBER, *, proven=True, **given):
    """A request whose leader left this number or address."""
    made = AssistanceRequestFactory(**given)
    channel = Channel.EMAIL if "@" in value else Channel.SMS
    ContactPointFactory(
        person=made.leader, channel=channel, value=value, proven_at=NOON if proven else None
    )
    return made


def ask(client: Client, where: str):
    return client.post(reverse("requests:mine_code"), {"where": where}, follow=True)


def enter(client: Client, code: str):
    return client.post(reverse("requests:mine_open"), {"code": code}, follow=True)


def sent_code(channel=Channel.SMS) -> str:
    return StatusCode.objects.latest("pk").digits(channel)


def test_a_code_shows_every_request_of_that_number_and_opens_them(client):
    first = led(submitted_at=NOON - timedelta(days=40))
    second = led()
    ask(client, "202.555.0143")
    page = enter(client, sent_code()).content.decode()

    for one in (first, second):
        assert one.reference in page
        assert status_url(one)[len("http://") :].split("/", 1)[1] in page
        opened = client.get(reverse("requests:status", args=[status_url(one).split("/")[-2]]))
        assert opened.context["is_open"]


def test_an_address_works_as_a_number_does_whatever_its_case(client):
    request = led(ADDRESS)
    ask(client, " Alex@Agency.example ")

    assert request.reference in enter(client, sent_code(Channel.EMAIL)).content.decode()


def test_requests_with_the_number_unproven_or_another_number_are_not_shown(client):
    mine_ = led()
    typed_by_a_stranger = led(proven=False)
    others = led("(202) 555-0188")
    ask(client, NUMBER)
    page = enter(client, sent_code()).content.decode()

    assert mine_.reference in page
    assert typed_by_a_stranger.reference not in page
    assert others.reference not in page


@pytest.mark.parametrize("where", [NUMBER, ADDRESS, "nonsense", "@", "\u0662\u0660"])
def test_what_is_said_tells_nothing_of_who_is_known(client, where):
    led(ADDRESS)
    known = ask(Client(), ADDRESS)
    answer = ask(client, where)

    assert answer.redirect_chain == known.redirect_chain
    assert "a code is on its way" in answer.content.decode()


def test_a_number_that_is_not_proven_or_was_stopped_gets_no_code(client):
    led(proven=False)
    ask(client, NUMBER)
    request = led(ADDRESS)
    stop(contact_point=request.leader.contact_points.get(), at=NOON)
    ask(client, ADDRESS)

    assert not Message.objects.exists()
    assert "wrong or no longer good" in enter(client, "000000").content.decode()


def test_the_code_goes_there_and_nowhere_else(client):
    request = led()
    address = ContactPointFactory(person=request.leader, channel=Channel.EMAIL, value=ADDRESS)
    other = ContactPointFactory(
        person=request.leader, channel=Channel.EMAIL, value="aide@agency.example", sort=0
    )
    ask(client, "aide@agency.example")

    assert Message.objects.get().contact_point == other
    assert Message.objects.get().contact_point != address


def test_a_code_that_went_elsewhere_opens_nothing(client):
    """It shows that another address is read, which may not be on the same requests."""
    request = led()
    for value in (ADDRESS, "aide@agency.example"):
        ContactPointFactory(person=request.leader, channel=Channel.EMAIL, value=value)
    codes.send_code(assistance_request=request, at=NOON)
    went_to = Message.objects.get(channel=Channel.EMAIL).contact_point.value
    elsewhere = sent_code(Channel.EMAIL)
    [asked] = {ADDRESS, "aide@agency.example"} - {went_to}
    ask(client, asked)

    assert "wrong or no longer good" in enter(client, elsewhere).content.decode()


def test_a_code_is_for_the_browser_that_asked(client):
    led()
    ask(client, NUMBER)

    assert "wrong or no longer good" in enter(Client(), sent_code()).content.decode()


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(client):
    led()
    ask(client, NUMBER)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        assert "wrong or no longer good" in enter(client, sent_code()).content.decode()

    ask(client, NUMBER)
    code = sent_code()
    enter(client, code)
    other = Client()
    other.cookies.clear()
    ask(other, NUMBER)
    assert "wrong or no longer good" in enter(other, code).content.decode()


def test_five_wrong_tries_end_it(client):
    led()
    ask(client, NUMBER)
    right = sent_code()
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _try in range(5):
        enter(client, wrong)

    assert "wrong or no longer good" in enter(client, right).content.decode()


def test_many_codes_are_not_sent_within_an_hour(client):
    led()
    for _time in range(9):
        ask(client, NUMBER)

    assert StatusCode.objects.count() == 5


def test_it_closes_after_twelve_hours_and_when_asked_to(client):
    request = led()
    ask(client, NUMBER)
    enter(client, sent_code())
    with time_machine.travel(NOON + timedelta(hours=12), tick=False):
        assert request.reference not in client.get(reverse("requests:mine")).content.decode()

    page = client.post(reverse("requests:mine_close"), follow=True).content.decode()
    assert request.reference not in page
    status = client.get(reverse("requests:status", args=[status_url(request).split("/")[-2]]))
    assert not status.context["is_open"]


def test_a_number_removed_since_shows_nothing_more(client):
    request = led()
    ask(client, NUMBER)
    enter(client, sent_code())
    stop(contact_point=request.leader.contact_points.get(), at=NOON)

    assert request.reference not in client.get(reverse("requests:mine")).content.decode()


def test_no_cache_keeps_the_page(client):
    assert "no-store" in client.get(reverse("requests:mine"))["Cache-Control"]


def test_a_number_of_staff_only_is_no_leaders():
    ContactPointFactory()

    assert mine.point_of(NUMBER) is None
