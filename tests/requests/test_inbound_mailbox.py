"""The program's mailbox over IMAP: looked into once a minute, every mail taken once."""

import email
import email.policy
import socket
import threading
from datetime import timedelta

import pytest

from mvai.audit import where
from mvai.outbox import inbound as incoming
from mvai.outbox.models import Heartbeat, Message
from mvai.outbox.states import MessageState
from mvai.people.models import Channel
from mvai.site.sink.mailbox import Mailbox, MailboxServer
from requests.actions import mailbox
from requests.models import AssistanceRequest, Inbound
from tests.factories import NOON
from tests.factories.outbox import MessageFactory
from tests.factories.people import ContactPointFactory
from tests.factories.requests import reachable_advisor
from tests.requests import stories
from tests.requests.inbound_stories import bounce, host, mail
from tests.together import at_once

pytestmark = pytest.mark.django_db

ADDRESS = "portal@mvai.example"


@pytest.fixture
def post(settings):
    """A mail server on this machine, with our mailbox."""
    server = MailboxServer(Mailbox(ADDRESS))
    server.start()
    settings.INBOX_URL = f"imap://portal%40mvai.example:demonstration@127.0.0.1:{server.port}"
    settings.INBOX_ADDRESS = ADDRESS
    yield server.mailbox
    server.stop()


def look(at=NOON):
    return mailbox.look(at)


def message(**given):
    point = ContactPointFactory(channel=Channel.EMAIL, value="a@agency.example")
    return MessageFactory(
        **{"contact_point": point, "state": MessageState.HANDED_OVER, "urgent": False} | given
    )


def test_a_mail_becomes_a_request_that_knows_the_address(post):
    post.deliver(mail("Please call me at 202 555 0143.", subject="Shots at our fair"))

    assert look() == 1

    made = AssistanceRequest.objects.get()
    row = Inbound.objects.get()
    assert (made.call_name, made.call_number) == ("Chief Jane Doe", "jane@agency.example")
    assert (row.state, row.subject) == ("became_request", "Shots at our fair")
    assert made.leader.contact_points.filter(channel="email").get().value == "jane@agency.example"
    assert post.unread() == []


def test_nothing_new_is_nothing_to_do(post):
    assert look() == 0
    assert Heartbeat.objects.last(mailbox.HEARD) == NOON


def test_the_leaders_mail_is_added_to_their_request(post):
    request = stories.taken(details={"email": "Jane@agency.example"})
    post.deliver(mail("One more thing.\n\nOn Mon, Nov 23, 2026 MVAI wrote:\n> We have it"))

    look()

    row = Inbound.objects.get()
    assert (row.state, row.assistance_request, row.text) == ("added", request, "One more thing.")


def test_an_answer_from_another_address_belongs_to_whom_we_wrote(post):
    request = stories.taken(details={"email": "jane@agency.example"})
    ours = Message.objects.get(purpose="request_received", channel="email")
    post.deliver(
        mail(sender="Jane <jane@home.example>", In_Reply_To=f"<{ours.reference}@{host()}>")
    )

    look()

    assert Inbound.objects.get().assistance_request == request


def test_an_advisors_mail_waits_for_the_desk(post):
    advisor = reachable_advisor()
    ContactPointFactory(person=advisor.person, channel="email", value="ellen@advisor.example")
    post.deliver(mail(sender="ellen@advisor.example"))

    look()

    assert Inbound.objects.get().reason == "from_advisor"
    assert not AssistanceRequest.objects.exists()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (mail(Auto_Submitted="auto-replied"), "automatic"),
        (mail(List_Id="<chiefs.example>"), "mailing_list"),
        (mail(sender=ADDRESS), "ourselves"),
        (mail(sender="MVAI <PORTAL@mvai.example>"), "ourselves"),
    ],
)
def test_machines_and_ourselves_are_put_aside_with_the_reason(post, raw, reason):
    post.deliver(raw)

    look()

    row = Inbound.objects.get()
    assert (row.state, row.reason) == ("put_aside", reason)
    assert not AssistanceRequest.objects.exists()
    assert post.unread() == []


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (mail("", subject=""), "empty"),
        (b"Subject: hi\r\n\r\nPlease call", "no_sender"),
        (b"\xff\xfe\x00", "no_sender"),
    ],
)
def test_what_cannot_be_understood_waits_for_the_desk(post, raw, reason):
    post.deliver(raw)

    look()

    assert (Inbound.objects.get().state, Inbound.objects.get().reason) == ("waiting", reason)


def test_a_mail_with_a_picture_says_that_there_was_one(post):
    made = email.message_from_bytes(mail(), policy=email.policy.default)
    made.add_attachment(b"x" * 900_000, maintype="image", subtype="jpeg", filename="scene.jpg")
    post.deliver(made.as_bytes())

    look()

    row = Inbound.objects.get()
    assert row.had_attachments
    assert row.text == "Please call me. Jane Doe"


# Bounces, and our own mail


def test_a_bounce_settles_the_message_as_failed(post):
    sent = message()
    post.deliver(bounce(sent))

    look()

    sent.refresh_from_db()
    assert (sent.state, sent.not_sent_reason) == ("failed", "unknown_recipient")
    assert (Inbound.objects.get().state, Inbound.objects.get().reason) == ("put_aside", "bounce")
    assert not AssistanceRequest.objects.exists()


@pytest.mark.parametrize(
    ("state", "after"),
    [("handed_over", "failed"), ("unknown", "failed"), ("delivered", "delivered")],
)
def test_a_bounce_moves_a_message_forward_only(post, state, after):
    sent = message(state=state)
    for _ in range(2):
        post.deliver(bounce(sent))

    look()

    sent.refresh_from_db()
    assert sent.state == after


def test_a_mail_that_is_only_late_has_not_failed(post):
    sent = message()
    post.deliver(bounce(sent, action="delayed", status="4.4.1"))

    look()

    sent.refresh_from_db()
    assert sent.state == "handed_over"


def test_a_bounce_of_what_we_never_sent_moves_nothing(post):
    sent = MessageFactory.build(contact_point=None, subject_id=1, person=None, channel="email")
    post.deliver(bounce(sent))

    look()

    assert Inbound.objects.get().reason == "bounce"


def test_our_own_mail_coming_round_is_reported_and_not_kept(post):
    sent, found = message(), []
    incoming.when_own_mail_returns(lambda reference, at: found.append((reference, at)))
    raw = mail(
        sender=ADDRESS,
        message_id=f"<{sent.reference}@{host()}>",
        Auto_Submitted="auto-generated",
    )
    post.deliver(raw)

    look()

    assert found == [(sent.reference, NOON)]
    assert not Inbound.objects.exists()
    assert post.unread() == []


# Faults


def test_a_crash_before_the_mail_was_marked_repeats_nothing(post):
    post.deliver(mail())
    post.manners.hangs_up_at = "STORE"
    look()
    assert post.unread() == [1]

    post.manners.hangs_up_at = ""
    look(NOON + timedelta(minutes=1))

    assert post.unread() == []
    assert AssistanceRequest.objects.count() == Inbound.objects.count() == 1


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
@pytest.mark.parametrize("manner", ["refuses", "hangs_up_at"])
def test_a_server_that_fails_at_any_step_loses_nothing(post, command, manner):
    post.deliver(mail())
    setattr(post.manners, manner, command)

    look()
    post.manners = type(post.manners)()
    look(NOON + timedelta(minutes=1))

    assert AssistanceRequest.objects.count() == 1
    assert post.unread() == []


def test_one_mail_that_cannot_be_marked_holds_up_no_other_for_long(post):
    for number in range(3):
        post.deliver(mail(message_id=f"<{number}@agency.example>", sender=f"a{number}@b.example"))
    post.manners.hangs_up_at = "STORE"

    for minute in range(2):
        look(NOON + timedelta(minutes=minute))

    assert Inbound.objects.count() == 1  # the next comes when the server is well again
    post.manners.hangs_up_at = ""
    look(NOON + timedelta(minutes=5))
    assert Inbound.objects.count() == 3


@pytest.mark.parametrize(
    "wrong", ["127.0.0.1:1", "127.0.0.1:{port}/Other", "user:bad@127.0.0.1:{port}"]
)
def test_a_mailbox_that_is_not_there_is_tried_again_later(post, settings, wrong):
    port = settings.INBOX_URL.rsplit(":", 1)[1]
    settings.INBOX_URL = "imap://" + wrong.format(port=port)

    assert look() == 0
    assert Heartbeat.objects.last(mailbox.HEARD) is None


def test_a_server_that_hangs_is_given_up(post, settings):
    """The time-out is each step's; here a step may take a moment only."""
    post.deliver(mail())
    post.manners.hangs_at = "SEARCH"

    with (
        pytest.raises(incoming.MailboxFailed),
        incoming.Mailbox.opened(settings.INBOX_URL, seconds=0.3) as opened,
    ):
        opened.unread()


def test_a_server_that_never_says_hello_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with (
            pytest.raises(incoming.MailboxFailed),
            incoming.Mailbox.opened(f"imap://a:b@127.0.0.1:{port}", seconds=0.3),
        ):
            raise AssertionError("it never said hello")


# Who looks, and when


def test_without_a_mailbox_nobody_looks(settings):
    settings.INBOX_URL = ""

    assert mailbox.poll(NOON) == 0
    assert not Heartbeat.objects.exists()


def test_it_is_looked_into_at_most_once_a_minute(post):
    post.deliver(mail(message_id="<1@a.example>"))
    assert mailbox.poll(NOON) == 1
    post.deliver(mail(message_id="<2@a.example>"))

    assert mailbox.poll(NOON + timedelta(seconds=59)) == 0
    assert mailbox.poll(NOON + timedelta(seconds=60)) == 1


def test_a_clock_that_is_set_back_does_not_close_it(post):
    mailbox.poll(NOON)
    post.deliver(mail())

    assert mailbox.poll(NOON - timedelta(days=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_several_who_sweep_at_once_one_looks(post):
    for number in range(3):
        post.deliver(mail(message_id=f"<{number}@a.example>", sender=f"a{number}@b.example"))

    answers = at_once(*[lambda: mailbox.poll(NOON)] * 4)

    assert sorted(answers) == [0, 0, 0, 3]


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_not_wait_for_a_mail_server_that_hangs(post):
    post.deliver(mail())
    post.manners.hangs_at = "LOGIN"

    with where.via("worker"):
        assert mailbox.poll(NOON) == 0

    beside = [one for one in threading.enumerate() if one.name == "mailbox"]
    assert len(beside) == 1  # it still waits there, and we are here
    post.manners.hangs_at = ""
    beside[0].join(30)


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_the_mail_beside_its_work(post):
    post.deliver(mail())

    with where.via("worker"):
        mailbox.poll(NOON)
    for one in threading.enumerate():
        if one.name == "mailbox":
            one.join(30)

    assert AssistanceRequest.objects.count() == 1
