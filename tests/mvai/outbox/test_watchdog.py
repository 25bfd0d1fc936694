import json
from datetime import timedelta

import pytest
from django.core import mail

from mvai.outbox import actions, gates, health, sweeps, watchdog
from mvai.outbox.models import ChannelGate, Heartbeat, Message, Silence
from mvai.outbox.states import MessageState
from mvai.people.models import Channel
from mvai.web.prepared import Prepared
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.outbox import MessageFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _never_pinged(monkeypatch):
    monkeypatch.setattr(watchdog, "_ping", watchdog.Ping())


@pytest.fixture
def swept(monkeypatch) -> list:
    ran: list = []
    monkeypatch.setattr(sweeps, "_known", {})
    sweeps.register("all that is urgent", lambda now: ran.append("urgent") or 1, urgent=True)
    sweeps.register("all else that is due", lambda now: ran.append("routine") or 1)
    return ran


def heard(ago: timedelta, *lanes: str) -> None:
    for lane in lanes or (watchdog.PIPELINE, watchdog.ROUTINE):
        Heartbeat.objects.beat(lane, NOON - ago)


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
    heard(76 * SECOND)

    watchdog.run_round(NOON)

    assert swept == ["urgent", "routine"]


@pytest.mark.parametrize(
    ("lane", "done"), [(watchdog.PIPELINE, ["urgent"]), (watchdog.ROUTINE, ["routine"])]
)
def test_when_one_lane_is_silent_its_part_is_done(swept, lane, done):
    heard(5 * SECOND)
    heard(76 * SECOND, lane)

    watchdog.run_round(NOON)

    assert swept == done


def test_when_both_are_silent_operators_hear_of_one_thing(swept):
    heard(timedelta(minutes=5))

    watchdog.run_round(NOON)
    watchdog.run_round(NOON + 2 * SECOND)

    assert len(mail.outbox) == 1


def test_a_routine_lane_that_wakes_a_little_later_is_no_second_thing(swept):
    heard(timedelta(minutes=5))
    watchdog.run_round(NOON)
    heard(-1 * SECOND, watchdog.PIPELINE)

    watchdog.run_round(NOON + 2 * SECOND)
    heard(-20 * SECOND)
    watchdog.run_round(NOON + 22 * SECOND)

    assert [sent.subject for sent in mail.outbox] == [
        "MVAI portal: messages are late",
        "MVAI portal: messages move again",
    ]


def test_a_routine_lane_that_does_not_wake_is_told_of_a_minute_later(swept):
    heard(timedelta(minutes=5))
    watchdog.run_round(NOON)
    heard(-1 * SECOND, watchdog.PIPELINE)
    watchdog.run_round(NOON + 2 * SECOND)
    heard(-63 * SECOND, watchdog.PIPELINE)

    watchdog.run_round(NOON + 63 * SECOND)

    assert "routine" in mail.outbox[-1].body


def test_the_routine_lane_alone_is_told_of_too(swept):
    heard(5 * SECOND)
    heard(76 * SECOND, watchdog.ROUTINE)

    watchdog.run_round(NOON)

    assert "routine" in mail.outbox[0].body


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


def test_late_messages_are_counted_from_the_oldest_urgent_or_not():
    heard(5 * SECOND)
    MessageFactory(promised_for=NOON - timedelta(minutes=2))
    MessageFactory(promised_for=NOON - timedelta(minutes=5))
    MessageFactory(urgent=False, promised_for=NOON - timedelta(minutes=15))

    [warning] = health.state(NOON)

    assert warning.since == NOON - timedelta(minutes=15)
    assert "3 messages are late, the oldest since today 11:45 a.m. ET" in str(warning)


@pytest.mark.parametrize("found", [2, 3, 5])
def test_so_many_are_not_counted_to_the_last(found, monkeypatch):
    monkeypatch.setattr(health, "MANY", 2)
    monkeypatch.setattr(health, "_UNSETTLED", Prepared(health._unsettled))
    heard(5 * SECOND)
    for minutes in range(found):
        MessageFactory(promised_for=NOON - timedelta(minutes=2 + minutes))
        MessageFactory(state=MessageState.FAILED, ended_at=NOON - timedelta(minutes=minutes))

    late, unsent = health.state(NOON)

    said = "2" if found == 2 else "More than 2"
    assert str(late).startswith(f"{said} messages are late, the oldest since")
    assert late.since == NOON - timedelta(minutes=1 + found)
    assert str(unsent).startswith(f"{said} messages could not be sent.")


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


def test_a_paused_channel_is_said_with_who_and_why():
    heard(5 * SECOND)
    dana = UserFactory(duty_officer=True)
    gates.pause(channel=Channel.SMS, reason="The gateway is being moved", by=dana, at=NOON)

    [warning] = health.state(NOON)

    assert warning.code == "paused"
    assert dana.display_name in str(warning)
    assert "being moved" in str(warning)


def test_a_resting_channel_is_said():
    heard(5 * SECOND)
    ChannelGate.objects.create(channel=Channel.SMS, failures=5, rests_until=NOON + SECOND)

    assert codes() == ["resting"]


def test_a_message_told_by_phone_is_no_longer_unsent():
    heard(5 * SECOND)
    failed = MessageFactory(state=MessageState.FAILED)
    actions.told_by_phone(message=failed, by=UserFactory(duty_officer=True), at=NOON)

    assert codes() == []


def test_the_line_costs_two_queries(django_assert_num_queries):
    heard(5 * SECOND)

    with django_assert_num_queries(2):
        health.state(NOON)


# Beside the mail


def test_operators_are_told_by_webhook_too(swept, settings, receiver):
    settings.OPERATOR_WEBHOOK = receiver.url
    heard(timedelta(minutes=5))

    watchdog.run_round(NOON)

    [(_headers, body)] = receiver.taken
    assert "messages are late" in json.loads(body)["text"]


def test_one_way_that_works_is_enough(swept, settings, receiver):
    settings.OPERATOR_WEBHOOK = receiver.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    heard(timedelta(minutes=5))

    watchdog.run_round(NOON)

    assert Silence.objects.filter(what=watchdog.PIPELINE).get().told_at is not None


def test_somebody_outside_hears_once_a_minute_that_all_is_well(swept, settings, receiver):
    settings.DEADMAN_URL = receiver.url
    heard(5 * SECOND)
    for seconds in (0, 2, 58, 60, 62):
        heard((5 - seconds) * SECOND)
        watchdog.run_round(NOON + seconds * SECOND)

    assert len(receiver.asked) == 2


def test_nobody_outside_hears_that_all_is_well_in_a_silence(swept, settings, receiver):
    settings.DEADMAN_URL = receiver.url
    heard(timedelta(minutes=5))

    watchdog.run_round(NOON)

    assert not receiver.asked


def test_a_watch_that_is_away_changes_nothing(swept, settings):
    settings.DEADMAN_URL = "http://127.0.0.1:9/"
    heard(5 * SECOND)

    watchdog.run_round(NOON)

    assert Heartbeat.objects.last("watchdog") == NOON
