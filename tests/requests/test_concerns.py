"""What a leader is uneasy about is the program manager's to read, and nobody else's."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from mvai.audit.models import AuditEntry
from mvai.outbox.models import Message
from mvai.web.refusals import Refused
from requests.actions import concerns, desk
from requests.models import Concern
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.requests import ConcernFactory
from tests.requests import stories
from tests.requests.leaders import opened
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

WORDS = "They spoke of another agency by name."


@pytest.fixture
def manager():
    return UserFactory(program_manager=True)


def test_it_goes_to_the_program_managers_alone(manager):
    request = stories.engaged()
    client, address = opened(request)
    typed = {"text": WORDS, "press": str(uuid.uuid4())}

    for _each in range(2):
        client.post(f"{address}concern/", typed)

    assert Concern.objects.get().text == WORDS
    assert stories.messaged("concern_raised") == {manager.person.full_name}
    assert WORDS in said(client.get(address))


def test_the_desk_can_not_tell_from_the_request_that_there_is_one(manager):
    request = stories.engaged()
    client, address = opened(request)
    client.post(f"{address}concern/", {"text": WORDS})

    shown = said(browser(request.owner).get(f"/requests/{request.reference}/"))

    assert WORDS not in shown
    assert "concern" not in shown.lower()
    assert not Message.objects.filter(purpose="concern_raised").exclude(label="").exists()
    assert not AuditEntry.objects.filter(verb__startswith="concern.").exclude(label="").exists()


def test_a_manager_who_advises_the_leader_does_not_read_it(manager):
    request = stories.engaged()
    advisor = request.engagements.get().advisor
    both = advisor.person.user
    both.roles = ["advisor", "program_manager"]
    both.save()
    client, address = opened(request)

    client.post(f"{address}concern/", {"text": WORDS})

    found = Concern.objects.get()
    assert browser(both).get(f"/concerns/{found.pk}/").status_code == 404
    assert both.person.full_name not in stories.messaged("concern_raised")


def test_the_answer_is_read_on_the_leaders_page(manager):
    request = stories.engaged()
    client, address = opened(request)
    client.post(f"{address}concern/", {"text": WORDS})
    found = Concern.objects.get()

    browser(manager).post(f"/concerns/{found.pk}/answer/", {"text": "I have talked with them."})

    assert "I have talked with them." in said(client.get(address))
    assert stories.messaged("desk_wrote") == {request.leader.full_name}


def test_it_is_answered_once(manager):
    found = ConcernFactory()
    concerns.answer(concern=found, text="Yes.", by=manager, at=NOON)

    with pytest.raises(Refused, match="already"):
        concerns.answer(concern=found, text="No.", by=manager, at=NOON)


def test_a_settled_one_stands_last(manager):
    first, second = ConcernFactory(), ConcernFactory()
    page = browser(manager)

    page.post(f"/concerns/{second.pk}/settle/")

    shown = said(page.get("/concerns/"))
    assert shown.index(first.assistance_request.reference) < shown.index(
        second.assistance_request.reference
    )
    second.refresh_from_db()
    assert (second.settled_by, second.settled_at) == (manager, NOON)


def test_an_officer_neither_answers_nor_settles():
    found, officer = ConcernFactory(), stories.officer()

    for act in (concerns.settle, lambda **who: concerns.answer(text="Yes.", **who)):
        with pytest.raises(PermissionDenied):
            act(concern=found, by=officer, at=NOON)


def test_a_delegate_sees_their_own_and_not_the_leaders(manager):
    request = stories.engaged()
    delegate = desk.name_delegate(
        assistance_request=request, name="Aide Jo Park", number="(202) 555-0151", consented=True,
        by=request.owner, at=NOON,
    )  # fmt: skip
    client, address = opened(request)
    client.post(f"{address}concern/", {"text": WORDS})

    aide, _address = opened(request, delegate=delegate)

    assert WORDS not in said(aide.get(address))


def test_opening_it_is_logged(manager):
    found = ConcernFactory()

    browser(manager).get(f"/concerns/{found.pk}/")

    assert AuditEntry.objects.filter(verb="concern.read", target_id=str(found.pk)).exists()
