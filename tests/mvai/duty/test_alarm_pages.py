"""The desk's page of alarms."""

import pytest
import time_machine
from django.urls import reverse

from mvai.duty import actions
from mvai.duty.models import AlarmState
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.duty import AlarmFactory, ShiftFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def dana():
    user = UserFactory(duty_officer=True)
    ContactPointFactory(person=user.person)
    ShiftFactory(user=user)
    return user


@pytest.fixture
def alarm(dana):
    return actions.ring(kind="doorbell", subject=PersonFactory(), label="MV-7K4Q", at=NOON)


def page(client) -> str:
    return client.get(reverse("duty:now")).content.decode()


def test_what_rings_stands_there_with_its_one_button(client, alarm, dana):
    shown = page(sign_in(client, dana))

    assert "MV-7K4Q · Somebody is at the door" in shown
    assert "I have it" in shown


def test_it_says_who_was_paged_how_and_what_became_of_it(client, alarm, dana):
    shown = page(sign_in(client, dana))

    assert "Dana Ruiz" in shown
    assert "Text message" in shown
    assert "Waiting" in shown


def test_a_tap_takes_it_and_opens_what_it_rang_for(client, alarm, dana):
    answer = sign_in(client, dana).post(reverse("duty:take", args=[alarm.pk]))

    alarm.refresh_from_db()
    assert alarm.taken_by == dana
    assert answer["Location"] == f"/door/{alarm.subject_id}/"


def test_who_taps_too_late_reads_who_has_it(client, alarm, dana):
    omar = UserFactory(duty_officer=True, person__full_name="Omar Haddad")
    actions.take(alarm=alarm, by=omar, at=NOON)

    answer = sign_in(client, dana).post(reverse("duty:take", args=[alarm.pk]), follow=True)

    assert "Omar Haddad has it since noon ET." in answer.content.decode()


def test_what_somebody_has_they_may_give_back(client, alarm, dana):
    actions.take(alarm=alarm, by=dana, at=NOON)

    sign_in(client, dana).post(reverse("duty:give_back", args=[alarm.pk]))

    alarm.refresh_from_db()
    assert alarm.state == AlarmState.GIVEN_BACK


def test_with_nothing_ringing_the_page_says_so(client, dana):
    assert "Nothing rings." in page(sign_in(client, dana))


def test_an_alarm_of_an_earlier_version_still_shows(client, dana):
    AlarmFactory(kind="gone_by")

    assert "Gone by" in page(sign_in(client, dana))


def test_an_alarm_that_does_not_exist_is_a_404(client, dana):
    assert sign_in(client, dana).post(reverse("duty:take", args=[99])).status_code == 404
