"""What a leader is promised while the desk is closed by plan: the real next time."""

from datetime import time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mvai.duty.models import Alarm, DeskHours, DutyRole
from mvai.outbox.models import Message
from requests.actions.messages import status_url
from tests.factories import NOON
from tests.factories.duty import ShiftFactory
from tests.requests.stories import filed, officer

pytestmark = pytest.mark.django_db

NIGHT = NOON + timedelta(hours=10)  # 10:00 p.m. at the desk
OPENS = NOON + timedelta(hours=20)  # 8:00 a.m.
WITHIN = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def _office_hours():
    for day in range(5):
        DeskHours.objects.create(weekday=day, opens=time(8), closes=time(18))


def asked(client):
    with time_machine.travel(NIGHT, tick=False):
        return client.post(
            "/call-me/",
            {"attempt": "", "call_name": "Chief Alex Moreno", "call_number": "(202) 555-0143"},
            follow=True,
        ).content.decode()


def test_the_call_is_promised_from_the_opening_with_the_name_of_whoever_is_there_then():
    shift = ShiftFactory(
        user=officer(), role=DutyRole.BACKUP, starts_at=OPENS - WITHIN, ends_at=OPENS + 8 * WITHIN
    )
    early = filed(at=NIGHT)

    assert (early.promised_by, early.promised_call_by) == (shift.user, OPENS)
    assert Alarm.objects.get().rang_at == shift.starts_at


def test_without_a_shift_the_time_holds_without_a_name():
    request = filed(at=NIGHT)

    assert (request.promised_by, request.promised_call_by) == (None, OPENS + WITHIN)
    assert not Message.objects.filter(purpose="alarm_page").exists()


def test_somebody_on_duty_at_night_calls_as_always():
    shift = ShiftFactory(user=officer(), starts_at=NIGHT - WITHIN, ends_at=NIGHT + WITHIN)
    request = filed(at=NIGHT)

    assert (request.promised_by, request.promised_call_by) == (shift.user, NIGHT + WITHIN)


def test_the_confirmation_says_that_it_is_closed_and_when_the_call_comes(client):
    page = asked(client)

    assert "The desk is closed now. Someone will call you by 8:15 a.m. ET tomorrow." in page


def test_the_confirmation_names_who_calls(client):
    ShiftFactory(user=officer(), starts_at=OPENS, ends_at=OPENS + 8 * WITHIN)

    assert "Dana Ruiz from IACP will call you by 8:15 a.m. ET tomorrow" in asked(client)


def test_the_status_page_names_who_calls_and_by_when(client):
    ShiftFactory(user=officer(), starts_at=OPENS, ends_at=OPENS + 8 * WITHIN)
    request = filed(at=NIGHT)

    with time_machine.travel(NIGHT, tick=False):
        page = client.get(status_url(request)).content.decode()

    assert "Dana Ruiz calls you" in page
    assert "8:15 a.m." in page


def test_filing_while_it_is_closed_costs_no_more_than_otherwise():
    ShiftFactory(user=officer(), starts_at=OPENS, ends_at=OPENS + 8 * WITHIN)
    with CaptureQueriesContext(connection) as queries:
        filed(at=NIGHT)

    statements = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 12
