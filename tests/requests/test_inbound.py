"""Texts and voicemail to the program become requests, are added to one, or wait for the desk."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm
from mvai.outbox.channels import gateway
from mvai.outbox.models import Message
from mvai.people.models import Channel, ContactPoint
from requests.actions import closing, inbound, inbox
from requests.models import AssistanceRequest, Inbound
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory
from tests.factories.requests import DelegateFactory, reachable_advisor
from tests.requests import stories
from tests.requests.inbound_stories import CALLER, TEXT, VOICEMAIL, post, text, voicemail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def ringing():
    return sorted(Alarm.objects.ringing().values_list("kind", flat=True))


def promised(purpose):
    return Message.objects.filter(purpose=purpose)


# Who may bring something


@pytest.mark.parametrize("path", [TEXT, VOICEMAIL])
@pytest.mark.parametrize("signature", ["", "AAAA", "ünsigned", "x" * 5000])
def test_what_the_gateway_did_not_sign_is_refused_and_not_kept(path, signature):
    fields = {"MessageSid": "SM1", "CallSid": "CA1", "From": CALLER, "Body": "Hello"}

    assert post(path, fields, signature=signature).status_code == 403

    assert not Inbound.objects.exists()
    assert not Alarm.objects.exists()


def test_a_signature_over_other_words_is_no_signature():
    signed = {"MessageSid": "SM1", "From": CALLER, "Body": "Hello"}
    signature = gateway.signature(settings.SITE_URL + TEXT, signed)

    assert post(TEXT, signed | {"Body": "Good-by"}, signature=signature).status_code == 403
    assert post(VOICEMAIL, signed, signature=signature).status_code == 403
    assert post(TEXT, signed, signature=signature).status_code == 200


def test_the_signature_is_the_one_that_gateways_document(settings):
    """The example of the widespread gateway's own documentation."""
    settings.GATEWAY_TOKEN = "12345"
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }

    signature = gateway.signature("https://mycompany.com/myapp.php?foo=1&bar=2", fields)

    assert signature == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_the_answer_says_nothing():
    answer = post(TEXT, {"MessageSid": "SM1", "From": CALLER, "Body": "Hello"})

    assert answer["Content-Type"].startswith("text/xml")
    assert answer.content.endswith(b"<Response/>")


# From somebody we don't know


def test_a_text_becomes_a_request_that_rings():
    row = text("Chief Moreno here. Shots at our fair. Please call.")

    made = AssistanceRequest.objects.get()
    assert (row.state, row.assistance_request) == ("became_request", made)
    assert made.call_name == "Caller at (202) 555-0143"
    assert made.call_number == CALLER
    assert ringing() == ["request_filed"]
    assert promised("request_received").get().contact_point.normalized == CALLER


def test_no_word_of_it_is_in_a_message_or_in_the_audit_log():
    text("Shots at our fair")

    assert "fair" not in str(list(Message.objects.values()))
    assert "fair" not in str(list(AuditEntry.objects.values()))
    assert CALLER not in str(list(AuditEntry.objects.values()))


def test_a_voicemail_becomes_a_request_with_or_without_words():
    first = voicemail("This is Sheriff Weaver", sender="(202) 555-0143")
    second = voicemail("", sender="+12025550188")

    assert first.assistance_request.call_number == "(202) 555-0143"
    assert second.state == "became_request"
    assert first.assistance_request != second.assistance_request


def test_the_words_of_a_voicemail_may_come_later():
    row = voicemail("", RecordingSid="RE1")

    voicemail("This is Sheriff Weaver", RecordingSid="RE1")

    row.refresh_from_db()
    assert row.text == "This is Sheriff Weaver"
    assert AssistanceRequest.objects.count() == 1
    voicemail("Something else", RecordingSid="RE1")
    row.refresh_from_db()
    assert row.text == "This is Sheriff Weaver"


def test_the_same_text_brought_again_is_one():
    for _ in range(3):
        text("Please call", MessageSid="SM7")

    assert (
        Inbound.objects.count() == AssistanceRequest.objects.count() == Alarm.objects.count() == 1
    )


def test_what_could_not_be_dealt_with_at_once_is_dealt_with_by_a_sweep():
    """As after a crash between the two commits."""
    Inbound.objects.create(
        channel=Channel.SMS,
        reference="sms:SM9",
        sender=CALLER,
        sender_normalized=CALLER,
        text="Please call",
        received_at=NOON,
    )

    assert inbound.deal_due(NOON) == 1
    assert inbound.deal_due(NOON) == 0

    assert ringing() == ["request_filed"]


def test_what_the_rules_stumble_over_comes_to_the_desk_in_the_end():
    row = Inbound.objects.create(
        channel=Channel.SMS,
        reference="sms:SM9",
        sender=CALLER,
        sender_normalized=CALLER,
        text="Please call",
        received_at=NOON,
        generation=inbound.TRIES,  # so often was it begun, and not finished
    )

    inbound.deal_due(NOON)

    row.refresh_from_db()
    assert (row.state, row.reason) == ("waiting", "unreadable")
    assert ringing() == ["inbox_waiting"]


# From somebody with an open request


def test_a_text_from_the_leader_is_added_and_the_owner_is_told():
    request = stories.taken()
    ContactPointFactory(person=request.owner.person, value="(202) 555-0101")

    row = text("We are at the high school now")

    assert (row.state, row.assistance_request) == ("added", request)
    assert promised("leader_wrote").values_list("person", flat=True)[0] == request.owner.person_id
    assert AssistanceRequest.objects.count() == 1


def test_a_second_text_from_the_same_number_is_added_to_what_the_first_became():
    first, second = text("Chief Moreno"), text("Call soon")

    assert second.state == "added"
    assert second.assistance_request == first.assistance_request
    assert not promised("leader_wrote").exists()  # nobody owns it yet: it rings


def test_what_comes_within_a_minute_is_told_together_and_not_forgotten():
    request = stories.taken()
    ContactPointFactory(person=request.owner.person, value="(202) 555-0101")

    for number in range(5):
        text(f"Part {number}")

    told = promised("leader_wrote").values_list("promised_for", flat=True)
    assert sorted(when - NOON for when in told) == [timedelta(0), timedelta(minutes=1)]
    assert Inbound.objects.filter(state="added").count() == 5


def test_a_delegate_speaks_for_the_leader():
    request = stories.taken()
    delegate = DelegateFactory(assistance_request=request)
    ContactPointFactory(person=delegate.person, channel=Channel.VOICE, value="(202) 555-0151")

    assert text(sender="+12025550151").assistance_request == request


def test_a_leader_whose_request_is_closed_asks_anew():
    request = stories.taken()
    closing.close(assistance_request=request, close_reason="met", by=request.owner, at=NOON)

    row = text("It happened again")

    assert row.state == "became_request"
    assert row.assistance_request != request


# From our own people


def test_an_advisors_text_waits_for_the_desk_and_who_is_on_duty_is_told():
    advisor, shift = reachable_advisor(), ShiftFactory()
    ContactPointFactory(person=shift.user.person, value="(202) 555-0101")

    row = text("I can’t take the call tonight")

    assert (row.state, row.reason, row.person) == ("waiting", "from_advisor", advisor.person)
    assert promised("advisor_wrote").values_list("person", flat=True)[0] == shift.user.person_id
    assert not AssistanceRequest.objects.exists()
    assert ringing() == []


def test_a_staff_members_text_waits_for_the_desk():
    ContactPointFactory(person=UserFactory(duty_officer=True).person)

    assert text("ok").reason == "from_staff"
    assert not AssistanceRequest.objects.exists()


# What a person has to look at


@pytest.mark.parametrize(
    ("sender", "body", "reason"),
    [
        ("", "Please call", "no_sender"),
        ("ALERTS", "Please call", "no_sender"),
        ("anonymous", "Please call", "no_sender"),
        (CALLER, "", "empty"),
        (CALLER, " \n\t ", "empty"),
        (CALLER, "\ufffd\ufffd\ufffd\ufffd hi", "unreadable"),
    ],
)
def test_what_cannot_be_understood_waits_and_rings(sender, body, reason):
    row = text(body, sender=sender)

    assert (row.state, row.reason) == ("waiting", reason)
    assert ringing() == ["inbox_waiting"]


@pytest.mark.parametrize("sender", ["", "+266696687", "Restricted", "unavailable", "+7378742833"])
def test_a_voicemail_from_a_hidden_number_waits_and_rings(sender):
    assert voicemail("Please help us", sender=sender).reason == "no_sender"
    assert ringing() == ["inbox_waiting"]


def test_a_hang_up_is_no_request():
    assert voicemail("", seconds="1").reason == "empty"


def test_much_that_waits_rings_once_until_somebody_has_looked_through():
    rows = [text("", sender=f"+120255501{number:02}") for number in range(4)]
    assert len(ringing()) == 1

    dana = stories.officer()
    for row in rows:
        inbox.nothing_to_do(inbound=row, by=dana, at=NOON)

    assert ringing() == []


def test_a_machines_short_number_is_put_aside():
    row = text("Your code is 482913", sender="72345")

    assert (row.state, row.reason) == ("put_aside", "automatic")
    assert ringing() == []


def test_a_text_from_our_own_number_is_put_aside():
    row = text("Please call", sender=settings.SMS_FROM)

    assert (row.state, row.reason) == ("put_aside", "ourselves")


# Odd input


@pytest.mark.parametrize(
    "body",
    ["🙏🏽👮‍♀️", "x" * 10_000, "Nul \x00 here", "שלום \u202e", "<script>alert(1)</script>", "'; --"],
)
def test_odd_words_are_kept_and_call(body):
    row = text(body)

    assert row.state == "became_request"
    assert row.text == body.replace("\x00", "").strip()


def test_without_an_identifier_the_same_thing_is_still_one():
    for _ in range(2):
        assert post(TEXT, {"From": CALLER, "Body": "Please call"}).status_code == 200
    assert post(TEXT, {}).status_code == 200

    assert Inbound.objects.count() == 2
    assert AssistanceRequest.objects.count() == 1


@pytest.mark.parametrize("seconds", ["", "-4", "soon", "9" * 40, "½"])
def test_an_odd_length_is_no_length(seconds):
    assert voicemail("Please call", seconds=seconds).seconds is None


def test_a_very_long_number_is_cut_and_waits():
    assert text(sender="+" + "9" * 400).reason == "no_sender"


def test_a_body_in_another_charset_is_refused_and_not_kept():
    fields = {"MessageSid": "SM1", "From": CALLER, "Body": "Señor"}
    answer = Client().generic(
        "POST",
        TEXT,
        "MessageSid=SM1&From=%2B12025550143&Body=Se%F1or",
        content_type="application/x-www-form-urlencoded; charset=iso-8859-1",
        headers={"X-Twilio-Signature": gateway.signature(settings.SITE_URL + TEXT, fields)},
    )

    assert answer.status_code == 400
    assert not Inbound.objects.exists()


def test_other_points_of_the_person_are_left_alone():
    row = text("Please call")

    assert set(
        ContactPoint.objects.filter(person=row.assistance_request.leader).values_list(
            "channel", flat=True
        )
    ) == {"voice", "sms"}
