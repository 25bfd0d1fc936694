"""Somebody else may take the call, when the leader says so."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from mvai.people.models import Channel, ContactPoint
from requests.actions import closing, codes, desk
from requests.actions.delegates import delegate_at, remove_delegate
from requests.actions.moves import MoveRefused
from requests.models import StatusCode
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.requests import stories
from tests.requests.leaders import opened
from tests.requests.pages import browser, said

pytestmark = pytest.mark.django_db

AIDE = {"name": "Aide Jo Park", "number": "(202) 555-0151"}


def name(request, by, *, consented=True):
    return desk.name_delegate(
        assistance_request=request, **AIDE, consented=consented, by=by, at=NOON
    )


def test_a_delegate_who_agreed_can_be_called_and_texted():
    request = stories.taken(by := stories.officer())

    delegate = name(request, by)

    points = ContactPoint.objects.filter(person=delegate.person)
    assert {point.channel for point in points} == {Channel.VOICE, Channel.SMS}
    assert all(point.consented_at == NOON for point in points)


def test_a_delegate_who_did_not_agree_is_never_texted():
    request = stories.taken(by := stories.officer())

    delegate = name(request, by, consented=False)

    point = ContactPoint.objects.get(person=delegate.person)
    assert (point.channel, point.consented_at) == (Channel.VOICE, None)


def test_naming_the_same_delegate_twice_keeps_one():
    request = stories.taken(by := stories.officer())

    assert name(request, by) == name(request, by)
    assert request.delegates.count() == 1


def test_a_closed_request_takes_no_delegate():
    request = stories.taken(by := stories.officer())
    closing.close(assistance_request=request, close_reason="met", by=by, at=NOON)

    with pytest.raises(MoveRefused, match="Reopen"):
        name(request, by)


def test_only_the_desk_names_delegates():
    request = stories.taken(stories.officer())

    with pytest.raises(PermissionDenied):
        name(request, UserFactory(advisor=True))


@pytest.mark.usefixtures("noon")
def test_the_workspace_shows_who_else_may_take_the_call():
    request = stories.taken(by := stories.officer())
    page = browser(by)
    address = f"/requests/{request.reference}/"

    refused = page.post(f"{address}delegate/", {"name": "", "number": AIDE["number"]})
    assert AIDE["number"] in said(refused)

    page.post(f"{address}delegate/", AIDE)

    shown = said(page.get(address))
    assert "May also take the call" in shown
    assert AIDE["name"] in shown


@pytest.mark.usefixtures("noon")
def test_a_delegate_named_on_the_page_is_told_and_has_a_code_of_their_own():
    request = stories.engaged()
    client, address = opened(request)

    client.post(f"{address}delegates/", AIDE | {"consented": "on"})

    assert stories.messaged("delegate_named") == {AIDE["name"]}
    own = Client()
    own.post(f"{address}delegate-code/", {"own_number": "202-555-0151"})
    assert AIDE["name"] in stories.messaged("status_code")
    own.post(f"{address}open/", {"code": StatusCode.objects.latest("pk").digits()})
    assert "Open for Aide Jo Park" in said(own.get(address))


@pytest.mark.usefixtures("noon")
def test_a_number_nobody_named_gets_no_code_and_the_same_words():
    request = stories.engaged()
    _client, address = opened(request)
    before = StatusCode.objects.count()

    answer = Client().post(f"{address}delegate-code/", {"own_number": "(202) 555-0199"})

    assert answer["Location"] == f"{address}?code=sent#code"
    assert StatusCode.objects.count() == before


@pytest.mark.usefixtures("noon")
def test_removing_a_delegate_closes_the_page_for_them_at_once():
    request = stories.engaged()
    delegate = name(request, request.owner)
    own, address = opened(request, delegate=delegate)
    client, _address = opened(request)
    assert "Ellen Park" in said(own.get(address))

    for _each in range(2):
        client.post(f"{address}remove-delegate/", {"one": str(delegate.pk)})

    assert "Ellen Park" not in said(own.get(address))
    assert "Ellen Park" in said(client.get(address))
    assert delegate_at(request, AIDE["number"]) is None


def test_a_code_that_was_sent_to_a_removed_delegate_opens_nothing():
    request = stories.engaged()
    delegate = name(request, request.owner)
    code = codes.send_code(assistance_request=request, delegate=delegate, at=NOON)

    remove_delegate(delegate=delegate, by=request.owner, at=NOON)

    with pytest.raises(codes.CodeRefused):
        codes.enter_code(assistance_request=request, code=code.digits(), at=NOON)


def test_a_sixth_delegate_is_refused():
    request = stories.taken(by := stories.officer())
    for place in range(5):
        desk.name_delegate(
            assistance_request=request, name=f"Aide {place}", number=f"(202) 555-016{place}",
            consented=False, by=by, at=NOON,
        )  # fmt: skip

    with pytest.raises(MoveRefused, match="Remove one"):
        name(request, by)


@pytest.mark.usefixtures("noon")
def test_the_desk_removes_a_delegate_in_the_workspace():
    request = stories.taken(by := stories.officer())
    delegate = name(request, by)
    page, address = browser(by), f"/requests/{request.reference}/"

    page.post(f"{address}delegate/{delegate.pk}/remove/")

    assert "May also take the call" not in said(page.get(address))
