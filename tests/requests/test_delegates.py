"""Somebody else may take the call, when the leader says so."""

import pytest
from django.core.exceptions import PermissionDenied

from mvai.people.models import Channel, ContactPoint
from requests.actions import closing, desk
from requests.actions.moves import MoveRefused
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.requests import stories
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
