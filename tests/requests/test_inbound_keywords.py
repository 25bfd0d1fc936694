"""STOP, START and HELP by text, answered by the rules."""

import pytest

from mvai.outbox import actions as outbox
from mvai.outbox.models import Message
from mvai.outbox.purposes import get
from mvai.people.models import Channel, ContactPoint
from requests.models import AssistanceRequest
from requests.rules.inbound import keyword_of
from tests.factories import NOON
from tests.factories.people import ContactPointFactory, PersonFactory
from tests.requests import stories
from tests.requests.inbound_stories import CALLER, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def answers():
    found = Message.objects.filter(purpose__startswith="texts_").order_by("pk")
    return list(found.values_list("purpose", flat=True))


@pytest.mark.parametrize(
    ("said", "keyword"),
    [
        *((word, "stop") for word in ("STOP", "stopall", "Unsubscribe", "CANCEL", "END", "quit")),
        *((word, "stop") for word in ("Stop.", " stop\n", "STOP ALL", "“Stop”", "¡Alto!")),
        ("START", "start"),
        ("unstop", "start"),
        *((word, "help") for word in ("HELP", "info", "Ayuda", "Help?")),
        *((word, None) for word in ("YES", "Help us", "Please stop the texts", "STOP 2", "", "⛔")),
    ],
)
def test_a_keyword_is_the_whole_text(said, keyword):
    assert keyword_of(said) == keyword


def test_stop_is_about_texts_to_this_number_whoever_holds_it():
    points = [ContactPointFactory(), ContactPointFactory(person=PersonFactory())]
    voice = ContactPointFactory(person=points[0].person, channel=Channel.VOICE)
    mail = ContactPointFactory(
        person=points[0].person, channel=Channel.EMAIL, value="a@agency.example"
    )
    other = ContactPointFactory(value="(202) 555-0188")

    row = text("STOP")

    assert (row.state, row.reason) == ("answered", "stop")
    for point in (*points, voice, mail, other):
        point.refresh_from_db()
    assert [point.stopped_at for point in points] == [NOON, NOON]
    assert [point.stopped_at for point in (voice, mail, other)] == [None] * 3
    assert answers() == ["texts_stopped"]
    assert not AssistanceRequest.objects.exists()


def test_stop_is_confirmed_by_one_last_text_that_the_stop_does_not_hold_back():
    ContactPointFactory()

    text("STOP")
    text("STOP")
    outbox.deliver_due(NOON)

    message = Message.objects.get(purpose="texts_stopped")
    assert message.attempts == 1
    assert message.state != "canceled"


def test_after_stop_nothing_else_leaves_for_the_number():
    request = stories.filed()

    text("STOP")
    outbox.deliver_due(NOON)

    waiting = Message.objects.get(purpose="request_received")
    assert (waiting.state, waiting.not_sent_reason) == ("canceled", "contact_point_stopped")
    request.refresh_from_db()
    assert request.is_open


def test_start_undoes_it():
    point = ContactPointFactory()

    text("STOP")
    row = text("START")

    point.refresh_from_db()
    assert (row.state, row.reason, point.stopped_at) == ("answered", "start", None)
    assert answers() == ["texts_stopped", "texts_started"]


def test_start_without_a_stop_is_obeyed_in_silence():
    ContactPointFactory()

    assert text("START").state == "answered"
    assert answers() == []


def test_a_number_nobody_holds_is_answered_and_remembered():
    text("STOP")

    point = ContactPoint.objects.get()
    assert (point.normalized, point.channel, point.stopped_at) == (CALLER, "sms", NOON)
    assert answers() == ["texts_stopped"]


def test_help_says_who_we_are_also_after_a_stop(settings):
    settings.PROGRAM_NUMBER = "(800) 555-0100"
    ContactPointFactory(stopped_at=NOON)

    assert text("HELP").reason == "help"

    message = Message.objects.get(purpose="texts_help")
    assert message.state == "promised"
    assert get("texts_help").context(message) == {"number": "(800) 555-0100"}


def test_a_machine_that_asks_again_and_again_is_answered_three_times_an_hour():
    ContactPointFactory()

    rows = [text("HELP") for _ in range(6)]

    assert [row.state for row in rows] == ["answered"] * 3 + ["put_aside"] * 3
    assert rows[-1].reason == "sender_too_often"
    assert len(answers()) == 3


def test_a_stop_is_obeyed_however_often_they_wrote():
    point = ContactPointFactory()
    for _ in range(5):
        text("HELP")

    text("STOP")

    point.refresh_from_db()
    assert point.stopped_at == NOON


def test_yes_is_no_keyword():
    assert text("Yes").state == "became_request"
