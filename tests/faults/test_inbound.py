"""What people send, through real processes: a signed webhook, a mail server, a crash."""

import smtplib
from email.message import EmailMessage

import pytest

from mvai.outbox.channels import gateway
from tests.faults.harness import Portal, portal, wait_until

ADDRESS = "portal@mvai.example"


@pytest.fixture
def quiet(tmp_path):
    """A portal in which nothing is delivered or swept yet."""
    with portal(tmp_path / "var", start=("sink", "web")) as one:
        yield one


def write(one: Portal, sender: str, **headers: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ADDRESS, "We need help"
    mail["Message-ID"] = f"<{sender}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Please call. 202 555 0143")
    with smtplib.SMTP("127.0.0.1", int(one.env["SINK_SMTP_PORT"])) as server:
        server.send_message(mail)


def requests(one: Portal) -> int:
    return one.scalar("SELECT count(*) FROM requests_assistancerequest")


def test_mail_written_while_everything_was_down_becomes_a_request_when_it_is_up(quiet):
    write(quiet, "jane@agency.example")
    write(quiet, "robot@agency.example", Auto_Submitted="auto-replied")

    quiet.start("worker", "routine", "beat")

    wait_until(lambda: requests(quiet) == 1, what="the mail is a request")
    wait_until(
        lambda: quiet.messages(to="jane@agency.example"), what="its writer hears that we have it"
    )
    assert quiet.scalar("SELECT count(*) FROM requests_inbound WHERE state = 'put_aside'") == 1


def test_a_worker_that_dies_with_the_mailbox_open_loses_nothing(quiet):
    for number in range(30):
        write(quiet, f"chief{number}@agency.example")
    quiet.start("worker", "routine", "beat")
    wait_until(
        lambda: quiet.scalar("SELECT count(*) FROM requests_inbound") > 3, what="it has begun"
    )

    quiet.kill("routine")
    quiet.kill("worker")
    # As if half a minute had passed: what the dead one was at is free, the mailbox is due.
    quiet.query("UPDATE requests_inbound SET lease_until = now() WHERE lease_until IS NOT NULL")
    quiet.query("UPDATE outbox_heartbeat SET at = at - interval '1 hour' WHERE name LIKE 'mail%'")
    quiet.manage("sweep")

    assert quiet.scalar("SELECT count(*) FROM requests_inbound") == 30
    assert quiet.scalar("SELECT count(*) FROM requests_inbound WHERE dealt_at IS NULL") == 0


def test_a_text_that_the_gateway_signed_rings_and_a_forged_one_does_not(quiet, settings):
    settings.SITE_URL, settings.GATEWAY_TOKEN = quiet.url, quiet.env["GATEWAY_TOKEN"]
    fields = {"MessageSid": "SM1", "From": "+12025550143", "Body": "Please call"}
    path = "/hooks/gateway/message/"
    signed = {gateway.SIGNATURE_HEADER: gateway.signature(quiet.url + path, fields)}

    assert quiet.http.post(path, data=fields).status_code == 403
    assert requests(quiet) == 0
    for _ in range(3):
        assert quiet.http.post(path, data=fields, headers=signed).status_code == 200

    assert requests(quiet) == 1
    assert quiet.scalar("SELECT count(*) FROM duty_alarm WHERE kind = 'request_filed'") == 1
