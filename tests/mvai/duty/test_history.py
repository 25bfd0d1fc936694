"""What became of an alarm: who was told, how, when, and why not."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from mvai.duty import actions, paging
from mvai.duty.history import histories
from mvai.duty.models import DutyRole
from mvai.outbox import archiving
from mvai.outbox.models import Message
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]


def later(minutes: float):
    return NOON + timedelta(minutes=minutes)


def staff(name: str, role: str):
    user = UserFactory(duty_officer=True, person__full_name=name, person__title="")
    ContactPointFactory(person=user.person, value=f"(202) 555-01{user.pk % 100:02}")
    ShiftFactory(user=user, role=role)
    return user


@pytest.fixture
def dana():
    return staff("Dana Ruiz", DutyRole.PRIMARY)


@pytest.fixture
def ruth():
    return staff("Ruth Klein", DutyRole.MANAGER)


@pytest.fixture
def alarm(subject, dana, ruth):
    return actions.ring(kind="doorbell", subject=subject, label="MV-7K4Q", at=NOON)


def titles(alarm):
    alarm.refresh_from_db()
    [history] = histories([alarm], zone="America/New_York")
    return [entry.title for entry in history.entries]


def test_it_tells_each_step_and_what_comes_next(alarm):
    assert titles(alarm) == [
        "It began to ring",
        "First on call: 1 person paged",
        "Next: Backup",
        "Next: Manager",
        "Next: Everyone at the desk",
    ]


def test_a_skipped_step_says_why(alarm):
    actions.run_due_steps(later(5))

    [history] = histories([alarm], zone="America/New_York")
    skipped = history.entries[2]
    assert skipped.title == "Backup: skipped"
    assert skipped.note == "Nobody was there to page. The next step came at once."
    assert history.entries[3].title == "Manager: 1 person paged"


def test_it_tells_who_took_it_gave_it_back_and_that_it_rang_again(alarm, subject, dana, ruth):
    actions.take(alarm=alarm, by=dana, at=later(1))
    actions.give_back(alarm=alarm, by=dana, at=later(2))
    actions.take(alarm=alarm, by=ruth, at=later(3))
    actions.ring(kind="doorbell", subject=subject, label="MV-7K4Q", at=later(18))
    actions.settle(kind="doorbell", subject=subject, at=later(19))

    everything = titles(alarm)
    given_back = everything.index("Dana Ruiz gave it back")
    assert everything[given_back + 1].startswith("First on call"), "what it paged comes after it"
    told = [title for title in everything if ":" not in title]
    assert told == [
        "It began to ring",
        "Dana Ruiz took it",
        "Dana Ruiz gave it back",
        "Ruth Klein took it",
        "It rang again",
        "It is in order",
    ]


def test_where_it_stopped_it_says_who_was_not_needed_any_more(alarm, dana):
    actions.take(alarm=alarm, by=dana, at=later(1))

    [history] = histories([alarm], zone="America/New_York")
    assert history.entries[-1].note == (
        "Not needed any more: Backup, Manager, Everyone at the desk."
    )


def test_a_late_step_says_that_it_is_late(alarm):
    actions.run_due_steps(later(12))

    [history] = histories([alarm], zone="America/New_York")
    assert "7 min late." in history.entries[2].note


def test_each_message_stands_at_its_step_with_its_reason(client, alarm, dana, ruth):
    actions.take(alarm=alarm, by=ruth, at=later(1))
    with time_machine.travel(later(1), tick=False):
        page = sign_in(client, dana).get(reverse("duty:history", args=[alarm.pk]))

    shown = page.content.decode()
    assert "Text message" in shown
    assert "Someone already had it" in shown


def send_again(page: Message) -> None:
    page.pk, page.again_of_id, page.occurrence = None, page.pk, f"{page.occurrence} again:{page.pk}"
    page.reference = "00000000-0000-0000-0000-000000000001"
    page.save(force_insert=True)


def test_a_message_sent_again_stands_where_the_first_stood(alarm):
    send_again(Message.objects.about(alarm).get(channel="sms"))

    [history] = histories([alarm], zone="America/New_York")
    assert len([one for one in history.entries[1].messages if one.channel == "sms"]) == 2


def test_it_still_tells_who_was_told_when_the_messages_are_in_the_archive(alarm, dana, ruth):
    send_again(Message.objects.about(alarm).get(channel="sms"))
    actions.take(alarm=alarm, by=ruth, at=later(1))
    alarm.refresh_from_db()
    before = histories([alarm], zone="America/New_York")

    while archiving.archive_batch(NOON + archiving.AFTER * 2):
        pass  # what was sent again goes first, then what it was sent for

    assert not Message.objects.about(alarm).filter(purpose=paging.PAGE).exists()
    assert histories([alarm], zone="America/New_York") == before


def test_all_alarms_of_one_reference_are_on_one_page(client, alarm, dana):
    actions.ring(kind="empty_house", subject=PersonFactory(), label="MV-7K4Q", at=NOON)
    page = sign_in(client, dana).get(reverse("duty:history_of", args=["MV-7K4Q"]))

    assert [one.title for one in page.context["histories"]] == [
        "Nobody is home",
        "Somebody is at the door",
    ]


def test_without_any_alarm_the_page_says_what_it_will_show(client, dana):
    page = sign_in(client, dana).get(reverse("duty:history_of", args=["MV-2222"]))

    assert "Nothing has rung for this." in page.content.decode()


def test_an_alarm_that_does_not_exist_has_no_history(client, dana):
    assert sign_in(client, dana).get(reverse("duty:history", args=[99])).status_code == 404


def test_a_long_history_asks_few_questions_of_the_database(
    client, subject, alarm, dana, ruth, django_assert_max_num_queries
):
    for turn in range(1, 6):
        actions.take(alarm=alarm, by=dana, at=later(turn * 10))
        actions.give_back(alarm=alarm, by=dana, at=later(turn * 10 + 1))
    sign_in(client, dana)

    with django_assert_max_num_queries(12):
        client.get(reverse("duty:history", args=[alarm.pk]))
