"""A session is found as long as it lasts, and only then."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from mvai.accounts.sessions import SessionStore
from tests.factories.accounts import UserFactory, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    store = SessionStore()
    store["seen"] = "the notice"
    store.create()
    return store.session_key


def test_what_was_kept_is_found_by_its_key(key):
    found = SessionStore(key)

    assert found["seen"] == "the notice"
    assert found.session_key == key


@pytest.mark.parametrize("reason", ["unknown", "expired", "deleted"])
def test_a_session_that_is_no_more_is_empty_and_gives_its_key_up(key, reason):
    if reason == "unknown":
        key = "nobody-s"
    elif reason == "expired":
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    else:
        Session.objects.all().delete()
    found = SessionStore(key)

    assert found.get("seen") is None
    assert found.session_key is None


def test_a_change_is_kept(key):
    store = SessionStore(key)
    store["seen"] = "another"
    store.save()

    assert SessionStore(key)["seen"] == "another"


def test_an_expired_session_signs_nobody_in(client):
    sign_in(client, UserFactory(duty_officer=True))
    assert client.get(reverse("requests:board")).status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    refused = client.get(reverse("requests:board"))

    assert refused.status_code == 302
    assert refused["Location"].startswith(reverse("account_login"))
