"""Another number, or another leader: nobody is known again until the desk has called."""

import uuid

import pytest

from mvai.audit.models import AuditEntry
from mvai.people.models import Channel, ContactPoint
from requests.actions import codes, contact, desk
from requests.actions import mine as my_requests
from requests.actions.codes import CodeRefused
from requests.actions.moves import MoveRefused
from requests.models import ContactChange
from requests.states import Identity, NextAction, State
from tests.factories import NOON
from tests.requests import stories
from tests.requests.leaders import address_of, opened
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "nothing_is_left_alone")]

NEW = "(202) 555-0160"


def change(request, *, number=NEW, by=None, press=None, **given):
    return contact.change(
        assistance_request=request,
        number=number,
        by=by,
        press=press or uuid.uuid4(),
        at=NOON,
        **given,
    )


def test_a_new_number_closes_the_page_and_has_the_desk_call():
    request = stories.engaged()
    client, address = opened(request)

    answer = client.post(f"{address}number/", {"number": NEW})

    request.refresh_from_db()
    assert answer["Location"].startswith(f"{address}?done=number")
    assert request.call_number == NEW
    assert request.identity == Identity.PENDING
    assert request.verification.note == "The number changed."
    assert request.next_action == NextAction.CALL
    assert "Ellen Park" not in said(client.get(address))
    assert stories.messaged("contact_changed") == {request.owner.person.full_name}


def test_every_browser_that_a_code_opened_is_closed():
    request = stories.engaged()
    elsewhere, address = opened(request)

    change(request, by=request.owner)

    assert "Ellen Park" not in said(elsewhere.get(address))


def test_no_code_goes_out_or_opens_before_the_desk_knows_who_it_is():
    request = stories.engaged()
    sent = codes.send_code(assistance_request=request, at=NOON)
    change(request)

    assert codes.send_code(assistance_request=request, at=NOON) is None
    with pytest.raises(CodeRefused):
        codes.enter_code(assistance_request=request, code=sent.digits(), at=NOON)


def test_once_confirmed_a_code_goes_to_the_new_number_alone():
    request = stories.engaged()
    change(request)

    desk.confirm_identity(
        assistance_request=request, method="known_contact", by=request.owner, at=NOON
    )

    request.refresh_from_db()
    assert ContactChange.objects.get().outcome == "confirmed"
    assert request.next_action == NextAction.FIRST_CONTACT
    assert codes.send_code(assistance_request=request, at=NOON)
    usable = ContactPoint.objects.usable(Channel.SMS).filter(person=request.leader)
    assert [point.value for point in usable] == [NEW]


def test_a_call_that_reaches_the_new_number_leads_on_to_who_it_is():
    request = stories.engaged()
    change(request)

    desk.log_call(assistance_request=request, outcome="reached", by=request.owner, at=NOON)

    request.refresh_from_db()
    assert request.next_action == NextAction.CONFIRM_IDENTITY


def test_pressed_twice_it_is_one_change():
    request = stories.engaged()
    client, address = opened(request)
    typed = {"number": NEW, "press": str(uuid.uuid4())}

    first, second = (client.post(f"{address}number/", typed) for _each in range(2))

    assert first["Location"] == second["Location"]
    assert ContactChange.objects.count() == 1


def test_a_successor_leads_and_who_led_is_kept():
    request = stories.engaged()
    before = request.leader
    client, address = opened(request)

    client.post(
        f"{address}successor/",
        {"name": "Chief Kim Lee", "number": NEW, "email": "kim@agency.example", "agreed": "on"},
    )

    request.refresh_from_db()
    assert request.leader.full_name == request.call_name == "Chief Kim Lee"
    kept = ContactChange.objects.get()
    assert (kept.leader_before, kept.is_successor) == (before, True)
    assert request.verification.note == "A successor was named."
    assert AuditEntry.objects.filter(verb="request.successor_named").exists()


def test_the_successor_sees_what_was_promised_and_who_handed_it_on():
    request = stories.engaged()
    change(request, name="Chief Kim Lee")
    desk.confirm_identity(
        assistance_request=request, method="known_contact", by=request.owner, at=NOON
    )
    request.refresh_from_db()

    client, address = opened(request)

    page = said(client.get(address))
    assert "What was promised, and who helped" in page
    assert "Chief Alex Moreno handed this to you" in page


def test_the_successor_form_says_what_they_will_see():
    request = stories.engaged()
    client, address = opened(request)

    page = said(client.get(f"{address}successor/"))

    assert request.engagements.get().advisor.person.full_name in page
    assert request.follow_ups.first().label in page


def test_a_change_is_put_back_as_it_was_and_confirmed_again():
    request = stories.engaged()
    before = request.leader
    one = change(request, name="Chief Kim Lee")
    change(request, number="(202) 555-0161")

    waiting = ContactChange.objects.get(outcome="")
    contact.put_back(change=waiting, by=request.owner, at=NOON)

    request.refresh_from_db()
    one.refresh_from_db()
    assert one.outcome == "replaced"
    assert (request.leader, request.call_number) == (before, "(202) 555-0143")
    assert request.identity == Identity.PENDING
    with pytest.raises(MoveRefused, match="settled"):
        contact.put_back(change=one, by=request.owner, at=NOON)


def test_the_same_number_is_no_change():
    with pytest.raises(MoveRefused, match="the number we have"):
        change(stories.engaged(), number="(202) 555-0143")


def test_your_requests_lets_nobody_in_while_a_change_waits():
    request = stories.engaged()
    point = ContactPoint.objects.get(person=request.leader, channel=Channel.SMS)
    point.proven_at = NOON
    point.save()
    change(request)

    assert request not in my_requests.requests_of(point).exclude(contact_changes__outcome="")


def test_the_desk_changes_a_number_and_puts_it_back_on_its_page():
    request = stories.engaged()
    page, address = browser(request.owner), f"/requests/{request.reference}/"

    page.post(f"{address}contact/", {"number": NEW})
    shown = said(page.get(address))
    assert "Changed, not confirmed yet" in shown
    page.post(f"{address}contact/{ContactChange.objects.get().pk}/back/")

    request.refresh_from_db()
    assert request.call_number == "(202) 555-0143"
    assert "Changed, not confirmed yet" not in said(page.get(address))


def test_a_delegate_can_not_hand_the_request_on():
    request = stories.engaged()
    delegate = desk.name_delegate(
        assistance_request=request, name="Aide Jo Park", number="(202) 555-0151", consented=True,
        by=request.owner, at=NOON,
    )  # fmt: skip
    client, address = opened(request, delegate=delegate)

    client.post(f"{address}successor/", {"name": "Kim", "number": NEW, "agreed": "on"})

    assert not ContactChange.objects.exists()
    assert "Hand this to a successor" not in said(client.get(address))


def test_the_steps_stay_on_the_address_throughout(client):
    request = stories.engaged()
    change(request)

    page = client.get(address_of(request))

    assert page.status_code == 200
    assert request.state == State.ENGAGED
