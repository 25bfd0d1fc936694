"""One row that can't be dealt with holds up no other, and what is in doubt is never given away."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from mvai.audit.models import AuditEntry
from mvai.outbox import actions, claims, delivery, failing, patience, sweeps, taking
from mvai.outbox.inbound import bounces
from mvai.outbox.inbound.mail import Bounce
from mvai.outbox.models import ChannelGate, Heartbeat, Message
from mvai.outbox.states import MessageState, NotSent
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.duty import AlarmStepFactory
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
IN_DOUBT = {"state": MessageState.FAILED_FOR_NOW, "attempts": 1, "handing_over_at": NOON - SECOND}


def lapsed(**given) -> Message:
    """One whose holder died a second ago."""
    return MessageFactory(
        state=MessageState.CLAIMED, attempts=1, lease_until=NOON - SECOND, **given
    )


def breaking(register, message: Message, error: type[Exception]) -> None:
    """From now on nobody can tell whether this one is still relevant."""

    def asked(asked_of, now):
        if asked_of.pk == message.pk:
            raise error
        return ""

    register(is_relevant=asked)


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


@pytest.mark.parametrize("error", [KeyError, IntegrityError])
def test_one_whose_holder_died_and_that_can_not_be_told_is_set_aside(register, gateway, error):
    broken, sound = lapsed(), MessageFactory()
    breaking(register, broken, error)

    assert delivery.deliver_due(NOON) == 1

    assert fresh(sound).state == MessageState.HANDED_OVER
    assert fresh(broken).lease_until >= NOON + taking.ASIDE


def test_one_that_is_due_and_can_not_be_told_is_set_aside(register, gateway):
    broken, sound = MessageFactory(), MessageFactory()
    breaking(register, broken, IntegrityError)

    assert delivery.deliver_due(NOON) == 1

    assert fresh(sound).state == MessageState.HANDED_OVER
    assert fresh(broken).due_at >= NOON + taking.ASIDE


def test_in_doubt_and_of_a_purpose_that_is_gone_it_may_have_arrived(gateway):
    gone, sound = lapsed(purpose="gone", handing_over_at=NOON - 40 * SECOND), MessageFactory()

    assert delivery.deliver_due(NOON) == 1

    assert fresh(gone).state == MessageState.UNKNOWN
    assert fresh(sound).state == MessageState.HANDED_OVER


def test_a_row_that_the_database_refuses_holds_up_no_other():
    first = AlarmStepFactory()
    second = AlarmStepFactory(alarm=first.alarm, number=2)
    due = type(first).objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")

    def deal(claim: claims.Claim) -> bool:
        if claim.pk == first.pk:
            type(first).objects.filter(pk=first.pk).update(number=2)  # twice in one ringing
        return bool(claim.of(due).update(outcome="not_needed", done_at=NOON))

    assert claims.deal_with(due, deal, now=NOON) == 1
    second.refresh_from_db()
    assert second.done_at == NOON


def test_what_may_have_arrived_is_not_taken_back():
    message = MessageFactory(**IN_DOUBT)

    taken_back = actions.cancel(
        subject=message.person, purposes=["test_page"], at=NOON, reason=NotSent.ALREADY_DONE
    )

    assert (taken_back, fresh(message).state) == (0, MessageState.FAILED_FOR_NOW)


def test_the_lease_counts_anew_when_the_provider_gets_it():
    message = MessageFactory()
    found = taking.this_one(message.pk, NOON)
    late = NOON + 25 * SECOND

    delivery._about_to(found.message, late, False)

    assert fresh(message).lease_until == late + patience.URGENT_LEASE


def test_a_text_that_can_not_be_written_says_nothing_of_the_provider(register, gateway):
    ChannelGate.objects.create(channel=Channel.SMS, failures=3)
    register(context=lambda message: {"name": "Chief Alex Moreno"})

    actions.deliver(message_id=MessageFactory().pk, now=NOON)

    assert Message.objects.get().not_sent_reason == NotSent.NOT_WRITTEN
    assert ChannelGate.objects.get(channel=Channel.SMS).failures == 3


def test_one_in_doubt_that_nobody_can_be_asked_about_is_no_failure_of_the_provider():
    ChannelGate.objects.create(channel=Channel.EMAIL)
    point = ContactPointFactory(channel=Channel.EMAIL, value="alex@agency.example")
    message = MessageFactory(contact_point=point, urgent=False, **IN_DOUBT)

    actions.deliver(message_id=message.pk, now=NOON)

    assert fresh(message).state == MessageState.UNKNOWN
    assert ChannelGate.objects.get(channel=Channel.EMAIL).failures == 0


NIGHT = NOON + timedelta(hours=10)  # 10 p.m. for somebody in New York


@pytest.mark.parametrize(("at_night", "goes"), [(True, True), (False, False)])
def test_what_lets_somebody_rest_does_not_wait_for_the_morning(register, gateway, at_night, goes):
    register(urgent=False, at_night=at_night)
    person = PersonFactory(quiet_from="21:00", quiet_until="07:00", time_zone="America/New_York")
    point = ContactPointFactory(person=person)
    message = MessageFactory(contact_point=point, urgent=False, due_at=NIGHT)

    actions.deliver(message_id=message.pk, now=NIGHT)

    assert (fresh(message).state == MessageState.HANDED_OVER) is goes


def test_an_urgent_one_in_quiet_hours_is_logged_with_its_channel(gateway):
    person = PersonFactory(quiet_from="21:00", quiet_until="07:00", time_zone="America/New_York")
    message = MessageFactory(contact_point=ContactPointFactory(person=person), due_at=NIGHT)

    actions.deliver(message_id=message.pk, now=NIGHT)

    entry = AuditEntry.objects.get(verb="message.overrode_quiet_hours")
    assert entry.facts == {"purpose": "test_page", "channel": "sms"}


def test_an_urgent_message_that_has_no_way_from_the_start_goes_to_the_desk(monkeypatch):
    told: list[int] = []
    monkeypatch.setattr(failing, "_default", [lambda message, at: told.append(message.pk)])
    person = PersonFactory()

    [message] = actions.enqueue(purpose="test_page", subject=person, people=[person], at=NOON)
    failing.follow_up(NOON)

    assert told == [message.pk]
    assert fresh(message).may_be_sent_again


def test_a_routine_one_without_a_way_is_only_shown(register, monkeypatch):
    register(urgent=False)
    told: list[int] = []
    monkeypatch.setattr(failing, "_default", [lambda message, at: told.append(message.pk)])
    person = PersonFactory()

    actions.enqueue(purpose="test_page", subject=person, people=[person], at=NOON)
    failing.follow_up(NOON)

    assert not told


def test_a_bounce_is_kept_as_it_came():
    point = ContactPointFactory(channel=Channel.EMAIL, value="alex@agency.example")
    sent = MessageFactory(contact_point=point, state=MessageState.HANDED_OVER)

    for _twice in range(2):
        bounces.settle(Bounce(about=sent.reference, is_final=True, status="5.1.1"), at=NOON)

    [event] = sent.events.all()
    assert (event.status, event.moved_to) == ("bounced 5.1.1", MessageState.FAILED)


def test_a_sweep_that_fails_again_and_again_is_shown_to_the_staff(monkeypatch):
    from mvai.outbox import health

    monkeypatch.setattr(sweeps, "_known", {})
    monkeypatch.setattr(sweeps, "_failures", type(sweeps._failures)())
    sweeps.register("requests.quiet_names", lambda now: 1 // 0)

    for _time in range(sweeps.SHOWN_AFTER - 1):
        sweeps.run_all(NOON)
    assert not health.state(NOON)
    sweeps.run_all(NOON)

    [warning] = health.state(NOON)
    assert warning.code == "stands_still"
    assert "requests.quiet_names" in str(warning)
    assert not health.state(NOON + health.STILL_FAILS + SECOND)
    assert Heartbeat.objects.get().name == "fails:requests.quiet_names"
