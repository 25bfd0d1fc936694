"""Texts, voicemail and mail as the gateway and a mail server bring them."""

from email.message import EmailMessage
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client

from mvai.outbox.channels import gateway
from requests.models import Inbound

TEXT, VOICEMAIL = "/hooks/gateway/message/", "/hooks/gateway/voicemail/"
CALLER = "+12025550143"

_numbers = iter(range(1, 1_000_000))


def post(path, fields, *, signature=None, client=None):
    """A form as the gateway posts it, signed unless another signature is given."""
    given = gateway.signature(f"{settings.SITE_URL}{path}", fields)
    return (client or Client()).post(
        path, fields, headers={"X-Twilio-Signature": given if signature is None else signature}
    )


def text(body="Please call me", sender=CALLER, **fields):
    """A text to the program's number; what was kept of it, or None."""
    fields = {"MessageSid": f"SM{next(_numbers)}", "To": settings.SMS_FROM} | fields
    answer = post(TEXT, fields | {"From": sender, "Body": body})
    assert answer.status_code == 200
    return kept(f"sms:{fields['MessageSid']}")


def voicemail(words="", sender=CALLER, seconds="40", **fields):
    number = next(_numbers)
    fields = {
        "CallSid": f"CA{number}",
        "RecordingSid": f"RE{number}",
        "RecordingDuration": seconds,
        "TranscriptionText": words,
    } | fields
    answer = post(VOICEMAIL, fields | {"From": sender})
    assert answer.status_code == 200
    return kept(f"voice:{fields['RecordingSid']}")


def kept(reference):
    return Inbound.objects.select_related("assistance_request").filter(reference=reference).first()


def mail(
    body="Please call me. Jane Doe",
    sender="Chief Jane Doe <jane@agency.example>",
    subject="We need help",
    **headers,
):
    """One mail, in bytes; headers are named with underscores."""
    made = EmailMessage()
    made["From"], made["To"] = sender, "portal@mvai.example"
    made["Subject"] = subject
    made["Message-ID"] = headers.pop("message_id", f"<{next(_numbers)}@agency.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made.as_bytes()


def bounce(message, *, action="failed", status="5.1.1"):
    """What a mail server sends back when it can't deliver one of ours."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mail.example
To: portal@mvai.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <{next(_numbers)}@mail.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; nobody@agency.example
Action: {action}
Status: {status}

--b
Content-Type: message/rfc822

From: portal@mvai.example
To: nobody@agency.example
Subject: MVAI
Message-ID: <{message.reference}@{host()}>

Text

--b--
""".replace("\n", "\r\n").encode()


def host():
    """What our Message-IDs end with."""
    return urlsplit(settings.SITE_URL).hostname
