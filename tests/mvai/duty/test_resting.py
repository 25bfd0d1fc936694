"""Whoever may have been woken hears that somebody has it; nobody else does."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from mvai.duty import actions, kinds, paging
from mvai.duty.models import Alarm, AlarmState
from mvai.outbox import actions as outbox
from mvai.outbox import purposes
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from tests.factories import NOON
from tests.mvai.duty.ringing import minutes, ring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]


def page_of(alarm: Alarm) -> Message:
    return Message.objects.about(alarm).get(purpose="alarm_page", channel=Channel.SMS)


def told(alarm: Alarm) -> set[str]:
    messages = Message.objects.about(alarm).filter(purpose="alarm_taken")
    return {message.person.full_name for message in messages}


def test_whoever_got_a_page_without_an_answer_of_the_provider_is_told(subject, dana, omar):
    alarm = ring(subject)
    page = Message.objects.filter(pk=page_of(alarm).pk)
    page.update(state=MessageState.CLAIMED, lease_until=NOON)
    page.update(state=MessageState.FAILED_FOR_NOW, lease_until=None, handing_over_at=NOON)

    actions.take(alarm=alarm, by=omar, at=NOON + minutes(1))

    assert told(alarm) == {"Dana Ruiz"}
    assert page.get().state == MessageState.FAILED_FOR_NOW


def test_a_page_that_was_taken_back_is_followed_by_nothing(subject, dana, omar):
    alarm = ring(subject)

    actions.take(alarm=alarm, by=omar, at=NOON)

    assert told(alarm) == set()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_just_being_claimed_counts_as_heard(subject, dana, omar):
    alarm, locked, done = ring(subject), Event(), Event()

    def claiming():
        with transaction.atomic():
            list(Message.objects.filter(pk=page_of(alarm).pk).select_for_update())
            locked.set()
            done.wait(10)
        connection.close()

    thread = Thread(target=claiming)
    thread.start()
    locked.wait(10)
    actions.take(alarm=alarm, by=omar, at=NOON)
    done.set()
    thread.join()

    assert told(alarm) == {"Dana Ruiz"}


def test_it_goes_in_quiet_hours_too():
    assert purposes.get("alarm_taken").at_night


def test_a_page_sent_again_belongs_to_its_step_by_whatever_channel(subject, dana):
    alarm = ring(subject)
    page = Message.objects.filter(pk=page_of(alarm).pk)
    page.update(state=MessageState.CLAIMED, lease_until=NOON)
    page.update(
        state=MessageState.FAILED,
        lease_until=None,
        ended_at=NOON,
        not_sent_reason=NotSent.UNREACHABLE,
    )
    again = outbox.send_again(message=page.get(), by=dana, at=NOON)
    by_mail = Message(purpose="alarm_page", occurrence=again.occurrence, subject_id=alarm.pk)

    assert paging.step_of(again) == paging.step_of(by_mail) == (alarm.generation, 1)
    assert again in paging._heard(alarm)


def test_an_alarm_of_a_kind_that_is_gone_can_be_taken_and_settled(subject, dana, monkeypatch):
    alarm = ring(subject)
    monkeypatch.setattr(kinds, "_kinds", {})

    taken = actions.take(alarm=alarm, by=dana, at=NOON)
    settled = actions.settle_by_hand(alarm=taken, by=dana, at=NOON)

    assert settled.state == AlarmState.SETTLED
