"""What is read in a mail as it came, whoever or whatever wrote it."""

import uuid
from email.message import EmailMessage

import pytest

from mvai.outbox.inbound.mail import Kind, plain, read, without_history

HOST = "portal.example"


def reading(raw):
    return read(raw if isinstance(raw, bytes) else raw.replace("\n", "\r\n").encode(), host=HOST)


def letter(body="Please call", **headers):
    made = EmailMessage()
    made["From"] = "Chief Jane Doe <Jane.Doe@Agency.example>"
    made["Subject"] = "We need help"
    made["Message-ID"] = "<1@agency.example>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


def test_a_persons_mail():
    mail = reading(letter().as_bytes())

    assert (mail.name, mail.address) == ("Chief Jane Doe", "jane.doe@agency.example")
    assert (mail.subject, mail.text, mail.kind) == ("We need help", "Please call", Kind.PERSON)
    assert mail.identifier == "<1@agency.example>"
    assert not mail.had_attachments


@pytest.mark.parametrize(
    ("header", "value", "kind"),
    [
        ("Auto_Submitted", "auto-replied", Kind.AUTOMATIC),
        ("Auto_Submitted", "auto-generated (holiday)", Kind.AUTOMATIC),
        ("Auto_Submitted", "no", Kind.PERSON),
        ("Precedence", "bulk", Kind.AUTOMATIC),
        ("Precedence", "auto_reply", Kind.AUTOMATIC),
        ("Precedence", "list", Kind.LIST),
        ("Precedence", "first-class", Kind.PERSON),
        ("List_Id", "<chiefs.example>", Kind.LIST),
        ("List_Unsubscribe", "<mailto:off@list.example>", Kind.LIST),
        ("X_Autoreply", "yes", Kind.AUTOMATIC),
        ("Return_Path", "<>", Kind.BOUNCE),
        ("Return_Path", "<jane@agency.example>", Kind.PERSON),
    ],
)
def test_machines_say_that_they_are_machines(header, value, kind):
    assert reading(letter(**{header: value}).as_bytes()).kind is kind


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("Yes, please.\n\nOn Mon, Nov 23, 2026 Dana wrote:\n> Shall we call?\n", "Yes, please."),
        ("On Mon, Nov 23, 2026 Dana wrote:\n> Shall we?\nYes, please.", "Yes, please."),
        (
            "Yes.\n\nOn Mon, Nov 23, 2026 at 5:00 PM Dana\n<portal@mvai.example> wrote:\n\nOld",
            "Yes.",
        ),
        ("Sí.\n\nEl lun, 23 nov 2026, Dana escribió:\n> ¿Llamamos?", "Sí."),
        ("Yes.\n\n-----Original Message-----\nFrom: Dana\nOld words", "Yes."),
        ("Yes.\n________________________________\nFrom: Dana\nSent: Monday\nTo: Me\n\nOld", "Yes."),
        ("See below\n\n---------- Forwarded message ---------\nIt happened", None),
        ("From: the heart\nWe thank you", None),
        ("On Monday the chief wrote: it is bad", None),
    ],
)
def test_quoted_history_is_cut_and_nothing_else(body, left):
    assert without_history(body) == (body.strip() if left is None else left)


def test_a_mail_of_quotes_alone_is_kept_whole():
    assert "Shall we" in reading(letter("> Shall we call?").as_bytes()).text


def test_html_becomes_words():
    page = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>Please&nbsp;call</p>"
        "<script>alert(1)</script><div>Tom &amp; Ann<br>now &lt;soon&gt;</div></body></html>"
    )

    assert plain(page).split("\n") == ["Please call", "Tom & Ann", "now <soon>"]
    made = EmailMessage()
    made["From"] = "a@b.example"
    made.set_content(page, subtype="html")
    assert reading(made.as_bytes()).text.startswith("Please call")


def test_attachments_are_noted_and_never_kept():
    made = letter()
    made.add_attachment(b"SECRET-BYTES" * 100, maintype="image", subtype="jpeg", filename="a.jpg")

    mail = reading(made.as_bytes())

    assert mail.had_attachments
    assert mail.text == "Please call"


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("iso-8859-1", "Señor".encode("latin-1"), "Señor"),
        ("no-such-charset", "Señor".encode(), "Señor"),
        ("utf-8", b"Se\xf1or", "Señor"),
        ("us-ascii", "Señor 🙏".encode(), "Señor 🙏"),
        ("utf-16", b"odd", "odd"),
    ],
)
def test_whatever_it_says_about_its_characters_it_is_read(charset, body, text):
    raw = f"From: a@b.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()

    assert reading(raw + body).text == text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 50,
        b"\r\n\r\n",
        b"From: \xff\xff\r\n\r\nHi",
        b"From: =?utf-8?b?!!!?= <a@b>\r\nSubject: =?x?q?y?=\r\n\r\nHi",
        b"From: " + b"a" * 100_000 + b"\r\n\r\nHi",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x--",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/report\r\n\r\nno parts",
        b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\n!!!!",
        b"Message-ID: \r\nReferences: <<<>>>\r\n\r\nHi",
        b"From: a@b, c@d\r\nFrom: e@f\r\n\r\nHi",
        b"Subject: " + b"=?utf-8?q?=20?= " * 5000 + b"\r\n\r\nHi",
    ],
)
def test_nothing_that_is_sent_stops_the_reading(raw):
    mail = reading(raw)

    assert mail.identifier
    assert len(mail.address) <= 254
    assert reading(raw).identifier == mail.identifier


def test_a_very_large_mail_is_read_as_far_as_its_beginning():
    assert len(reading(letter("x" * 70 + "\n").as_bytes() + b"y\r\n" * 2_000_000).text) < 300_000


def test_a_mail_of_ours_is_known_by_its_identifier():
    reference = uuid.uuid4()

    assert reading(letter(Message_ID=f"<{reference}@{HOST}>").as_bytes()).own == reference
    assert reading(letter(Message_ID=f"<{reference}@other.example>").as_bytes()).own is None
    answer = letter(In_Reply_To=f"<{reference}@{HOST}>").as_bytes()
    assert (reading(answer).own, reading(answer).answers) == (None, reference)


REPORT = """\
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Action: {action}
Status: {status}

--b
Content-Type: {returned}

Message-ID: <{reference}@portal.example>
Subject: MVAI

--b--
"""


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize(
    ("action", "status", "is_final"),
    [
        ("failed", "5.1.1", True),
        ("failed", "5.7.1 (refused)", True),
        ("failed", "", True),
        ("delayed", "4.4.1", False),
        ("failed", "4.4.1", False),
        ("delivered", "2.0.0", False),
        ("relayed", "2.0.0", False),
    ],
)
def test_a_report_says_which_mail_of_ours_and_whether_for_good(returned, action, status, is_final):
    reference = uuid.uuid4()

    mail = reading(
        REPORT.format(action=action, status=status, returned=returned, reference=reference)
    )

    assert mail.kind is Kind.BOUNCE
    assert (mail.bounce.about, mail.bounce.is_final) == (reference, is_final)


@pytest.mark.parametrize(
    ("subject", "is_final"),
    [
        ("failure notice", True),
        ("Warning: message delayed 24 hours", False),
        ("Mail delivery failed", True),
    ],
)
def test_a_bounce_in_words_alone_is_believed_unless_it_is_a_warning(subject, is_final):
    reference = uuid.uuid4()
    body = f"Hi, I wasn't able to deliver it.\n\n--- Below\n\nMessage-ID: <{reference}@{HOST}>\n"

    mail = reading(letter(body, Return_Path="<>", Subject=subject).as_bytes())

    assert (mail.bounce.about, mail.bounce.is_final) == (reference, is_final)


def test_a_bounce_of_somebody_elses_mail_is_about_nothing_of_ours():
    mail = reading(
        REPORT.format(
            action="failed", status="5.1.1", returned="message/rfc822", reference="x"
        ).replace("<x@portal.example>", "<a@other.example>")
    )

    assert mail.bounce.about is None
