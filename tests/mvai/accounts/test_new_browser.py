"""Whoever signs in from a browser that never did before is told where they would see it."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from mvai.audit.models import AuditEntry
from mvai.outbox.models import Message
from tests.mvai.accounts.lock_world import PASSWORD, code_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _real(settings):
    settings.DEMO = False


def sign_in(browser: Client, user, secret: str) -> None:
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    answer = browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer.status_code == 302


@pytest.fixture
def again(dana, secret):
    """Sign in once more, as with the next code."""

    def signed_in(browser: Client) -> Client:
        cache.clear()
        sign_in(browser, dana, secret)
        return browser

    return signed_in


def told() -> int:
    return Message.objects.filter(purpose="new_browser", channel="portal").count()


def test_the_first_sign_in_ever_is_no_news(again):
    again(Client())

    assert told() == 0


def test_a_second_browser_is(again, dana):
    again(Client())
    again(Client())

    assert told() == 1
    assert Message.objects.filter(purpose="new_browser").first().person == dana.person


def test_the_same_browser_is_not(again):
    browser = again(Client())
    browser.post(reverse("account_logout"))
    again(browser)

    assert told() == 0


def test_every_sign_in_is_in_the_log(again, dana):
    again(Client())

    entry = AuditEntry.objects.get(verb="account.signed_in")
    assert (entry.actor_id, entry.facts) == (dana.pk, {"known_browser": False})
