"""A number or an address is proven before it is used: by the code that was sent there."""

from datetime import timedelta

import pytest

from mvai.audit.models import AuditEntry
from mvai.outbox import actions, codes, proving, purposes
from mvai.outbox.models import Message, Proof
from mvai.outbox.states import MessageState, NotSent
from mvai.people.actions import remove
from mvai.people.models import Channel
from tests.factories import NOON
from tests.factories.people import ContactPointFactory

pytestmark = pytest.mark.django_db

SOON = NOON + timedelta(minutes=1)
VALUES = {
    Channel.SMS: "(202) 555-0143",
    Channel.VOICE: "(202) 555-0144",
    Channel.EMAIL: "alex@agency.example",
}


def unproven(channel=Channel.SMS, **given):
    return ContactPointFactory(channel=channel, value=VALUES[channel], proven_at=None, **given)


def send(point, at=NOON):
    return proving.send_code(contact_point=point, at=at, by=None)


def enter(point, code, at=SOON):
    return proving.enter_code(contact_point=point, code=code, at=at, by=None)


def wrong(proof):
    return f"{(int(proving.digits_of(proof)) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize("channel", VALUES)
def test_a_code_goes_to_exactly_that_point_though_it_is_not_proven(channel):
    point = unproven(channel)
    for other, value in VALUES.items():  # proven, and all the same not where the code goes
        ContactPointFactory(person=point.person, channel=other, value=f"1{value}", sort=0)

    send(point)

    message = Message.objects.get()
    assert (message.contact_point, message.channel) == (point, channel)
    assert (message.state, message.urgent) == (MessageState.PROMISED, True)


@pytest.mark.parametrize("channel", VALUES)
def test_the_right_code_proves_it(channel):
    point = unproven(channel)
    proof = send(point)
    code = proving.digits_of(proof)

    assert enter(point, f" {code[:3]} {code[3:]} ").proven_at == SOON


def test_a_voice_says_one_digit_after_the_other():
    proof = send(unproven(Channel.VOICE))

    said = purposes.get(proving.PROVE).context(Message.objects.get())["code"]

    assert said == ", ".join(proving.digits_of(proof))


def test_the_digits_are_nowhere_in_the_database():
    proof = send(unproven())

    rows = [*Proof.objects.values(), *Message.objects.values(), *AuditEntry.objects.values()]
    assert proving.digits_of(proof) not in str(rows)


def test_each_proof_has_digits_of_its_own():
    point = unproven()
    proofs = [send(point, NOON + timedelta(minutes=minute)) for minute in range(5)]

    assert len({proving.digits_of(proof) for proof in proofs}) == 5


def test_another_purpose_has_other_digits():
    assert codes.digits("a", 1, 2) != codes.digits("b", 1, 2)
    assert len(codes.digits("a", 1, 2)) == codes.DIGITS


def test_a_code_is_good_once():
    point = unproven()
    code = proving.digits_of(send(point))
    enter(point, code)

    with pytest.raises(proving.CodeRefused):
        enter(point, code)


def test_a_code_ends_after_ten_minutes():
    point = unproven()
    code = proving.digits_of(send(point))

    with pytest.raises(proving.CodeRefused):
        enter(point, code, NOON + timedelta(minutes=10))


def test_five_wrong_tries_end_a_code():
    point = unproven()
    proof = send(point)

    for _ in range(5):
        with pytest.raises(proving.CodeRefused):
            enter(point, wrong(proof))

    with pytest.raises(proving.CodeRefused):
        enter(point, proving.digits_of(proof))


def test_a_code_proves_only_what_it_was_sent_to():
    one, other = unproven(), unproven(Channel.EMAIL)
    code = proving.digits_of(send(one))
    send(other)

    with pytest.raises(proving.CodeRefused):
        enter(other, code)


def test_a_second_press_sends_nothing_more():
    point = unproven()

    assert send(point, NOON) == send(point, NOON + timedelta(seconds=5))
    assert Message.objects.count() == 1


def test_a_later_code_leaves_the_first_good():
    point = unproven()
    first = send(point)
    send(point, SOON)

    assert enter(point, proving.digits_of(first)).is_proven


def test_no_more_than_five_codes_an_hour_go_to_one_point():
    point = unproven()
    for minute in range(5):
        send(point, NOON + timedelta(minutes=minute))

    with pytest.raises(proving.ProofRefused, match="hour"):
        send(point, NOON + timedelta(minutes=6))
    assert send(point, NOON + timedelta(minutes=61))


def test_nobody_has_codes_sent_to_one_number_after_another():
    person = unproven().person
    points = [
        ContactPointFactory(person=person, value=f"202-555-01{n:02}", proven_at=None)
        for n in range(13)
    ]
    for point in points[:12]:
        send(point)

    with pytest.raises(proving.ProofRefused, match="hour"):
        send(points[12])


@pytest.mark.parametrize("given", [{"stopped_at": NOON}, {"normalized": ""}, {"proven_at": NOON}])
def test_nothing_is_sent_where_nothing_can_be_proven(given):
    point = ContactPointFactory(**{"proven_at": None, **given})

    with pytest.raises(proving.ProofRefused):
        send(point)
    assert not Message.objects.exists()


def test_a_removed_number_is_not_proven_by_a_late_code():
    point = unproven()
    code = proving.digits_of(send(point))
    remove(contact_point=point, at=NOON)

    assert not enter(point, code).is_proven


# Whether the code still needs to be sent


def why_not(at=NOON):
    return purposes.get(proving.PROVE).is_relevant(Message.objects.get(), at)


def test_a_code_is_sent_while_it_is_good():
    send(unproven())

    assert why_not() == ""
    assert why_not(NOON + timedelta(minutes=10)) == NotSent.TOO_LATE


def test_a_used_code_is_not_sent_late():
    point = unproven()
    enter(point, proving.digits_of(send(point)))

    assert why_not() == NotSent.ALREADY_DONE


def test_a_code_never_goes_to_another_number():
    point = unproven()
    send(point)
    Message.objects.update(
        contact_point=ContactPointFactory(person=point.person, value="2025550177")
    )

    assert why_not() == NotSent.REPLACED


def test_a_code_sent_again_by_staff_does_not_go_to_another_number():
    point = unproven()
    ContactPointFactory(person=point.person, value="202-555-0177", sort=0)
    send(point)
    Message.objects.update(state=MessageState.CLAIMED, lease_until=SOON)
    Message.objects.update(
        state=MessageState.FAILED, lease_until=None, ended_at=NOON, not_sent_reason="refused"
    )

    anew = actions.send_again(message=Message.objects.get(), by=None, at=NOON)

    assert anew.contact_point == point or purposes.get(proving.PROVE).is_relevant(anew, NOON)


def test_codes_and_refusals_are_logged_without_numbers():
    point = unproven()
    proof = send(point)
    with pytest.raises(proving.CodeRefused):
        enter(point, wrong(proof))
    enter(point, proving.digits_of(proof))

    logged = list(AuditEntry.objects.order_by("pk").values_list("verb", "result", "facts"))
    assert logged == [
        ("contact_point.code_sent", "done", {"channel": "sms"}),
        ("contact_point.code_refused", "refused", {"channel": "sms"}),
        ("contact_point.proven", "done", {"channel": "sms"}),
    ]
