"""A call that was promised and did not come: said plainly, once, with who calls now."""

from datetime import timedelta

import pytest
import time_machine

from mvai.outbox import purposes
from mvai.outbox.models import Message
from mvai.outbox.writing import write
from requests.actions import calling, closing, desk, promises
from requests.actions.messages import status_url
from requests.models import AssistanceRequest, CallPromise, Goal, ResponseGoal
from tests.factories import NOON
from tests.factories.duty import ShiftFactory
from tests.requests.pages import said
from tests.requests.stories import filed, officer

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
DUE = NOON + 15 * MINUTE


@pytest.fixture
def dana():
    return ShiftFactory(user=officer(), ends_at=NOON + timedelta(hours=8)).user


def late_messages():
    return list(Message.objects.filter(purpose="call_late").order_by("pk"))


def text_of(message):
    return write(message).text


def test_a_promise_that_is_kept_is_never_called_missed(dana):
    request = filed()
    desk.take(assistance_request=request, by=dana, at=NOON + MINUTE)
    desk.log_call(assistance_request=request, outcome="reached", by=dana, at=NOON + 10 * MINUTE)

    assert promises.tell_missed(DUE + MINUTE) == 0
    assert CallPromise.objects.get().kept_at == NOON + 10 * MINUTE
    assert not late_messages()


def test_one_message_says_that_nobody_called_and_who_calls_now(dana):
    request = filed()
    marcus = officer(person__full_name="Marcus Bell")
    desk.take(assistance_request=request, by=marcus, at=NOON + 14 * MINUTE)

    assert promises.tell_missed(DUE - MINUTE) == 0
    assert promises.tell_missed(DUE) == 1
    assert promises.tell_missed(DUE + MINUTE) == 0

    [message] = late_messages()
    assert text_of(message) == (
        "MVAI: we said we would call by 12:15 p.m. ET and did not. "
        "Marcus Bell has your request now and calls by 12:30 p.m. ET."
    )
    request.refresh_from_db()
    assert (request.promised_by, request.promised_call_by) == (marcus, DUE + 15 * MINUTE)


def test_without_an_owner_whoever_is_on_duty_is_promised(dana):
    request = filed()

    promises.tell_missed(DUE)

    request.refresh_from_db()
    assert (request.promised_by, request.promised_call_by) == (dana, DUE + 15 * MINUTE)
    assert CallPromise.objects.open().get().due_at == DUE + 15 * MINUTE


def test_when_nobody_can_be_named_none_is_made_up(dana):
    request = filed()
    dana.shifts.all().delete()

    promises.tell_missed(DUE)

    request.refresh_from_db()
    assert (request.promised_by, request.promised_call_by) == (None, None)
    assert "We are calling people in" in text_of(late_messages()[0])


def test_each_promise_is_told_once_and_after_three_no_time_is_made_up(dana):
    request = filed()

    for quarter in range(1, 7):
        promises.tell_missed(NOON + quarter * 15 * MINUTE)

    assert CallPromise.objects.missed().count() == promises.MOST_MISSED
    assert len(late_messages()) == promises.MOST_MISSED
    request.refresh_from_db()
    assert (request.promised_by, request.promised_call_by) == (dana, None)
    assert "calls as soon as possible" in text_of(late_messages()[-1])


def test_who_takes_it_after_the_time_promises_anew_at_once(dana):
    request = filed()

    taken = desk.take(assistance_request=request, by=dana, at=DUE + MINUTE)

    assert taken.promised_call_by == DUE + 16 * MINUTE
    assert len(late_messages()) == 1
    assert promises.tell_missed(DUE + 2 * MINUTE) == 0


def test_who_takes_what_nobody_could_promise_gives_a_time():
    request = filed()

    taken = desk.take(assistance_request=request, by=officer(), at=NOON + 5 * MINUTE)

    assert taken.promised_call_by == NOON + 20 * MINUTE
    assert not late_messages()


def test_somebody_who_dials_keeps_the_promise(dana):
    request = filed()
    desk.take(assistance_request=request, by=dana, at=NOON + MINUTE)
    calling.calling_now(assistance_request=request, by=dana, at=DUE - MINUTE)

    assert promises.tell_missed(DUE + MINUTE) == 0


def test_a_closed_request_is_not_waited_for(dana):
    request = filed()
    promises.tell_missed(DUE)
    closing.withdraw(assistance_request=request, by=None, at=DUE + MINUTE)

    assert promises.tell_missed(DUE + 60 * MINUTE) == 0
    assert not CallPromise.objects.open().exists()


def test_a_request_to_check_first_is_marked_and_nobody_is_told(dana):
    filed()
    AssistanceRequest.objects.update(check_first=True)

    promises.tell_missed(DUE)

    assert CallPromise.objects.missed().exists()
    assert not late_messages()


def test_the_message_is_left_out_once_somebody_has_called(dana):
    request = filed()
    promises.tell_missed(DUE)
    [message] = late_messages()
    relevant = purposes.get("call_late").is_relevant
    assert relevant(message, DUE) == ""

    desk.take(assistance_request=request, by=dana, at=DUE + MINUTE)
    desk.log_call(assistance_request=request, outcome="no_answer", by=dana, at=DUE + MINUTE)

    assert relevant(message, DUE + 2 * MINUTE) == "already_done"


def test_the_desks_own_goal_keeps_the_first_time(dana):
    request = filed()

    promises.tell_missed(DUE)

    goal = ResponseGoal.objects.get(assistance_request=request, goal=Goal.CALLED)
    assert goal.due_at == DUE


def test_an_outage_of_hours_is_told_once(dana):
    filed()

    assert promises.tell_missed(NOON + timedelta(hours=5)) == 1
    assert promises.tell_missed(NOON + timedelta(hours=5)) == 0
    assert len(late_messages()) == 1


def test_both_pages_say_it_with_who_has_it_now(client, dana):
    with time_machine.travel(NOON, tick=False):
        sent = client.post(
            "/call-me/",
            {"attempt": "", "call_name": "Chief Moreno", "call_number": "(202) 555-0143"},
        )["Location"]
    request = AssistanceRequest.objects.get()
    desk.take(assistance_request=request, by=dana, at=NOON + MINUTE)
    promises.tell_missed(DUE)

    with time_machine.travel(DUE + MINUTE, tick=False):
        pages = [said(client.get(address)) for address in (sent, status_url(request))]

    for page in pages:
        assert "12:15 p.m. ET and did not. We are sorry." in page
        assert "12:30 p.m. ET" in page
    assert "Dana Ruiz has your request now." in pages[0]
    assert "Dana Ruiz calls you" in pages[1]


def test_a_page_read_before_the_sweep_says_it_too(client, dana):
    request = filed()

    with time_machine.travel(DUE + timedelta(seconds=2), tick=False):
        page = said(client.get(status_url(request)))

    assert "We said we would call by today 12:15 p.m. ET and did not" in page
