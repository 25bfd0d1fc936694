"""The end of a request, its return, and the code that opens its page."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm, AlarmState
from mvai.outbox import purposes
from mvai.outbox.models import Message
from mvai.people.models import ContactPoint
from requests.actions import closing, codes, messages, moves
from requests.models import StatusCode
from requests.states import CloseReason, EngagementState, NextAction, State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.requests import AssistanceRequestFactory, StatusCodeFactory
from tests.requests.stories import engaged, filed, officer, seeking, yes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_left_alone")]

SOON = NOON + timedelta(minutes=5)


def close(request, reason="met", **given):
    return closing.close(
        assistance_request=request, close_reason=reason, by=request.owner, at=NOON, **given
    )


@pytest.mark.parametrize("reason", CloseReason)
def test_a_request_closes_with_any_coded_reason(reason):
    closed = close(AssistanceRequestFactory(state=State.TRIAGED), reason, note="Told by phone")

    assert (closed.state, closed.close_reason, closed.closed_at) == ("closed", reason, NOON)
    assert closed.close_note == "Told by phone"
    assert closed.next_action == ""


def test_closing_ends_everything_that_was_open():
    request = engaged()
    engagement = request.engagements.get()

    close(request)

    engagement.refresh_from_db()
    assert engagement.state == EngagementState.ENDED
    assert not request.offers.open().exists()
    assert not request.follow_ups.open().exists()
    assert {round_.state for round_ in request.outreaches.all()} == {"stopped"}


def test_closing_settles_every_alarm():
    request = seeking()
    for kind in ("pool_empty", "request_unattended"):
        from requests.actions import alarms

        alarms.ring(kind, request, NOON)

    close(request)

    assert set(Alarm.objects.values_list("state", flat=True)) == {AlarmState.SETTLED}


def test_a_request_reopens_with_an_owner_and_a_call_to_make():
    closed = close(engaged())

    reopened = closing.reopen(
        assistance_request=closed, note="The trial starts", by=(by := officer()), at=SOON
    )

    assert (reopened.state, reopened.owner) == (State.ACKNOWLEDGED, by)
    assert (reopened.next_action, reopened.close_reason) == (NextAction.CALL, "")
    assert reopened.next_action_due_at > SOON


def test_a_leader_withdraws_from_the_status_page():
    request = seeking()

    withdrawn = closing.withdraw(assistance_request=request, at=SOON)

    assert withdrawn.close_reason == CloseReason.WITHDRAWN
    assert not request.offers.open().exists()
    assert Message.objects.get(purpose="request_withdrawn").person == request.owner.person
    assert AuditEntry.objects.get(verb="request.withdrawn").actor_id is None


def test_a_request_nobody_took_yet_can_be_withdrawn():
    withdrawn = closing.withdraw(assistance_request=filed(), at=SOON)

    assert withdrawn.state == State.CLOSED
    assert Alarm.objects.get().state == AlarmState.SETTLED


def test_an_advisor_closes_nothing():
    with pytest.raises(PermissionDenied):
        closing.close(
            assistance_request=seeking(),
            close_reason="met",
            by=UserFactory(advisor=True),
            at=NOON,
        )


# The code


def send(request, at=NOON):
    return codes.send_code(assistance_request=request, at=at)


def enter(request, digits, at=SOON):
    return codes.enter_code(assistance_request=request, code=digits, at=at)


def test_a_code_has_six_digits_and_goes_to_the_leader():
    request = filed()

    code = send(request)

    message = Message.objects.get(purpose="status_code")
    assert message.person == request.leader
    assert purposes.get("status_code").context(message) == {"code": code.digits()}
    assert len(code.digits()) == 6


def test_the_digits_are_nowhere_in_the_database():
    code = send(filed())

    assert code.digits() not in str(StatusCode.objects.values().get())


def test_the_right_code_opens_once():
    code = send(request := filed())

    assert enter(request, f" {code.digits()[:3]} {code.digits()[3:]}").used_at == SOON
    with pytest.raises(codes.CodeRefused):
        enter(request, code.digits())


def test_a_code_ends_after_ten_minutes():
    code = send(request := filed())

    with pytest.raises(codes.CodeRefused):
        enter(request, code.digits(), at=NOON + timedelta(minutes=10))


def wrong(code):
    return f"{(int(code.digits()) + 1) % 1_000_000:06d}"


def test_five_wrong_tries_end_a_code():
    code = send(request := filed())

    for _ in range(5):
        with pytest.raises(codes.CodeRefused):
            enter(request, wrong(code))

    with pytest.raises(codes.CodeRefused):
        enter(request, code.digits())


def proven():
    return set(ContactPoint.objects.proven().values_list("channel", flat=True))


@pytest.mark.parametrize(("read_by", "shown"), [("sms", {"sms", "voice"}), ("email", {"email"})])
def test_a_used_code_proves_where_it_was_read(read_by, shown):
    request = filed(details={"email": "alex@agency.example"})
    code = send(request)
    assert code.digits("sms") != code.digits("email")
    assert proven() == set()

    enter(request, code.digits(read_by))

    assert proven() == shown


def test_after_the_first_text_only_codes_go_to_a_number_that_is_not_proven():
    request = engaged()
    ContactPoint.objects.update(proven_at=None)
    tell = {"locked": request, "purpose": "peer_assigned", "at": SOON}

    moves.tell_leader(**tell, occurrence="not proven")

    told = Message.objects.get(occurrence="not proven")
    assert (told.state, told.not_sent_reason) == ("canceled", "contact_point_unproven")
    request.refresh_from_db()
    assert request.next_action_note == "No message can go to the leader. Tell them on the phone."

    send(request)
    assert message_about("status_code").state == "promised"

    enter(request, StatusCode.objects.get().digits())
    moves.tell_leader(**tell, occurrence="proven")
    assert Message.objects.get(occurrence="proven").state == "promised"


def test_an_address_that_is_not_proven_is_told_who_calls():
    request = filed(details={"email": "alex@agency.example"})

    moves.tell_leader(request, "peer_assigned", occurrence="x", at=SOON)

    told = Message.objects.get(purpose="peer_assigned")
    assert (told.channel, told.state) == ("email", "promised")


def test_a_code_opens_only_its_own_request():
    code = StatusCodeFactory()

    with pytest.raises(codes.CodeRefused):
        enter(filed(), code.digits())


def test_a_landline_is_sent_no_code():
    request = filed(call_number="ask the front desk")

    assert send(request) is None
    assert not StatusCode.objects.exists()


def test_no_more_than_twelve_codes_a_day():
    """Whoever has the page's address could else send texts to the leader's phone all night."""
    request = filed()
    sent = [send(request, NOON + timedelta(minutes=40 * number)) for number in range(14)]

    assert [code is not None for code in sent] == [True] * 12 + [False] * 2
    assert send(request, NOON + timedelta(days=1, minutes=1)) is not None


def test_no_more_than_five_codes_an_hour():
    request = filed()
    sent = [send(request) for _ in range(6)]

    assert sent[-1] is None
    assert send(request, at=NOON + timedelta(hours=1, seconds=1)) is not None


# What the messages may say, and when they no longer need to be sent


def message_about(purpose):
    return Message.objects.filter(purpose=purpose).first()


def is_relevant(purpose, at=NOON):
    return purposes.get(purpose).is_relevant(message_about(purpose), at)


def test_every_message_says_only_what_may_be_said():
    request = engaged()
    offer = request.offers.get(role="alternate")
    send(request)
    yes(offer)
    closing.withdraw(assistance_request=request, at=SOON)

    said = {
        message.purpose: purposes.get(message.purpose).context(message)
        for message in Message.objects.exclude(purpose__startswith="alarm")
    }

    assert {
        "request_received",
        "offer_made",
        "engagement_started",
        "peer_assigned",
        "status_code",
        "request_withdrawn",
    } <= set(said)
    assert {key for values in said.values() for key in values} <= purposes.ALLOWED
    assert request.call_name not in str(said)


def test_the_offer_says_until_when_in_the_advisors_own_time():
    seeking(happened=timedelta(hours=1))

    context = purposes.get("offer_made").context(message_about("offer_made"))
    assert context["when"] == "11:15 a.m. CT"


def test_an_offer_that_ended_is_not_sent():
    request = seeking()
    assert is_relevant("offer_made") == ""

    close(request)

    assert is_relevant("offer_made") == "offer_not_open"


def test_a_closed_request_is_not_confirmed_any_more():
    request = filed()
    assert is_relevant("request_received") == ""

    closing.withdraw(assistance_request=request, at=SOON)

    assert is_relevant("request_received") == "request_not_open"


def test_a_code_that_is_too_old_is_not_sent():
    send(filed())

    assert is_relevant("status_code", NOON + timedelta(minutes=10)) == "too_late"


def test_a_link_in_an_offer_finds_it_and_no_other():
    offer = seeking().offers.first()
    token = messages.offer_url(offer).rstrip("/").rsplit("/", 1)[1]

    assert messages.offer_by_link(token, now=NOON) == offer
    assert messages.offer_by_link(token[:-1] + ("A" if token[-1] != "A" else "B"), now=NOON) is None
    assert messages.offer_by_link(token, now=NOON + timedelta(days=31)) is None
