from datetime import timedelta

import pytest
from django.core import mail

from mvai.outbox import health, sweeps, watchdog
from mvai.outbox.models import Heartbeat, Message, Silence
from mvai.outbox.states import MessageState
from tests.factories import NOON
from tests.factories.outbox import MessageFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def swept(monkeypatch) -> list:
    ran: list = []
    monkeypatch.setattr(sweeps, "_known", {})
    sweeps.register("all that is due", lambda now: ran.append(now) or 1)
    return ran


def heard(ago: timedelta) -> None:
    Heartbeat.objects.beat(watchdog.PIPELINE, NOON - ago)


def test_an_urgent_message_fifteen_seconds_overdue_is_sent(gateway, swept):
    heard(5 * SECOND)
    message = MessageFactory(due_at=NOON - 15 * SECOND)

    watchdog.run_round(NOON)

    assert Message.objects.get(pk=message.pk).state == MessageState.HANDED_OVER
    assert not swept


@pytest.mark.parametrize("fields", [{"due_at": NOON - 14 * SECOND}, {"urgent": False}])
def test_what_the_worker_will_do_is_left_to_it(gateway, swept, fields):
    heard(5 * SECOND)
    MessageFactory(**{"due_at": NOON - timedelta(minutes=1), **fields})

    watchdog.run_round(NOON)

    assert not gateway.taken


def test_after_a_minute_of_silence_everything_that_is_due_is_done(swept):
    heard(61 * SECOND)

    watchdog.run_round(NOON)

    assert swept == [NOON]


def test_a_first_start_is_no_silence(swept):
    watchdog.run_round(NOON)

    assert (swept, mail.outbox) == ([], [])


def test_a_pipeline_that_never_comes_up_is_a_silence(swept):
    watchdog.run_round(NOON)
    watchdog.run_round(NOON + 61 * SECOND)

    assert len(swept) == len(mail.outbox) == 1


def test_operators_are_told_once_of_a_silence_and_once_of_its_end(swept, settings):
    settings.OPERATOR_EMAILS = ["operator@mvai.example"]
    heard(61 * SECOND)
    for seconds in range(0, 10, 2):
        watchdog.run_round(NOON + seconds * SECOND)
    heard(-12 * SECOND)
    for seconds in range(12, 20, 2):
        watchdog.run_round(NOON + seconds * SECOND)

    assert [letter.subject for letter in mail.outbox] == [
        "MVAI portal: messages are late",
        "MVAI portal: messages move again",
    ]
    assert all(letter.to == ["operator@mvai.example"] for letter in mail.outbox)


def test_a_second_silence_is_told_of_again(swept):
    heard(61 * SECOND)
    watchdog.run_round(NOON)
    heard(-2 * SECOND)
    watchdog.run_round(NOON + 2 * SECOND)
    watchdog.run_round(NOON + 120 * SECOND)

    assert len(mail.outbox) == 3


def test_operators_who_can_not_be_told_now_are_told_later(swept, settings):
    heard(61 * SECOND)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    watchdog.run_round(NOON)
    assert Silence.objects.get().told_at is None

    settings.EMAIL_BACKEND = working
    watchdog.run_round(NOON + 2 * SECOND)

    assert len(mail.outbox) == 1


def test_the_watchdog_shows_that_it_is_awake(swept):
    watchdog.run_round(NOON)

    assert Heartbeat.objects.last("watchdog") == NOON


# The line on top of every staff page


def codes() -> list[str]:
    return [warning.code for warning in health.state(NOON)]


def test_nothing_is_said_when_all_is_well():
    heard(5 * SECOND)
    MessageFactory(state=MessageState.HANDED_OVER)
    MessageFactory(promised_for=NOON - 20 * SECOND)
    MessageFactory(promised_for=NOON + timedelta(hours=1))

    assert codes() == []


def test_a_silence_is_said_with_its_beginning():
    heard(timedelta(minutes=5))
    Heartbeat.objects.beat("watchdog", NOON)

    [warning] = health.state(NOON)

    assert warning.since == NOON - timedelta(minutes=5)
    assert "since today 11:55 a.m. ET" in str(warning)


def test_without_the_watchdog_people_are_asked_to_call():
    heard(timedelta(minutes=5))

    [warning] = health.state(NOON)

    assert "No messages are being sent" in str(warning)


def test_a_message_that_is_tried_for_long_is_late():
    heard(5 * SECOND)
    MessageFactory(
        state=MessageState.FAILED_FOR_NOW,
        attempts=3,
        promised_for=NOON - timedelta(minutes=2),
        due_at=NOON + timedelta(minutes=1),
    )

    assert codes() == ["late"]


def test_a_routine_message_may_take_its_time():
    heard(5 * SECOND)
    MessageFactory(urgent=False, promised_for=NOON - timedelta(minutes=9))

    assert codes() == []


def test_unsent_messages_are_counted_until_they_are_sent_again():
    heard(5 * SECOND)
    failed = MessageFactory(state=MessageState.FAILED)
    assert codes() == ["unsent"]

    MessageFactory(state=MessageState.HANDED_OVER, again_of=failed)
    assert codes() == []


def test_the_line_costs_two_queries(django_assert_num_queries):
    heard(5 * SECOND)

    with django_assert_num_queries(2):
        health.state(NOON)
