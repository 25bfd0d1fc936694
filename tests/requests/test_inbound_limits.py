"""Many at once, the same ones again, and two at the same moment."""

from datetime import timedelta

import pytest

from mvai.duty.models import Alarm
from mvai.outbox.models import Message
from requests.actions import closing, inbound, inbox
from requests.models import AssistanceRequest, Inbound
from tests.factories import NOON
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory
from tests.requests import stories
from tests.requests.inbound_stories import CALLER
from tests.together import at_once

REAL = "Chief Moreno, Cedar Falls. We need someone to talk to."


@pytest.fixture
def desk():
    """Somebody is on duty, and can be paged."""
    shift = ShiftFactory(starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=11))
    ContactPointFactory(person=shift.user.person, value="(202) 555-0101")
    return shift.user


def take(number, body, sender=CALLER, at=NOON):
    inbound.receive_text(reference=f"SM{number}", sender=sender, text=body, at=at)
    return Inbound.objects.get(reference=f"sms:SM{number}")


def flood(count, words):
    """So many texts within 50 seconds, from 50 numbers in turn."""
    for number in range(count):
        take(
            number,
            words(number),
            sender=f"+1303555{number % 50:04}",
            at=NOON + timedelta(seconds=50 * number / count),
        )


def pages():
    return Message.objects.filter(purpose="alarm_page").values("subject_id").distinct().count()


@pytest.mark.django_db
def test_500_texts_in_a_minute_are_a_handful_of_pages_and_a_real_one_still_rings(desk):
    flood(500, lambda number: f"You have won ${number}! Claim it: http://spam.example/{number}")

    row = take("real", REAL, sender="+12025550199", at=NOON + timedelta(seconds=55))

    assert row.state == "became_request"
    assert Alarm.objects.ringing().filter(label=row.assistance_request.reference).exists()
    assert pages() <= 6
    assert Inbound.objects.count() == 501
    assert not Inbound.objects.new().exists()


@pytest.mark.django_db
def test_250_different_texts_are_a_handful_of_pages_and_a_real_one_waits_where_it_rings(desk):
    flood(250, lambda number: f"{chr(97 + number % 26)}{chr(97 + number // 26)} " * 12)

    row = take("real", REAL, sender="+12025550199", at=NOON + timedelta(seconds=55))

    assert (row.state, row.reason) == ("waiting", "too_many")
    assert Alarm.objects.ringing().filter(kind="inbox_waiting").count() == 1
    assert pages() <= 6
    assert set(Inbound.objects.values_list("state", flat=True)) == {
        "became_request",
        "added",
        "waiting",
        "put_aside",
    }


@pytest.mark.django_db
def test_a_minute_later_the_next_one_is_a_request_again(desk):
    for number in range(6):
        take(number, chr(97 + number) * 20, sender=f"+1303555{number:04}")
    assert Inbound.objects.get(reference="sms:SM5").reason == "too_many"

    late = take("late", REAL, sender="+12025550199", at=NOON + timedelta(seconds=61))

    assert late.state == "became_request"


@pytest.mark.django_db
def test_a_leader_who_is_known_is_never_among_too_many(desk):
    request = stories.taken()
    for number in range(8):
        take(number, chr(97 + number) * 20, sender=f"+1303555{number:04}")

    assert take("known", REAL).assistance_request == request


@pytest.mark.django_db
def test_a_number_that_asks_and_withdraws_again_and_again_is_put_aside():
    for number in range(3):
        made = take(number, f"{chr(97 + number)} call me").assistance_request
        closing.withdraw(assistance_request=made, at=NOON)

    row = take("more", "Call me")

    assert (row.state, row.reason) == ("put_aside", "sender_too_often")
    assert AssistanceRequest.objects.count() == 3


@pytest.mark.django_db
def test_what_was_put_aside_goes_along_when_the_desk_makes_a_request_of_the_rest(desk):
    rows = [take(number, "") for number in range(5)]
    assert [Inbound.objects.get(pk=row.pk).state for row in rows] == [
        *["waiting"] * 3,
        *["put_aside"] * 2,
    ]

    made = inbox.make_request(
        inbound=rows[0], call_name="Chief Moreno", call_number=CALLER, by=desk, at=NOON
    )

    assert made.inbound.count() == 5


@pytest.mark.django_db(transaction=True)
def test_the_same_text_brought_by_several_at_once_is_one_request():
    def bring():
        inbound.receive_text(reference="SM1", sender=CALLER, text=REAL, at=NOON)

    answers = at_once(*[bring] * 6)

    assert not [answer for answer in answers if answer is not None]
    inbound.deal_due(NOON)
    assert Inbound.objects.get().state == "became_request"
    assert AssistanceRequest.objects.count() == Alarm.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_texts_of_one_number_at_once_are_one_request():
    at_once(*(lambda number=number: take(number, REAL) for number in range(6)))
    inbound.deal_due(NOON + timedelta(seconds=40))

    assert AssistanceRequest.objects.count() == 1
    assert sorted(Inbound.objects.values_list("state", flat=True)) == [
        *["added"] * 5,
        "became_request",
    ]


@pytest.mark.django_db(transaction=True)
def test_the_minutes_limit_holds_when_all_come_at_once():
    at_once(
        *(
            lambda number=number: take(number, chr(97 + number) * 20, sender=f"+1303555{number:04}")
            for number in range(9)
        )
    )
    inbound.deal_due(NOON + timedelta(seconds=40))

    assert AssistanceRequest.objects.count() == inbound.FILED_PER_MINUTE
    assert Alarm.objects.filter(kind="inbox_waiting").count() == 1


@pytest.mark.django_db(transaction=True)
def test_sweeps_in_several_processes_deal_with_each_once():
    for number in range(4):
        Inbound.objects.create(
            channel="sms",
            reference=f"sms:SM{number}",
            sender=f"+1303555000{number}",
            sender_normalized=f"+1303555000{number}",
            text=chr(97 + number) * 20,
            received_at=NOON,
        )

    answers = at_once(*[lambda: inbound.deal_due(NOON)] * 3)

    assert sum(answers) == 4
    assert AssistanceRequest.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_of_the_desk_at_once_make_one_request():
    row = take(1, "")
    people = [stories.officer(), stories.officer()]

    answers = at_once(
        *(
            lambda by=by: inbox.make_request(
                inbound=row, call_name="Chief Moreno", call_number=CALLER, by=by, at=NOON
            )
            for by in people
        )
    )

    assert sum(isinstance(answer, inbox.CannotSettle) for answer in answers) == 1
    assert AssistanceRequest.objects.count() == 1
