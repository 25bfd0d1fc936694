from datetime import timedelta

import pytest
from django.core import mail

from mvai.outbox import actions, delivery, patience, taking
from mvai.outbox.models import Message
from mvai.outbox.states import MessageState, NotSent, Outcome
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(hours=1)


def by_mail(**given) -> Message:
    point = ContactPointFactory(channel=Channel.EMAIL, value="alex@agency.example")
    return MessageFactory(contact_point=point, **given)


def deliver(message: Message, now=NOON) -> Message:
    actions.deliver(message_id=message.pk, now=now)
    return Message.objects.get(pk=message.pk)


def claimed(message: Message, now) -> Message:
    """The message as a process holds it that has claimed it and not yet handed it over."""
    found = taking.this_one(message.pk, now)
    assert found
    assert found.message
    return found.message


# A good day


def test_a_text_message_is_handed_to_the_gateway(gateway):
    message = deliver(MessageFactory())

    [text] = gateway.taken
    assert text["to"] == "+12025550143"
    assert text["body"] == "MVAI: MV-7K4Q needs you: https://portal.example/a/1"
    assert text["reference"] == str(message.reference)
    assert (message.state, message.handed_over_at) == (MessageState.HANDED_OVER, NOON)
    assert message.provider_reference == text["id"]


def test_a_mail_has_a_plain_and_an_html_part_and_a_stable_message_id(settings):
    settings.SITE_URL = "https://portal.example"
    message = deliver(by_mail())

    [letter] = mail.outbox
    assert message.state == MessageState.HANDED_OVER
    assert letter.to == ["alex@agency.example"]
    assert letter.subject == "MVAI: MV-7K4Q needs you"
    assert letter.body.startswith("MV-7K4Q needs you.\n\nOpen https://portal.example/a/1\n")
    assert 'href="https://portal.example/a/1"' in letter.alternatives[0][0]
    assert letter.extra_headers["Message-ID"] == f"<{message.reference}@portal.example>"


def test_each_try_is_written_down(gateway):
    message = deliver(MessageFactory())

    [attempt] = message.tries.all()
    assert (attempt.number, attempt.at, attempt.outcome) == (1, NOON, Outcome.HANDED_OVER)


def test_what_was_sent_is_not_sent_again(gateway):
    message = deliver(MessageFactory())
    deliver(message, LATER)

    assert len(gateway.taken) == 1


def test_what_is_not_due_waits(gateway):
    assert deliver(MessageFactory(due_at=LATER)).state == MessageState.PROMISED


# Relevance, asked at the last moment


def test_what_has_lost_its_point_is_dropped_with_the_reason(gateway, register):
    register(is_relevant=lambda message, now: NotSent.ALREADY_TAKEN)

    message = deliver(MessageFactory())

    assert not gateway.taken
    assert (message.state, message.ended_at) == (MessageState.CANCELED, NOON)
    assert message.not_sent_reason == NotSent.ALREADY_TAKEN


def test_what_comes_too_late_expires(gateway, register):
    register(is_relevant=lambda message, now: NotSent.TOO_LATE)

    assert deliver(MessageFactory()).state == MessageState.EXPIRED


def test_nothing_goes_to_a_person_who_asked_for_no_more(gateway):
    message = MessageFactory()
    message.contact_point.stopped_at = NOON
    message.contact_point.save()

    assert deliver(message).not_sent_reason == NotSent.CONTACT_POINT_STOPPED


def test_nothing_goes_to_a_number_that_cannot_be_read(gateway):
    message = MessageFactory(contact_point=ContactPointFactory(value="ask my aide", normalized=""))

    assert deliver(message).not_sent_reason == NotSent.CONTACT_POINT_UNUSABLE


def test_a_question_that_fails_sets_the_message_aside_and_loses_nothing(gateway, register):
    register(is_relevant=lambda message, now: 1 / 0)

    message = deliver(MessageFactory())

    assert (message.state, message.attempts) == (MessageState.PROMISED, 0)
    assert message.due_at == NOON + taking.ASIDE


def test_a_text_that_cannot_be_written_is_not_tried_for_ever(gateway, register):
    register(context=lambda message: {"agency": "Riverton"})

    message = deliver(MessageFactory())

    assert not gateway.taken
    assert (message.state, message.not_sent_reason) == (MessageState.FAILED, NotSent.NOT_WRITTEN)


# Providers that refuse, stumble or say nothing


@pytest.mark.parametrize("status", [429, 503, 401, 403])
def test_a_gateway_that_asks_for_patience_is_tried_again(gateway, status):
    gateway.answers = [(status, "")]
    message = deliver(MessageFactory())

    assert message.state == MessageState.FAILED_FOR_NOW
    assert message.handing_over_at is None
    assert NOON + 4 * SECOND <= message.due_at <= NOON + 6 * SECOND

    assert deliver(message, LATER).state == MessageState.HANDED_OVER
    assert (len(gateway.taken), gateway.asked) == (1, [])


def test_the_gateways_own_wish_for_a_pause_is_granted(gateway):
    gateway.answers, gateway.headers = [(429, "")], {"Retry-After": "90"}

    assert deliver(MessageFactory()).due_at == NOON + timedelta(seconds=90)


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_number_that_the_gateway_refuses_is_not_tried_again(gateway, status):
    gateway.answers = [(status, "")]

    message = deliver(MessageFactory())

    assert (message.state, message.not_sent_reason) == (MessageState.FAILED, NotSent.REFUSED)
    assert message.tries.get().detail == f"HTTP {status}"


@pytest.mark.parametrize(
    "answer", [(500, ""), (502, ""), (200, "nonsense"), (200, "[]"), (200, "{}"), (0, "")]
)
def test_a_gateway_that_stumbled_is_asked_before_the_text_is_sent_again(gateway, answer):
    gateway.answers, gateway.keeps_when_it_stumbles = [answer], True
    message = deliver(MessageFactory())
    assert message.state == MessageState.FAILED_FOR_NOW

    message = deliver(message, LATER)

    assert gateway.asked == [str(message.reference)]
    assert len(gateway.taken) == 1
    assert (message.state, message.may_be_repeated) == (MessageState.HANDED_OVER, False)


def test_what_the_gateway_says_it_never_took_is_sent_again(gateway):
    gateway.answers = [(500, "")]
    message = deliver(deliver(MessageFactory()), LATER)

    assert len(gateway.taken) == 1
    assert (message.state, message.may_be_repeated) == (MessageState.HANDED_OVER, False)


def test_what_the_gateway_never_took_and_has_lost_its_point_is_dropped(gateway, register):
    gateway.answers = [(500, "")]
    message = deliver(MessageFactory())
    register(is_relevant=lambda message, now: NotSent.ALREADY_TAKEN)

    assert deliver(message, LATER).state == MessageState.CANCELED
    assert not gateway.taken


def test_an_urgent_text_is_repeated_when_the_gateway_cannot_tell(gateway):
    gateway.answers, gateway.knows_references = [(500, "")], False
    message = deliver(deliver(MessageFactory()), LATER)

    assert (message.state, message.may_be_repeated) == (MessageState.HANDED_OVER, True)


def test_a_routine_text_is_not_repeated_when_the_gateway_cannot_tell(gateway):
    gateway.answers, gateway.knows_references = [(500, "")], False
    message = deliver(deliver(MessageFactory(urgent=False)), LATER)

    assert (message.state, message.not_sent_reason) == (MessageState.UNKNOWN, NotSent.NO_ANSWER)
    assert not gateway.taken


def test_a_gateway_that_is_away_is_tried_until_the_tries_are_used_up(settings):
    settings.GATEWAY_URL = "http://127.0.0.1:9"
    message, now, tries = MessageFactory(urgent=False), NOON, 0
    while message.state in {MessageState.PROMISED, MessageState.FAILED_FOR_NOW}:
        now = message.due_at
        message, tries = deliver(message, now), tries + 1

    assert (message.state, message.not_sent_reason) == (MessageState.FAILED, NotSent.UNREACHABLE)
    assert tries == message.attempts == message.tries.count() == 8
    assert timedelta(hours=12) < now - NOON < timedelta(days=3)


def test_a_mail_server_that_is_away_is_tried_again(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    message = deliver(by_mail())

    assert (message.state, message.handing_over_at) == (MessageState.FAILED_FOR_NOW, None)


# A process that died in between


def crashed(message: Message, *, while_handing_over: bool) -> Message:
    """As it lies there when a worker was killed after its claim."""
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.CLAIMED,
        attempts=1,
        generation=1,
        lease_until=NOON + 30 * SECOND,
        handing_over_at=NOON if while_handing_over else None,
    )
    return message


def test_a_claim_is_respected_while_its_lease_lasts(gateway):
    deliver(crashed(MessageFactory(), while_handing_over=False), NOON + 29 * SECOND)

    assert not gateway.taken


def test_a_message_whose_worker_died_before_handing_over_is_sent(gateway):
    message = crashed(MessageFactory(), while_handing_over=False)
    message = deliver(message, NOON + 30 * SECOND)

    assert message.state == MessageState.HANDED_OVER
    assert (len(gateway.taken), gateway.asked, message.may_be_repeated) == (1, [], False)


def test_a_text_whose_worker_died_while_handing_over_is_asked_about(gateway):
    message = MessageFactory()
    gateway.take(message)
    message = deliver(crashed(message, while_handing_over=True), LATER)

    assert (message.state, len(gateway.taken)) == (MessageState.HANDED_OVER, 1)


def test_an_urgent_mail_whose_worker_died_while_handing_over_is_sent_again():
    message = deliver(crashed(by_mail(), while_handing_over=True), LATER)

    assert (message.state, message.may_be_repeated) == (MessageState.HANDED_OVER, True)
    assert len(mail.outbox) == 1


def test_a_routine_mail_whose_worker_died_while_handing_over_is_shown_to_the_staff():
    message = deliver(crashed(by_mail(urgent=False), while_handing_over=True), LATER)

    assert (message.state, message.not_sent_reason) == (MessageState.UNKNOWN, NotSent.NO_ANSWER)
    assert not mail.outbox


def test_what_may_have_arrived_is_never_called_no_longer_needed(register):
    register(is_relevant=lambda message, now: NotSent.ALREADY_TAKEN)

    message = deliver(crashed(by_mail(), while_handing_over=True), LATER)

    assert message.state == MessageState.UNKNOWN


def test_a_message_that_ends_every_worker_is_given_up(gateway):
    message = crashed(MessageFactory(), while_handing_over=False)
    Message.objects.filter(pk=message.pk).update(attempts=14)

    assert deliver(message, LATER).state == MessageState.FAILED
    assert not gateway.taken


def test_an_outcome_that_comes_after_the_lease_does_not_undo_a_later_claim(gateway):
    message = MessageFactory()
    first = claimed(message, NOON)
    second = claimed(message, LATER)

    assert delivery._keep(first, NOON) is False  # its lease is lost, so it doesn't send
    assert delivery._keep(second, LATER) is True
    assert len(gateway.taken) == 1


def test_news_of_a_hand_over_settles_an_unknown(gateway):
    message = MessageFactory()
    first = claimed(message, NOON)
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.UNKNOWN,
        lease_until=None,
        generation=2,
        not_sent_reason=NotSent.NO_ANSWER,
        ended_at=LATER,
    )

    delivery._sent(first, "their-9", LATER)

    message.refresh_from_db()
    assert (message.state, message.ended_at) == (MessageState.HANDED_OVER, None)


# Batches


def test_urgent_messages_leave_before_routine_ones(gateway):
    routine = MessageFactory(urgent=False, due_at=NOON - timedelta(hours=2))
    urgent = MessageFactory(urgent=True)

    assert actions.deliver_due(NOON) == 2

    assert [text["reference"] for text in gateway.taken] == [
        str(urgent.reference),
        str(routine.reference),
    ]


def test_only_urgent_messages_when_asked_for(gateway):
    MessageFactory(urgent=False)

    assert actions.deliver_due(NOON, urgent_only=True) == 0


def test_only_overdue_messages_when_asked_for(gateway):
    MessageFactory(due_at=NOON - 10 * SECOND)
    overdue = MessageFactory(due_at=NOON - 20 * SECOND)

    actions.deliver_due(NOON, overdue=15 * SECOND)

    assert [text["reference"] for text in gateway.taken] == [str(overdue.reference)]


def test_a_sweep_takes_up_what_a_dead_worker_left(gateway):
    crashed(MessageFactory(), while_handing_over=False)

    assert actions.deliver_due(LATER) == 1


# Pauses


@pytest.mark.parametrize("urgent", [True, False])
def test_pauses_grow_and_differ_between_messages(urgent):
    pauses = [patience.pause_after(attempts=n, urgent=urgent, seed=1) for n in range(1, 6)]
    others = {patience.pause_after(attempts=3, urgent=urgent, seed=seed) for seed in range(50)}

    assert pauses == sorted(pauses)
    assert len(others) > 40
