"""The link in a page: what it opens, for whom, and until when."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from mvai.duty import actions, paging
from mvai.duty.models import AlarmState, DutyRole
from mvai.outbox import links, purposes
from mvai.outbox.models import Message
from mvai.outbox.states import NotSent
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]


@pytest.fixture
def dana():
    user = UserFactory(duty_officer=True)
    ContactPointFactory(person=user.person)
    ShiftFactory(user=user, role=DutyRole.PRIMARY)
    return user


@pytest.fixture
def alarm(dana):
    return actions.ring(kind="doorbell", subject=PersonFactory(), label="MV-7K4Q", at=NOON)


def link(alarm, user, generation=1) -> str:
    token = links.make(
        paging.PAGE,
        alarm.pk,
        user.pk,
        generation=generation,
        lasts=paging.LINK_LASTS,
        now=NOON,
    )
    return reverse("duty:alarm_by_link", args=[token])


@pytest.fixture(autouse=True)
def _shortly_after():
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        yield


def test_the_page_carries_a_reference_and_a_link_and_nothing_else(alarm, dana):
    page = Message.objects.about(alarm).get(channel="sms")

    context = purposes.get("alarm_page").context(page)

    assert context["reference"] == "MV-7K4Q"
    assert context["url"].endswith(link(alarm, dana))
    assert set(context) == {"reference", "url"}


def test_opening_the_link_changes_nothing(client, alarm, dana):
    answer = client.get(link(alarm, dana))

    alarm.refresh_from_db()
    assert answer.status_code == 200
    assert alarm.state == AlarmState.RINGING
    assert "MV-7K4Q needs you" in answer.content.decode()


def test_a_tap_takes_it_without_a_sign_in(client, alarm, dana):
    answer = client.post(link(alarm, dana))

    alarm.refresh_from_db()
    assert alarm.taken_by == dana
    assert "You have MV-7K4Q" in answer.content.decode()


def test_the_tap_signs_nobody_in(client, alarm, dana):
    client.post(link(alarm, dana))

    assert "_auth_user_id" not in client.session


def test_too_late_it_says_who_has_it(client, alarm, dana):
    omar = UserFactory(duty_officer=True, person__full_name="Omar Haddad")
    actions.take(alarm=alarm, by=omar, at=NOON)

    answer = client.post(link(alarm, dana))

    assert "Omar Haddad has it since noon ET." in answer.content.decode()


def test_a_link_of_an_earlier_ringing_takes_nothing(client, alarm, dana):
    actions.take(alarm=alarm, by=dana, at=NOON)
    actions.give_back(alarm=alarm, by=dana, at=NOON)

    client.post(link(alarm, dana, generation=1))

    alarm.refresh_from_db()
    assert alarm.is_ringing


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", ["nonsense", "1-2-3-4.AAAA", "1-2-1-0.é"])
def test_a_link_that_is_not_ours_is_a_calm_page(client, method, token):
    answer = getattr(client, method)(reverse("duty:alarm_by_link", args=[token]))

    assert answer.status_code == 404
    assert "This link is no longer open" in answer.content.decode()


def test_a_link_ends_after_half_a_day(client, alarm, dana):
    with time_machine.travel(NOON + timedelta(hours=12)):
        answer = client.post(link(alarm, dana))

    alarm.refresh_from_db()
    assert answer.status_code == 404
    assert alarm.is_ringing


def test_a_link_of_somebody_who_left_the_desk_is_no_longer_open(client, alarm, dana):
    address = link(alarm, dana)
    dana.is_active = False
    dana.save()

    assert client.post(address).status_code == 404


def test_the_address_of_the_link_is_told_to_no_other_site(client, alarm, dana):
    assert client.get(link(alarm, dana))["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        (lambda alarm, user: None, ""),
        (
            lambda alarm, user: actions.take(alarm=alarm, by=user, at=NOON),
            NotSent.ALREADY_TAKEN,
        ),
        (
            lambda alarm, user: type(user).objects.filter(pk=user.pk).update(is_active=False),
            NotSent.NOT_ON_DUTY,
        ),
    ],
)
def test_before_a_page_goes_out_it_is_asked_whether_it_still_matters(alarm, dana, turn, reason):
    page = Message.objects.about(alarm).get(purpose="alarm_page", channel="sms")
    turn(alarm, dana)

    assert purposes.get("alarm_page").is_relevant(page, NOON) == reason


def test_a_page_of_an_earlier_ringing_is_replaced(alarm, dana):
    page = Message.objects.about(alarm).get(purpose="alarm_page", channel="sms")
    actions.take(alarm=alarm, by=dana, at=NOON)
    actions.give_back(alarm=alarm, by=dana, at=NOON)

    assert purposes.get("alarm_page").is_relevant(page, NOON) == NotSent.REPLACED
