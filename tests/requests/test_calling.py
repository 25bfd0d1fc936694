""" "I am calling now": the leader's phone says so, once, where a text may go."""

from datetime import timedelta

import pytest

from mvai.outbox import purposes
from mvai.outbox.models import Message
from mvai.outbox.writing import write
from mvai.people.models import Channel, ContactPoint
from requests.actions import calling, desk
from requests.models import CallStart
from requests.views import next_steps
from tests.factories import NOON
from tests.factories.outbox import MessageFactory
from tests.requests import stories
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def dana():
    return stories.officer()


@pytest.fixture
def taken(dana):
    return stories.taken(dana)


def texts():
    return list(Message.objects.filter(purpose="calling_now"))


def press(request, by, at=NOON):
    return calling.calling_now(assistance_request=request, by=by, at=at)


def test_the_text_says_from_where_and_with_which_words(taken, dana, settings):
    settings.CALLS_COME_FROM = "800-555-0100"

    press(taken, dana)

    [message] = texts()
    assert (message.channel, message.urgent) == (Channel.SMS, True)
    assert write(message).text == (
        f"MVAI: the desk calls you now from (800) 555-0100. They open with {taken.reference}."
    )


def test_without_a_number_of_ours_the_text_names_none(taken, dana, settings):
    settings.CALLS_COME_FROM = ""

    press(taken, dana)

    assert write(texts()[0]).text == (
        f"MVAI: the desk calls you now. They open with {taken.reference}."
    )


def test_pressed_twice_it_is_one_call_and_one_text(taken, dana):
    first = press(taken, dana)

    assert press(taken, stories.officer(), NOON + 4 * MINUTE) == first
    assert len(texts()) == 1
    press(taken, dana, NOON + 6 * MINUTE)
    assert len(texts()) == 2


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"stopped_at": NOON}, "stopped"),
        ({"consented_at": None, "consent_version": ""}, "no_consent"),
        ({"normalized": ""}, "no_number"),
        ({"normalized": "+442079460000"}, "landline"),
    ],
)
def test_no_text_goes_where_none_may(taken, dana, changed, why):
    ContactPoint.objects.filter(channel=Channel.SMS, person=taken.leader).update(**changed)

    start = press(taken, dana)

    assert start.no_text == why
    assert not texts()


def test_a_number_that_refused_a_text_before_is_a_landline(taken, dana):
    point = ContactPoint.objects.get(channel=Channel.SMS, person=taken.leader)
    MessageFactory(
        contact_point=point,
        person=taken.leader,
        state="failed",
        not_sent_reason="unknown_recipient",
        ended_at=NOON,
    )

    assert press(taken, dana).no_text == "landline"


def test_somebody_without_a_text_point_gets_none(taken, dana):
    Message.objects.all().delete()
    ContactPoint.objects.filter(channel=Channel.SMS, person=taken.leader).delete()

    assert press(taken, dana).no_text == "no_consent"


def test_a_text_that_was_held_up_does_not_come_after_the_call(taken, dana):
    press(taken, dana)
    [message] = texts()
    relevant = purposes.get("calling_now").is_relevant

    assert relevant(message, NOON + MINUTE) == ""
    assert relevant(message, NOON + 3 * MINUTE) == "too_late"
    desk.log_call(assistance_request=taken, outcome="reached", by=dana, at=NOON + MINUTE)
    assert relevant(message, NOON + MINUTE) == "already_done"


def test_what_nobody_has_taken_is_taken_first(dana):
    request = stories.filed()
    page = browser(dana).post(f"{request.get_absolute_url()}calling/", follow=True)

    assert "Take it first" in said(page)
    assert not CallStart.objects.exists()


def test_when_calling_is_next_the_one_button_says_so(taken, dana):
    page = said(browser(dana).get(taken.get_absolute_url()))

    assert f'action="{taken.get_absolute_url()}calling/"' in page
    assert "I am calling now" in page


def test_pressing_it_leads_to_number_script_and_log(taken, dana):
    page = said(browser(dana).post(f"{taken.get_absolute_url()}calling/", follow=True))

    assert 'href="tel:+1-202-555-0143"' in page
    assert f"“Your reference is {taken.reference}.”" in page
    assert "How did it go?" in page
    assert "A text says so on their phone." in page
    assert "Dana Ruiz begins a call" in page


def test_while_somebody_dials_the_next_step_is_to_log_it(taken):
    first = next_steps.primary(taken, (), has_follow_up=False)
    then = next_steps.primary(taken, (), has_follow_up=False, is_dialing=True)

    assert (first.code, then.code) == ("calling", "log_call")


def test_a_text_may_go_ahead_of_any_later_call(dana):
    request = stories.triaged(dana)
    page = said(browser(dana).get(f"{request.get_absolute_url()}?do=calling"))

    assert "if one may go" in page
