"""What speaks against a filing, and what becomes of it: nothing that its sender would notice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mvai.duty.models import Alarm
from mvai.outbox import delivery
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from requests.actions import alarms, checking
from requests.actions.watch import find_unattended
from requests.models import AssistanceRequest
from requests.rules.doubts import Limits, Signs, doubts_about
from requests.states import Doubt, State
from requests.views import attempts
from tests.factories import NOON
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory
from tests.requests.pages import attempt_on, said
from tests.requests.stories import filed, officer

pytestmark = pytest.mark.django_db

LIMITS = Limits(
    fastest=timedelta(seconds=2), of_page=3, of_number=3, of_address=8, busy=20, ceiling=25
)
HUMAN = {"trapped": False, "page_age": timedelta(seconds=20)}
QUIET = {"of_page": 0, "of_number": 0, "of_address": 0, "in_all": 0}


def judged(**signs):
    return doubts_about(Signs(**{**HUMAN, **QUIET, **signs}), LIMITS)


@pytest.mark.parametrize(
    ("signs", "doubts"),
    [
        ({}, []),
        ({"trapped": True}, [Doubt.TRAP]),
        ({"page_age": None}, [Doubt.NO_PAGE]),
        ({"page_age": None, "is_copy": True}, []),
        ({"page_age": None, "is_copy": True, "in_all": 20}, [Doubt.NO_PAGE, Doubt.BUSY]),
        ({"page_age": timedelta(seconds=1)}, [Doubt.FAST]),
        ({"page_age": timedelta(seconds=2)}, []),
        ({"of_page": 2}, []),
        ({"of_page": 3}, [Doubt.PAGE]),
        ({"of_number": 2}, []),
        ({"of_number": 3}, [Doubt.NUMBER]),
        ({"of_address": 7}, []),
        ({"of_address": 8}, [Doubt.ADDRESS]),
        ({"trapped": True, "of_number": 5}, [Doubt.TRAP, Doubt.NUMBER]),
    ],
)
def test_each_sign_has_its_own_limit(signs, doubts):
    assert judged(**signs) == doubts


def test_a_busy_hour_speaks_against_nobody_who_was_not_seen_before():
    assert judged(in_all=900) == []
    assert judged(in_all=900, of_address=1, unmarked=24) == []


@pytest.mark.parametrize("sign", [{"of_number": 1}, {"of_page": 1}, {"of_address": 2}])
def test_while_it_is_busy_a_second_sign_weighs(sign):
    assert judged(in_all=19, **sign) == []
    assert judged(in_all=20, **sign) == [Doubt.BUSY]


def test_beyond_the_ceiling_all_ring_together():
    assert judged(in_all=20, unmarked=25) == [Doubt.BUSY]
    assert judged(in_all=19, unmarked=25) == []


# By the page


TYPED = {"call_name": "Chief Alex Moreno", "call_number": "(202) 555-0143"}


@pytest.fixture
def desk(noon):
    """The clock at noon, and somebody who can be paged."""
    person = ShiftFactory().user.person
    ContactPointFactory(person=person)
    return noon


def page_at(clock):
    """A page's token; a person then needs a while to type."""
    token = attempts.new_token()
    clock.shift(20)
    return token


def ask(token, address="198.51.100.7", **typed):
    return Client(REMOTE_ADDR=address).post("/call-me/", {"attempt": token, **TYPED, **typed})


def newest():
    return AssistanceRequest.objects.latest("pk")


def test_a_person_is_not_doubted(desk):
    ask(page_at(desk))

    assert (newest().check_first, newest().doubts) == (False, [])


def test_the_page_itself_carries_what_is_needed(desk):
    token = attempt_on(Client().get("/"))
    desk.shift(20)
    ask(token)

    assert newest().doubts == []


def test_a_field_that_nobody_sees_is_filled_in_by_programs(desk):
    ask(page_at(desk), topic="Buy now")

    assert newest().doubts == [Doubt.TRAP]


def test_faster_than_a_person_types(desk):
    ask(attempts.new_token())

    assert newest().doubts == [Doubt.FAST]


@pytest.mark.parametrize("token", ["", "x", "0" * 40])
def test_from_no_page_of_ours(desk, token):
    ask(token)

    assert newest().doubts == [Doubt.NO_PAGE]


def test_one_page_sent_with_many_answers(desk):
    token = page_at(desk)
    for number in range(4):
        ask(token, f"198.51.100.{number}", call_number=f"(202) 555-010{number}")

    assert newest().doubts == [Doubt.PAGE]


def test_one_number_left_under_many_names_however_it_is_written(desk):
    for number, written in enumerate(
        ["(202) 555-0143", "+1 202 555 0143", "202.555.0143", "2025550143 x7"]
    ):
        ask(page_at(desk), f"198.51.100.{number}", call_name=f"Chief {number}", call_number=written)

    assert newest().doubts == [Doubt.NUMBER]


def test_a_whole_command_post_files_from_one_network(desk):
    for number in range(8):
        ask(page_at(desk), call_number=f"(202) 555-010{number}")
    assert not AssistanceRequest.objects.filter(check_first=True).exists()

    ask(page_at(desk), call_number="(202) 555-0109")
    assert newest().doubts == [Doubt.ADDRESS]


def test_many_agencies_within_the_hour_ring_one_by_one(desk):
    for number in range(25):
        ask(page_at(desk), f"203.0.113.{number}", call_number=f"(202) 555-01{number:02}")

    assert not AssistanceRequest.objects.filter(check_first=True).exists()
    assert Alarm.objects.filter(kind=alarms.FILED).count() == 25


def test_a_flood_of_marked_ones_uses_up_nobody_elses_place(desk):
    for number in range(40):
        ask("", f"203.0.113.{number}", call_number=f"(202) 555-01{number:02}")
    ask(page_at(desk))

    assert newest().doubts == []
    assert Alarm.objects.ringing().filter(kind=alarms.FILED, subject_id=newest().pk).exists()


def test_beyond_the_ceiling_even_a_fresh_address_joins_the_others(desk):
    for number in range(25):
        ask(page_at(desk), f"203.0.113.{number}", call_number=f"(202) 555-01{number:02}")
    ask(page_at(desk), call_number="(202) 555-0190")

    assert newest().doubts == [Doubt.BUSY]


def test_pressing_again_and_again_is_one_filing(desk):
    token = page_at(desk)
    for _ in range(9):
        ask(token)
    ask(page_at(desk))

    assert AssistanceRequest.objects.count() == 2
    assert newest().doubts == []


def test_everybody_gets_the_same_answer(desk):
    doubted = ask("", "198.51.100.1", topic="x", call_number="(202) 555-0101")
    trusted = ask(page_at(desk), "198.51.100.2")

    pages = [said(Client().get(answer["Location"])) for answer in (doubted, trusted)]
    assert doubted.status_code == trusted.status_code == 303
    assert len(pages[0].splitlines()) == len(pages[1].splitlines())
    assert not any("Check first" in page or "check first" in page for page in pages)


def test_the_answers_to_a_form_with_a_mistake_do_not_count(desk):
    for _ in range(9):
        ask(page_at(desk), call_name="")
    ask(page_at(desk))

    assert newest().doubts == []


def test_the_counts_cost_a_filing_one_query(desk):
    """One more than test_filing.py allows without them."""
    ask(page_at(desk), call_number="(202) 555-0101")
    token = page_at(desk)
    with CaptureQueriesContext(connection) as queries:
        ask(token)

    sent = [one["sql"] for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(sent) <= 13 + 1, "\n".join(sql[:150] for sql in sent)


# What rings


def doubted(count=1, **given):
    return [
        filed(call_number=f"(202) 555-01{number:02}", doubts=[Doubt.FAST], **given)
        for number in range(count)
    ]


def ringing(kind):
    return Alarm.objects.ringing().filter(kind=kind)


def pages():
    return Message.objects.filter(purpose="alarm_page", channel=Channel.SMS).count()


def test_a_doubtful_request_that_comes_alone_rings_like_any_other(desk):
    [request] = doubted()

    assert ringing(alarms.FILED).get().subject_id == request.pk
    assert pages() == 1


def test_fifty_more_are_one_more_alarm(desk):
    doubted(51)

    assert ringing(alarms.FILED).count() == 1
    assert ringing(alarms.CHECK_FIRST).count() == 1
    assert pages() == 2


def test_the_watch_does_not_ring_for_each_of_them(desk):
    doubted(20)
    find_unattended(NOON + timedelta(minutes=1))

    assert Alarm.objects.count() == 2


def test_a_real_request_beside_them_rings_on_its_own_at_once(desk):
    doubted(20)
    request = filed(call_number="(202) 555-0188")

    alarm = ringing(alarms.FILED).get(subject_id=request.pk)
    assert alarm.steps.filter(outcome="paged").exists()


def test_an_hour_later_a_doubtful_one_comes_alone_again(desk):
    doubted()
    filed(doubts=[Doubt.FAST], at=NOON + checking.BURST)

    assert ringing(alarms.FILED).count() == 2


def test_whoever_takes_it_is_rung_again_while_any_has_no_owner(desk):
    from mvai.duty import actions as duty

    doubted(3)
    duty.take(alarm=ringing(alarms.CHECK_FIRST).get(), by=officer(), at=NOON)
    find_unattended(NOON + timedelta(minutes=14))
    assert not ringing(alarms.CHECK_FIRST).exists()

    find_unattended(NOON + timedelta(minutes=15))
    assert ringing(alarms.CHECK_FIRST).get().generation == 2


def test_the_alarm_ends_when_each_has_an_owner(desk):
    one = officer()
    _first, *others = doubted(3)
    checking.take(requests=others, by=one, at=NOON)
    find_unattended(NOON + timedelta(minutes=1))

    assert not Alarm.objects.open().filter(kind=alarms.CHECK_FIRST).exists()


def test_those_that_were_taken_and_never_called_ring_together(desk):
    _first, *others = doubted(4)
    checking.take(requests=others, by=officer(), at=NOON)
    find_unattended(NOON + timedelta(minutes=1))
    find_unattended(NOON + timedelta(minutes=30))

    assert ringing(alarms.CHECK_FIRST).count() == 1
    assert ringing(alarms.FILED).count() == 1


def test_what_joins_an_alarm_that_is_just_being_settled_rings_with_the_next_look(desk):
    doubted(2)
    checking.settle(NOON)
    find_unattended(NOON + timedelta(minutes=1))

    assert ringing(alarms.CHECK_FIRST).count() == 1


def test_the_first_one_given_back_rings_on_its_own(desk):
    from requests.actions import desk as work

    first, *_others = doubted(2)
    one = officer()
    work.take(assistance_request=first, by=one, at=NOON)
    work.give_back(assistance_request=first, by=one, at=NOON)

    assert ringing(alarms.FILED).get().subject_id == first.pk


# The text to the number that was typed


def texts():
    return Message.objects.filter(purpose="request_received", channel=Channel.SMS).order_by("pk")


def deliver(message, at=NOON):
    delivery.deliver(message_id=message.pk, now=at)
    message.refresh_from_db()
    return message


def test_a_stranger_gets_one_text_an_hour(desk):
    for _ in range(3):
        filed(doubts=[Doubt.NUMBER])
    # The later ones' turn may come first.
    later, first = texts()[2], texts()[0]

    assert deliver(later).not_sent_reason == NotSent.TEXTED_LATELY
    assert deliver(first).not_sent_reason == ""


def test_strangers_are_not_texted_by_the_hundred(desk, settings):
    settings.FILINGS_BUSY = 3
    doubted(4)
    real = filed(call_number="(202) 555-0188")

    reasons = [deliver(message).not_sent_reason for message in texts()]
    assert reasons == ["", "", "", NotSent.HELD_BACK, ""]
    assert texts().last().subject_id == real.pk


def test_without_a_mark_nothing_is_held_back(desk):
    filed(doubts=[Doubt.NUMBER])
    filed()

    assert deliver(texts()[1]).not_sent_reason == ""


def test_another_number_and_another_hour_are_not_held_back(desk):
    filed(doubts=[Doubt.FAST])
    filed(doubts=[Doubt.FAST], call_number="(202) 555-0188")
    later = NOON + timedelta(hours=1)
    filed(doubts=[Doubt.FAST], at=later)

    assert deliver(texts()[1]).not_sent_reason == ""
    assert deliver(texts()[2], at=later).not_sent_reason == ""


def test_what_was_held_back_goes_out_once_it_is_found_real(desk):
    for _ in range(2):
        filed(doubts=[Doubt.NUMBER])
    held = texts()[1]
    deliver(held)
    request = newest()
    checking.found_real(assistance_request=request, by=officer(), at=NOON)

    [anew] = texts().filter(subject_id=request.pk).exclude(pk=held.pk)
    assert anew.state == MessageState.PROMISED
    assert deliver(anew).not_sent_reason == ""


def test_a_request_that_is_found_real_rings_at_once(desk):
    *_others, request = doubted(3)
    checking.found_real(assistance_request=request, by=officer(), at=NOON)

    request.refresh_from_db()
    assert (request.check_first, request.doubts) == (False, [Doubt.FAST])
    assert request.state == State.SUBMITTED
    assert ringing(alarms.FILED).filter(subject_id=request.pk).exists()
