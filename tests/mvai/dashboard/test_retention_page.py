"""The page about retention, and the change of the award's end, which is asked about first."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mvai.audit import periods
from mvai.audit.models import AuditEntry, AwardEnd, Purge
from mvai.dashboard.forms import AwardEndForm
from mvai.outbox import nightly
from requests.models import AssistanceRequest
from requests.states import State
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.requests import AssistanceRequestFactory

pytestmark = pytest.mark.django_db

PAGE, CHANGE = reverse("dashboard:retention"), reverse("dashboard:award_end")
LONG_AGO = "2019-09-30"


@pytest.fixture
def manager(client):
    return sign_in(client, UserFactory(program_manager=True))


@pytest.fixture
def old():
    then = NOON - timedelta(days=3000)
    return AssistanceRequestFactory(state=State.CLOSED, submitted_at=then, closed_at=then)


def test_it_says_that_nothing_goes_before_the_end_of_the_award_is_known(manager):
    page = manager.get(PAGE)

    assert "Nobody has said yet when the award ends." in page.text
    assert "Kept for 3 years after the end of the award." in page.text
    assert "Only ever added to" in page.text


def test_a_change_is_asked_about_first_with_what_it_would_remove(manager, old):
    page = manager.post(CHANGE, {"ends_on": LONG_AGO})

    assert "Change the last day of the award to Sept. 30, 2019?" in page.text
    assert "1 record, with all that belongs to it" in " ".join(page.text.split())
    assert AwardEnd.objects.current() is None
    assert AssistanceRequest.objects.exists()


def test_a_confirmed_change_counts_and_is_logged(manager, old):
    answer = manager.post(CHANGE, {"ends_on": LONG_AGO, "confirmed": "1"}, follow=True)

    assert "The end of the award is changed." in answer.text
    assert "The award ends on <strong>Sept. 30, 2019</strong>." in answer.text
    assert AuditEntry.objects.filter(verb="retention.award_end_set").count() == 1


@pytest.mark.parametrize("wrong", ["", "soon", "0026-09-30", "9999-12-31"])
def test_a_day_that_is_none_is_refused_and_changes_nothing(manager, wrong):
    page = manager.post(CHANGE, {"ends_on": wrong, "confirmed": "1"})

    assert page.status_code == 200
    assert "What you wrote is still here." in page.text
    assert not AwardEnd.objects.exists()


def test_an_auditor_reads_it_and_is_offered_no_change(client, old):
    sign_in(client, UserFactory(auditor=True))

    page = client.get(PAGE)

    assert page.status_code == 200
    assert "Last day of the award" not in page.text
    assert client.post(CHANGE, {"ends_on": LONG_AGO, "confirmed": "1"}).status_code == 403
    assert not AwardEnd.objects.exists()


def test_it_shows_what_goes_next_what_is_held_and_what_went(manager, old):
    periods.set_award_end(ends_on=NOON.date() - timedelta(days=2000), by=None, at=NOON)
    AssistanceRequestFactory(
        state=State.CLOSED,
        submitted_at=old.submitted_at,
        closed_at=old.closed_at,
        legal_hold=True,
    )
    row = '<th scope="row">Requests, with everything about them</th>'
    with time_machine.travel(NOON):
        assert _cells(manager.get(PAGE).text, row) == ["1", "1", "0"]
        night = NOON.replace(hour=8)
        while nightly.purge(night):
            pass
        assert _cells(manager.get(PAGE).text, row) == ["0", "1", "1"]
    assert Purge.objects.filter(rule="request", night=night.date()).exists()


def _cells(text: str, after: str) -> list[str]:
    rest = text.split(after, 1)[1].split("</tr>", 1)[0]
    return [part.split(">", 1)[1].split("<", 1)[0].strip() for part in rest.split("<td")[1:]]


def test_a_rule_that_failed_says_so(manager):
    Purge.objects.create(night=NOON.date(), rule="request", rows=3, failed=True)

    assert "not all: it failed" in manager.get(PAGE).text


@given(st.fixed_dictionaries({}, optional={"ends_on": st.text(), "confirmed": st.text()}))
def test_the_form_takes_any_text_without_breaking(data):
    form = AwardEndForm(data)

    if form.is_valid():
        assert 1900 <= form.cleaned_data["ends_on"].year <= 2100
