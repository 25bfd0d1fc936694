"""Asking for a call, and the status page: for anybody, with or without JavaScript and cookies."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from mvai.outbox import links
from requests.actions import codes
from requests.models import AssistanceRequest
from requests.states import State
from tests.factories import NOON
from tests.factories.agencies import AgencyFactory
from tests.factories.duty import ShiftFactory
from tests.requests import stories
from tests.requests.pages import attempt_on, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

TYPED = {"call_name": "Chief Alex Moreno", "call_number": "(202) 555-0143"}


@pytest.fixture
def client():
    """A browser that insists on CSRF tokens, as a real one meets them."""
    return Client(enforce_csrf_checks=True)


def ask(client, **changed):
    return client.post("/call-me/", {"attempt": "", **TYPED, **changed}, follow=True)


def status_address(request):
    token = links.make(
        "status", request.pk, generation=request.link_generation, lasts=None, now=NOON
    )
    return f"/status/{token}/"


def test_name_and_number_make_a_request_without_any_cookie(client):
    client.cookies.clear()

    page = ask(client)

    request = AssistanceRequest.objects.get()
    assert page.status_code == 200
    assert request.reference in said(page)
    assert request.call_number == "(202) 555-0143"


def test_the_confirmation_says_who_calls_and_by_when_in_the_leaders_zone(client, settings):
    settings.CALLS_COME_FROM = "(800) 555-0100"
    ShiftFactory(user=stories.officer())

    page = ask(client, time_zone="America/Chicago")

    assert "Dana Ruiz from IACP will call you by 11:15 a.m. CT" in said(page)
    assert "The call comes from (800) 555-0100" in said(page)


def test_the_confirmation_says_plainly_that_nobody_is_at_the_desk(client):
    assert "Nobody is at the desk right now" in said(ask(client))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Ж" * 200, "(202) 555-0143"),
        ("Chief O’Brien 🚓", "ask for the night desk, ext. 4"),
        ("<script>alert(1)</script>", "'; DROP TABLE requests; --"),
    ],
)
def test_any_name_and_any_number_are_taken_as_typed(client, name, number):
    page = ask(client, call_name=name, call_number=number)

    request = AssistanceRequest.objects.get()
    assert (request.call_name, request.call_number) == (name, number)
    assert "<script>alert" not in page.content.decode()


def test_the_same_attempt_twice_is_one_request(client):
    token = attempt_on(client.get("/"))

    first, second = (ask(client, attempt=token) for _ in range(2))

    assert AssistanceRequest.objects.count() == 1
    assert first.redirect_chain[0][0] == second.redirect_chain[0][0]


def test_two_tabs_of_one_browser_are_one_request(client):
    tokens = [attempt_on(client.get("/")) for _ in range(2)]

    for token in tokens:
        ask(client, attempt=token)

    assert AssistanceRequest.objects.count() == 1


def test_two_browsers_are_two_requests(client):
    for browser in (client, Client(enforce_csrf_checks=True)):
        ask(browser, attempt=attempt_on(browser.get("/")))

    assert AssistanceRequest.objects.count() == 2


def test_a_token_kept_too_long_is_not_handed_out_again(client, noon):
    old = attempt_on(client.get("/"))
    noon.shift(timedelta(hours=11, minutes=1))

    assert attempt_on(client.get("/")) != old


def test_role_agency_and_for_whom_are_taken_along(client):
    agency = AgencyFactory(name="Riverton Police Department")

    ask(
        client,
        filing_for="my_chief",
        filer_role="LE_PIO",
        agency="Riverton Police Department",
        agency_id=str(agency.pk),
    )

    request = AssistanceRequest.objects.get()
    assert (request.filing_for, request.filer_role, request.agency) == (
        "my_chief",
        "LE_PIO",
        agency,
    )


@pytest.mark.parametrize(
    "odd",
    [
        {"filing_for": "my dog"},
        {"filer_role": "EMPEROR"},
        {"agency": "Ж" * 5000},
        {"agency": "Riverton", "agency_id": "9" * 40},
        {"agency_id": "-1"},
        {"time_zone": "Mars/Olympus"},
    ],
)
def test_nothing_beside_name_and_number_stands_in_the_way(client, odd):
    ask(client, **odd)

    assert AssistanceRequest.objects.count() == 1


def test_a_token_of_another_key_still_makes_one_request(client):
    for _ in range(2):
        ask(client, attempt="from-an-old-page:1abc:signature-of-a-key-that-is-gone")

    assert AssistanceRequest.objects.count() == 1


def test_a_corrected_number_is_not_lost_to_the_first_one(client):
    token = attempt_on(client.get("/"))

    ask(client, attempt=token, call_number="(202) 555-0199")
    ask(client, attempt=token)

    assert AssistanceRequest.objects.filter(call_number="(202) 555-0143").exists()


def test_what_was_typed_is_kept_when_something_is_missing(client):
    page = ask(client, call_number="")

    assert "Give a number where we can reach you." in said(page)
    assert 'value="Chief Alex Moreno"' in said(page)
    assert not AssistanceRequest.objects.exists()


def test_another_sites_form_is_not_taken_and_keeps_what_was_typed(client):
    page = client.post("/call-me/", TYPED, headers={"Origin": "https://elsewhere.example"})

    assert not AssistanceRequest.objects.exists()
    assert 'value="Chief Alex Moreno"' in said(page)
    assert "Nothing was sent yet" in said(page)


def test_another_sites_token_is_not_shown_again(client):
    theirs = attempt_on(Client().get("/"))

    page = client.post(
        "/call-me/", TYPED | {"attempt": theirs}, headers={"Origin": "https://elsewhere.example"}
    )

    assert attempt_on(page) != theirs


def test_a_token_that_was_sent_never_becomes_the_browsers_own(client):
    theirs = attempt_on(Client().get("/"))

    ask(client, attempt=theirs, call_number="")

    assert attempt_on(client.get("/")) != theirs


def test_details_are_added_to_the_same_request_and_shown_again(client):
    sent = ask(client).redirect_chain[-1][0]

    page = client.post(
        f"{sent}details/",
        {
            "filing_for": "my_chief",
            "filer_role": "LE_PIO",
            "agency": "Riverton PD",
            "setting": "K12",
            "needs": ["LEADER", "MEDIA"],
            "is_ongoing": "no",
            "contact_mode": "any",
            "safe_times": "after 6 p.m.",
        },
        follow=True,
    )

    request = AssistanceRequest.objects.get()
    assert "We added that to your request" in said(page)
    assert "Riverton PD" in said(page)
    assert request.filing_for == "my_chief"
    assert request.is_ongoing is False
    assert {need.pk for need in request.needs.all()} == {"LEADER", "MEDIA"}


def save(client, **answers):
    """One answer, as the page's script saves it."""
    sent = ask(client).redirect_chain[-1][0]
    answer = client.post(f"{sent}details/", answers, headers={"Accept": "application/json"})
    return answer.json(), AssistanceRequest.objects.get()


@pytest.mark.parametrize("path", ["/", "sent"])
def test_beside_each_field_stands_who_sees_it(client, path):
    page = client.get("/") if path == "/" else ask(client)
    text = said(page)

    for field in page.context["form"].visible_fields():
        if field.name != "topic":  # which nobody sees
            assert f'id="{field.auto_id}_seen"' in text, field.name


def test_each_answer_saves_by_itself_and_leaves_the_others(client):
    answer, request = save(client, setting="K12", needs=["UNSURE"], city="Denver", state_code="CO")

    assert answer["errors"] == answer["warnings"] == {}
    assert "MT" in answer["clock"]
    assert (request.setting_id, request.city) == ("K12", "Denver")


def test_a_wrong_answer_costs_none_of_the_others(client):
    answer, request = save(client, email="not an address", happened_on="2030-01-01", city="Denver")

    assert set(answer["errors"]) == {"email", "happened_on"}
    assert request.city == "Denver"
    assert request.happened_at is None


def test_day_and_time_are_read_by_the_leaders_clock(client):
    _answer, request = save(client, happened_on="2026-11-01", happened_time="22:15")

    local = request.happened_at.astimezone(ZoneInfo(request.time_zone))
    assert local.strftime("%Y-%m-%d %H:%M") == "2026-11-01 22:15"


def test_today_without_a_time_is_never_later_than_now(client, noon):
    _answer, request = save(client, happened_on=NOON.date().isoformat())

    assert request.happened_at <= NOON


def test_a_time_zone_set_by_hand_wins_over_the_place(client):
    answer, request = save(client, city="Denver", state_code="CO", zone="America/Phoenix")

    assert request.time_zone == "America/Phoenix"
    assert "AZ" in answer["clock"] or "MT" in answer["clock"]


def test_a_text_with_a_sign_of_personal_data_is_kept_back_and_explained(client):
    answer, request = save(client, note="her SSN is 219-09-9999", safe_times="after 6 p.m.")

    assert "Social Security" in answer["warnings"]["note"]
    assert (request.note, request.safe_times) == ("", "after 6 p.m.")


def test_its_writer_may_say_that_it_is_something_else(client):
    answer, request = save(client, note="ask for ext. 219-09-9999", keep_note="on")

    assert answer["warnings"] == {}
    assert request.note == "ask for ext. 219-09-9999"


def test_without_javascript_the_warning_stands_beside_the_field(client):
    sent = ask(client).redirect_chain[-1][0]

    page = client.post(f"{sent}details/", {"note": "DOB 4/12/1987", "city": "Denver"})

    assert "This looks like a date of birth." in said(page)
    assert "DOB 4/12/1987" in said(page)
    assert AssistanceRequest.objects.get().city == "Denver"


def test_a_confirmation_older_than_a_day_leaks_nothing(client, noon):
    sent = ask(client).redirect_chain[-1][0]
    noon.shift(timedelta(hours=24))

    page = client.get(sent)

    assert page.status_code == 404
    assert AssistanceRequest.objects.get().reference not in said(page)


def test_every_token_that_is_no_good_gets_the_same_page(client):
    request = stories.filed()
    revoked = status_address(request)
    AssistanceRequest.objects.update(link_generation=1)

    pages = [
        client.get(address)
        for address in ("/status/nonsense/", revoked, "/sent/nonsense/", "/o/nonsense/")
    ]

    assert {page.status_code for page in pages} == {404}
    mains = {re.search(r"<main.*</main>", said(page), re.DOTALL)[0] for page in pages}
    assert len(mains) == 1


def test_pages_behind_a_token_are_neither_stored_nor_passed_on(client):
    page = client.get(status_address(stories.filed()))

    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"


def test_the_status_page_names_neither_peer_nor_agency_before_a_code(client):
    request = stories.engaged(details={"agency_text": "Riverton PD"})

    page = said(client.get(status_address(request)))

    assert "A peer said yes" in page
    assert "Ellen Park" not in page
    assert "Riverton PD" not in page


def open_with_a_code(client, request):
    address = status_address(request)
    code = codes.send_code(assistance_request=request, at=NOON)
    return address, client.post(f"{address}open/", {"code": code.digits()}, follow=True)


def test_a_code_opens_the_peers_name_and_number_for_twelve_hours(client, noon):
    request = stories.engaged()

    address, page = open_with_a_code(client, request)

    assert "Ellen Park" in said(page)
    assert "Three questions to ask your peer" in said(page)
    assert client.get(f"{address}peer.vcf")["Content-Type"].startswith("text/vcard")
    noon.shift(timedelta(hours=12))
    assert "Ellen Park" not in said(client.get(address))


def test_a_code_opens_one_request_only(client):
    open_with_a_code(client, stories.engaged())
    another = stories.engaged()

    assert "See names and numbers" in said(client.get(status_address(another)))


def test_a_wrong_code_says_so_beside_the_field(client):
    request = stories.filed()
    address = status_address(request)
    codes.send_code(assistance_request=request, at=NOON)

    page = client.post(f"{address}open/", {"code": "12"})

    assert "That code is wrong or no longer good" in said(page)


def test_withdrawing_needs_the_code_and_a_yes(client):
    request = stories.engaged()
    address = status_address(request)

    client.post(f"{address}withdraw/", {"sure": "on"})
    request.refresh_from_db()
    assert request.is_open

    open_with_a_code(client, request)
    client.post(f"{address}withdraw/", {})
    request.refresh_from_db()
    assert request.is_open

    once, twice = (client.post(f"{address}withdraw/", {"sure": "on"}) for _each in range(2))
    request.refresh_from_db()
    assert request.state == State.CLOSED
    assert once["Location"] == twice["Location"]


def test_a_name_can_not_add_a_line_to_the_contact_card(client):
    request = stories.engaged()
    person = request.engagements.get().advisor.person
    person.full_name = "Ellen\r\nTEL:+19005550100;Park"
    person.save()

    address, _page = open_with_a_code(client, request)

    card = client.get(f"{address}peer.vcf").content.decode()
    assert card.count("\r\nTEL") == 1


def test_the_confirmation_never_shows_what_the_desk_wrote_down(client):
    ask(client)
    token = re.search(r"/sent/([^/]+)/", ask(client).redirect_chain[-1][0])[1]
    AssistanceRequest.objects.update(city="Calder", zip_code="68001")
    assert "68001" in said(client.get(f"/sent/{token}/"))

    AssistanceRequest.objects.update(triaged_at=NOON)

    assert "68001" not in said(client.get(f"/sent/{token}/"))
