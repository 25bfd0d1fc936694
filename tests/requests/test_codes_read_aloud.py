"""A leader with a landline: an officer reads a code on the call, and that is kept and shown."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from mvai.audit.models import AuditEntry
from requests.actions import codes, contact
from requests.actions.codes import CodeRefused
from requests.models import StatusCode
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.requests import stories
from tests.requests.leaders import address_of
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def read(request, *, by=None, on_file=True, press=None):
    return codes.read_aloud(
        assistance_request=request,
        to_number_on_file=on_file,
        press=press or uuid.uuid4(),
        by=by or request.owner,
        at=NOON,
    )


def test_the_code_is_shown_once_and_opens_the_page():
    request = stories.engaged()
    page, desk = browser(request.owner), f"/requests/{request.reference}/"
    press = str(uuid.uuid4())

    first = page.post(f"{desk}read_code/", {"on_file": "on", "press": press})
    again = page.post(f"{desk}read_code/", {"on_file": "on", "press": press})

    digits = "".join(re.search(r"<strong>(\d{3}) (\d{3})</strong>", said(first)).groups())
    assert "no-store" in first["Cache-Control"]
    assert "was shown already" in said(again)
    assert digits not in said(again)
    leader, address = Client(), address_of(request)
    leader.post(f"{address}open/", {"code": f"{digits[:3]} {digits[3:]}"})
    assert "Ellen Park" in said(leader.get(address))


def test_who_read_it_and_what_was_looked_at_through_it_stand_in_who_has_looked():
    request = stories.engaged()
    _code, digits = read(request)
    leader, address = Client(), address_of(request)
    leader.post(f"{address}open/", {"code": digits})
    leader.get(address)

    looks = said(
        browser(UserFactory(program_manager=True)).get(f"/requests/{request.reference}/looks/")
    )

    name = request.owner.display_name
    assert "A code for the leader’s page, read aloud" in looks
    assert f"Who holds the leader’s link and the code that {name} read aloud" in looks


def test_it_is_good_for_ten_minutes_and_once():
    request = stories.engaged()
    code, digits = read(request)
    late = NOON + timedelta(minutes=10)

    with pytest.raises(CodeRefused):
        codes.enter_code(assistance_request=request, code=digits, at=late)
    codes.enter_code(assistance_request=request, code=digits, at=late - timedelta(seconds=1))
    with pytest.raises(CodeRefused):
        codes.enter_code(assistance_request=request, code=digits, at=NOON)
    assert code.read_by == request.owner


def test_five_wrong_tries_end_it():
    request = stories.engaged()
    _code, digits = read(request)
    for _each in range(5):
        with pytest.raises(CodeRefused):
            codes.enter_code(assistance_request=request, code="1", at=NOON)

    with pytest.raises(CodeRefused):
        codes.enter_code(assistance_request=request, code=digits, at=NOON)


def test_it_needs_a_leader_who_is_known():
    with pytest.raises(CodeRefused, match="Confirm"):
        read(stories.taken())


def test_it_is_not_for_a_number_that_has_just_changed():
    request = stories.engaged()
    contact.change(
        assistance_request=request, number="(202) 555-0160", press=uuid.uuid4(), by=None, at=NOON
    )

    with pytest.raises(CodeRefused, match="Confirm"):
        read(request)


def test_it_needs_a_call_to_the_number_on_the_request():
    with pytest.raises(CodeRefused, match="number on the request"):
        read(stories.engaged(), on_file=False)


def test_an_advisor_never_reads_one():
    request = stories.engaged()

    with pytest.raises(PermissionDenied):
        read(request, by=request.engagements.get().advisor.person.user)


def test_codes_read_aloud_count_against_the_limit_of_the_hour():
    request = stories.engaged()
    for _each in range(5):
        read(request)

    with pytest.raises(CodeRefused, match="Too many"):
        read(request)
    assert StatusCode.objects.count() == 5


def test_reading_one_is_a_look_in_the_log():
    request = stories.engaged()
    read(request)

    entry = AuditEntry.objects.get(verb="status_code.read_aloud")
    assert (entry.kind, entry.actor_id) == ("read", request.owner_id)
