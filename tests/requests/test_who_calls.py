""" "Dana from IACP will call you by 2:12 p.m. CT": from the roster, the hours and the clock."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from mvai.duty.models import DeskHours, DutyRole, Shift
from mvai.web.times import clock_words, exact_clock_words
from requests.actions import desk
from requests.actions.messages import status_url
from requests.models import AssistanceRequest
from tests.factories import NOON
from tests.factories.duty import ShiftFactory
from tests.requests.pages import said
from tests.requests.stories import filed, officer

pytestmark = pytest.mark.django_db

WITHIN = timedelta(minutes=15)
HOUR = timedelta(hours=1)
TYPED = {"call_name": "Chief Alex Moreno", "call_number": "(202) 555-0143", "attempt": ""}


def on_duty(at, name="Dana Ruiz", **given):
    span = {"starts_at": at - HOUR, "ends_at": at + 8 * HOUR}
    return ShiftFactory(user=officer(person__full_name=name), **span, **given)


def confirmation(client, at, zone="America/Chicago", later=timedelta(0)):
    """The page after filing at `at`, read `later`."""
    with time_machine.travel(at, tick=False):
        answer = client.post("/call-me/", TYPED | {"time_zone": zone})
    with time_machine.travel(at + later, tick=False):
        return said(client.get(answer["Location"]))


def status(client, request, at):
    with time_machine.travel(at, tick=False):
        return said(client.get(status_url(request)))


# Asked at these moments, the call is promised a quarter of an hour on, by the leader's clock.
@pytest.mark.parametrize(
    ("zone", "asked_at", "words"),
    [
        # The night of the autumn change: which of the two hours is said.
        ("America/Chicago", datetime(2026, 11, 1, 5, 40, tzinfo=UTC), "12:55 a.m. CT"),
        ("America/Chicago", datetime(2026, 11, 1, 6, 20, tzinfo=UTC), "1:35 a.m. CDT"),
        ("America/Chicago", datetime(2026, 11, 1, 6, 50, tzinfo=UTC), "1:05 a.m. CST"),
        ("America/Chicago", datetime(2026, 11, 1, 7, 50, tzinfo=UTC), "2:05 a.m. CT"),
        # The night of the spring change: 2 o'clock is 3.
        ("America/Chicago", datetime(2027, 3, 14, 7, 50, tzinfo=UTC), "3:05 a.m. CT"),
        ("America/Chicago", datetime(2027, 3, 14, 7, 40, tzinfo=UTC), "1:55 a.m. CT"),
        # Without daylight time, all year.
        ("America/Phoenix", datetime(2027, 3, 14, 9, 50, tzinfo=UTC), "3:05 a.m. MT"),
        ("Pacific/Honolulu", datetime(2026, 11, 1, 12, 50, tzinfo=UTC), "3:05 a.m. HT"),
        ("America/Puerto_Rico", datetime(2026, 11, 1, 5, 50, tzinfo=UTC), "2:05 a.m. AT"),
        # Two clocks in one state, both with daylight time.
        ("America/Indiana/Indianapolis", datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "8:15 a.m. ET"),
        ("America/Indiana/Tell_City", datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "7:15 a.m. CT"),
        # Half and quarter hours.
        ("America/St_Johns", datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "9:45 a.m. NDT"),
        ("Asia/Kolkata", datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "5:45 p.m. IST"),
        ("Asia/Kathmandu", datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "6:00 p.m. UTC+5:45"),
    ],
)
def test_the_time_is_said_by_the_leaders_clock(client, zone, asked_at, words):
    on_duty(asked_at)

    assert f"Dana Ruiz from IACP will call you by {words}" in confirmation(client, asked_at, zone)


def test_an_hour_that_comes_once_has_its_usual_name():
    assert exact_clock_words(NOON, "America/Chicago") == clock_words(NOON, "America/Chicago")


@pytest.mark.parametrize(
    ("closes_at", "opens_at"),
    [
        # 1:30 a.m. comes twice at the desk: both belong to the night before 8 a.m.
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 13, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 13, 0, tzinfo=UTC)),
        (datetime(2027, 3, 14, 6, 30, tzinfo=UTC), datetime(2027, 3, 14, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_closed_desk_opens_at_its_own_hour_in_the_night_of_a_change(closes_at, opens_at):
    for day in range(7):
        DeskHours.objects.create(weekday=day, opens=time(8), closes=time(18))

    assert filed(at=closes_at).promised_call_by == opens_at + WITHIN


def test_nobody_on_duty_is_said_without_a_name_or_a_time(client):
    page = confirmation(client, NOON)

    assert "Nobody is at the desk right now" in page
    assert "will call you by" not in page


def test_an_officer_who_left_the_roster_is_not_named_any_more(client):
    shift = on_duty(NOON)
    request = filed()
    Shift.objects.filter(pk=shift.pk).delete()
    on_duty(NOON, "Marcus Bell")

    page = status(client, request, NOON + timedelta(minutes=2))

    assert "Marcus Bell calls you" in page
    assert "Dana Ruiz" not in page
    assert "11:15 a.m. CT" in page or "12:15 p.m. ET" in page


def test_while_the_promised_officer_is_on_duty_nobody_else_is_named(client):
    on_duty(NOON)
    request = filed()
    on_duty(NOON, "Marcus Bell", role=DutyRole.BACKUP)

    assert "Dana Ruiz calls you" in status(client, request, NOON + timedelta(minutes=2))


def test_whoever_took_it_is_named_on_both_pages(client):
    on_duty(NOON)
    with time_machine.travel(NOON, tick=False):
        sent = client.post("/call-me/", TYPED)["Location"]
    request = AssistanceRequest.objects.get()
    marcus = officer(person__full_name="Marcus Bell")
    desk.take(assistance_request=request, by=marcus, at=NOON + timedelta(minutes=1))

    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        page = said(client.get(sent))

    assert "Marcus Bell from IACP will call you by" in page
    assert "Marcus Bell has your request now." in page
    assert "Dana Ruiz" not in page
    assert "Marcus Bell calls you" in status(client, request, NOON + timedelta(minutes=2))


def test_after_the_call_nothing_is_promised_any_more(client):
    on_duty(NOON)
    with time_machine.travel(NOON, tick=False):
        sent = client.post("/call-me/", TYPED)["Location"]
    request = AssistanceRequest.objects.get()
    dana = request.promised_by
    desk.take(assistance_request=request, by=dana, at=NOON)
    desk.log_call(assistance_request=request, outcome="reached", minutes=3, by=dana, at=NOON)

    with time_machine.travel(NOON + HOUR, tick=False):
        page = said(client.get(sent))

    assert "Dana Ruiz has it." in page
    assert "will call you by" not in page
    assert "did not" not in page
