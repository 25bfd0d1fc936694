"""Strangers ask only so often, one address and all together; the count is the database's."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory

from mvai.accounts.lockout.rates import Rate, TooOften, count
from mvai.accounts.models import Try
from requests.actions.messages import status_url
from requests.views.status import CODES
from tests.factories import NOON
from tests.factories.requests import AssistanceRequestFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db

FEW = Rate("doorbell", by_an_address=3, in_all=5)
HERE, THERE = "203.0.113.7", "198.51.100.9"


def ask(address=HERE, at=NOON, rate=FEW) -> None:
    count(RequestFactory().post("/", REMOTE_ADDR=address), rate, at=at)


def test_one_address_asks_so_often_and_waits_for_the_end_of_the_period():
    for _ in range(3):
        ask()

    with pytest.raises(TooOften) as refusal:
        ask()
    assert refusal.value.until == NOON + FEW.within
    ask(THERE)
    ask(at=NOON + FEW.within + timedelta(seconds=1))


def test_all_together_ask_so_often():
    for number in range(5):
        ask(f"203.0.113.{number}")

    with pytest.raises(TooOften):
        ask(THERE)


def test_one_thing_does_not_count_for_another():
    for _ in range(3):
        ask()

    ask(rate=Rate("letterbox", by_an_address=1, in_all=1))


def test_no_address_is_kept():
    ask()

    kept = Try.objects.get()
    assert HERE not in (kept.account, kept.address)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_not_one_too_many():
    answers = at_once(*[ask] * 8)

    assert [answer is None for answer in answers].count(True) == 3
    assert {type(answer) for answer in answers if answer} == {TooOften}


def test_beyond_it_a_calm_page_says_until_when_and_whom_to_call(settings):
    settings.PROGRAM_NUMBER = "(800) 555-0100"
    address = status_url(AssistanceRequestFactory()).removeprefix(settings.SITE_URL)
    browser = Client(REMOTE_ADDR=HERE)
    for _ in range(CODES.by_an_address):
        browser.post(f"{address}code/")

    answer = browser.post(f"{address}code/")

    shown = answer.content.decode()
    assert answer.status_code == 429
    assert "Please wait until" in shown
    assert "(800) 555-0100" in shown
    assert "password" not in shown
