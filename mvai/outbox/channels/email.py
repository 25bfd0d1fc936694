"""E-mail over SMTP. No tracking, no pictures, nothing fetched from anywhere."""

import smtplib
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from mvai.outbox.channels.letters import Letter, NoAnswer, Receipt, Rejected, Taken, TryAgain
from mvai.outbox.states import NotSent

SECONDS = 5  # for each step of the conversation; all steps together stay within a lease


def send(letter: Letter, *, about_to: Callable[[], None]) -> str:
    """Hand the letter to the mail server; the Message-ID is the same at every attempt."""
    server = get_connection(timeout=SECONDS)
    mail = _mail(letter)
    try:
        server.open()
    except (smtplib.SMTPException, OSError) as error:
        raise TryAgain(_detail(error)) from None
    try:
        about_to()
        server.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        code = max((answer[0] for answer in error.recipients.values()), default=0)
        raise _refusal(code, NotSent.UNKNOWN_RECIPIENT) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, NotSent.REFUSED) from None
    except (smtplib.SMTPException, OSError) as error:
        raise NoAnswer(_detail(error)) from None
    finally:
        server.close()
    return str(mail.extra_headers["Message-ID"])


def ask(_letter: Letter, *, since: datetime) -> Receipt:
    """SMTP has no such question."""
    return Receipt(Taken.CANNOT_TELL)


def _mail(letter: Letter) -> EmailMultiAlternatives:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    mail = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        to=[letter.to],
        headers={
            "Message-ID": f"<{letter.reference}@{host}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday answers, please
            "X-Auto-Response-Suppress": "All",
        },
    )
    if letter.html:
        mail.attach_alternative(letter.html, "text/html")
    return mail


def _refusal(code: int, reason: NotSent) -> TryAgain | Rejected:
    return Rejected(f"SMTP {code}", reason) if code >= 500 else TryAgain(f"SMTP {code}")


def _detail(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"SMTP {code}" if code else type(error).__name__
