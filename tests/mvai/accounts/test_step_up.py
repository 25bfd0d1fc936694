"""Before a change of one's own account: who is there is asked once more, and the step goes on."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mvai.people.models import ContactPoint
from tests.factories.accounts import sign_in
from tests.mvai.accounts.lock_world import NUMBER, PASSWORD

pytestmark = pytest.mark.django_db

LATER = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)
FORMS = {"reach:add": NUMBER, "usersessions_list": {}}


@pytest.fixture
def later(client, dana, at_noon):
    """Dana's browser, a while after signing in."""
    sign_in(client, dana)
    client.get(reverse("reach:mine"))
    with time_machine.travel(timezone.now() + LATER, tick=False):
        yield client


def say_again_who_it_is(client, asked):
    return client.post(asked["Location"], {"password": PASSWORD})


@pytest.mark.parametrize("name", FORMS)
def test_a_while_after_signing_in_it_is_asked_who_is_there(later, name):
    asked = later.post(reverse(name), FORMS[name])

    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not ContactPoint.objects.exists()


@pytest.mark.parametrize("name", FORMS)
def test_to_look_is_free(later, name):
    page = {"reach:add": "reach:mine"}.get(name, name)

    assert later.get(reverse(page)).status_code == 200


def test_a_new_number_waits_and_is_added_when_they_have_said_so(later):
    say_again_who_it_is(later, later.post(reverse("reach:add"), NUMBER))

    assert ContactPoint.objects.get().value == NUMBER["value"]


def test_what_was_wrong_with_the_number_is_said_afterward(later):
    asked = later.post(reverse("reach:add"), NUMBER | {"value": "911"})
    answer = say_again_who_it_is(later, asked)

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text


def test_the_other_sessions_wait_and_end_when_they_have_said_so(later, dana):
    for key in ("one", "two"):
        UserSession.objects.create(user=dana, session_key=key, ip="203.0.113.9")
    asked = later.post(reverse("usersessions_list"))
    assert UserSession.objects.count() >= 2
    say_again_who_it_is(later, asked)

    assert not UserSession.objects.filter(session_key__in=("one", "two")).exists()


def test_right_after_signing_in_nothing_is_asked(client, dana, at_noon):
    sign_in(client, dana)
    client.post(reverse("reach:add"), NUMBER)

    assert ContactPoint.objects.exists()
