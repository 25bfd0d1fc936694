"""A form whose key was too old is shown again with what was typed, and never with secrets."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mvai.accounts.lock.middleware import NEVER_KEPT
from mvai.people.models import ContactPoint
from mvai.web import written
from requests.models import AssistanceRequest, CallLog
from tests.access_matrix import MATRIX
from tests.access_rows import (
    NO_SUCH_METHOD,
)
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.requests import AssistanceRequestFactory
from tests.mvai.accounts.lock_world import Forms
from tests.right_answers import RIGHT
from tests.test_access import World

pytestmark = pytest.mark.django_db

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
# These take codes, no form of ours, or only queries.
_OTHERS = (
    "requests:board",
    "requests:enter_code",
    "requests:mine_open",
    "hooks:",
    "requests:hook_",
    "site:",
)


def steps():
    for name, row in MATRIX.items():
        takes = any(answer != NO_SUCH_METHOD for answer in row.post.values())
        only_shown = set(row.post.values()) <= {NO_SUCH_METHOD, "login"}
        if takes and not only_shown and not name.startswith((*NEVER_KEPT, *_OTHERS)):
            yield name


@pytest.fixture
def dana():
    return UserFactory(duty_officer=True)


@pytest.fixture
def strict(dana):
    return sign_in(Client(enforce_csrf_checks=True), dana)


@pytest.mark.parametrize("name", list(steps()))
def test_each_step_has_a_name_and_its_fields_have_labels(name):
    world, row = World(), MATRIX[name]
    path = reverse(name, kwargs=row.arguments(world))
    right = RIGHT.get(name, {})
    right = right(world) if callable(right) else right

    assert written.title_of(path), name
    step = written.step_of(name)
    labels = {str(field.label) for field in written.fields_of(step).values() if field.label}
    labels |= {str(label) for label in (step.labels or {}).values()}
    for field, value in right.items():
        assert labels.issuperset(dict(written.lines_of(path, [(field, str(value))]))), field


def test_what_was_typed_is_shown_with_its_labels_and_sent_once_more(strict, dana):
    request = AssistanceRequestFactory(state="triaged", owner=dana)
    url = reverse("requests:log_call", args=[request.reference])
    typed = {"outcome": "left_message", "minutes": "3", "note": "<b>Later</b>"}

    refused = strict.post(url, typed, headers=FROM_HERE)

    assert refused.status_code == 403
    assert refused["Cache-Control"] == "no-store, private"
    assert f"Log a call, {request.reference}" in refused.text
    assert "Left a message" in refused.text
    assert "&lt;b&gt;Later&lt;/b&gt;" in refused.text
    fields = dict(Forms(refused.text).going_to(url))
    assert strict.post(url, fields, headers=FROM_HERE).status_code == 303
    assert CallLog.objects.get().note == typed["note"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Referer": "https://elsewhere.example/testserver"},
    ],
)
def test_what_another_site_sent_is_never_one_press_away(strict, headers):
    refused = strict.post(reverse("reach:add"), {"value": "+1 202 555 0199"}, headers=headers)

    assert refused.status_code == 403
    assert "555 0199" not in refused.text
    assert "Go back one page" in refused.text


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_an_older_browser_says_by_its_origin_that_the_form_was_ours(strict, header):
    refused = strict.post(
        reverse("reach:add"), {"value": "+1 202 555 0199"}, headers={header: "http://testserver/x"}
    )

    assert "555 0199" in refused.text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("account_login", {"login": "kim@agency.example", "password": "a quiet lake"}),
        ("account_change_password", {"oldpassword": "a quiet lake"}),
        ("mfa_reauthenticate", {"code": "123456"}),
        ("requests:mine_open", {"code": "123456"}),
        ("lock:page", {"code": "123456"}),
    ],
)
def test_passwords_and_codes_are_never_shown(strict, name, typed):
    refused = strict.post(reverse(name), typed, headers=FROM_HERE)

    assert refused.status_code == 403
    assert not any(value in refused.text for value in typed.values())


def test_nor_fields_that_are_called_so(strict):
    typed = {"channel": "sms", "value": "+1", "my_token": "s3cr3t", "csrfmiddlewaretoken": "0ld"}
    refused = strict.post(reverse("reach:add"), typed, headers=FROM_HERE)

    assert "s3cr3t" not in refused.text
    assert "0ld" not in refused.text


def test_what_is_too_long_stays_in_the_browser(strict):
    refused = strict.post(reverse("reach:add"), {"value": "x" * 300_000}, headers=FROM_HERE)

    assert "x" * 100 not in refused.text


def test_who_was_signed_out_is_told_to_sign_in_first():
    refused = Client(enforce_csrf_checks=True).post(
        reverse("reach:add"), {"value": "+1 202 555 0199"}, headers=FROM_HERE
    )

    assert "You are signed out" in refused.text
    assert not ContactPoint.objects.exists()


def test_nothing_is_done_by_the_refusal(strict):
    strict.post(reverse("requests:new"), {"call_name": "A", "call_number": "1"}, headers=FROM_HERE)

    assert not AssistanceRequest.objects.exists()


class AnyText(TestCase):
    @given(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=300)
    )
    def test_any_text_comes_back_as_it_was_typed(self, text):
        strict = sign_in(Client(enforce_csrf_checks=True), UserFactory(duty_officer=True))
        url = reverse("reach:add")

        refused = strict.post(url, {"channel": "sms", "value": text}, headers=FROM_HERE)

        assert dict(Forms(refused.text).going_to(url))["value"] == text
