"""Puts a message into words: in the person's language and time zone, from its templates."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone, translation

from mvai.outbox import purposes, receipts
from mvai.outbox.channels.letters import Ending, Letter
from mvai.outbox.models import Message
from mvai.outbox.purposes import ALLOWED, Purpose
from mvai.outbox.states import NotSent
from mvai.people.models import Channel
from mvai.web import sealing


class NotWritten(Ending):
    """The text could not be prepared: a template or a value is missing."""

    reason = NotSent.NOT_WRITTEN


def write(message: Message) -> Letter:
    """The letter as it would leave now, or NotWritten: also for a purpose nobody registered.

    The message needs its contact point and its person.
    """
    try:
        return _letter(message, purposes.get(message.purpose))
    except DatabaseError:
        raise  # not the letter's fault: the claim lapses and it is written later
    except Exception as error:
        raise NotWritten(type(error).__name__) from error


def path_of(message: Message, purpose: Purpose) -> str:
    """The page a message leads to, on this site; "" when it leads to none."""
    return str(purpose.context(message).get("url", "")).removeprefix(settings.SITE_URL)


def _letter(message: Message, purpose: Purpose) -> Letter:
    person = message.person
    language = person.language if person else settings.LANGUAGE_CODE
    zone = ZoneInfo((person and person.time_zone) or settings.TIME_ZONE)
    with translation.override(language), timezone.override(zone):
        values = dict(purpose.context(message))
        if strangers := values.keys() - ALLOWED:
            raise ValueError(f"{purpose.code} may not say {', '.join(sorted(strangers))}")
        to, reference = _address(message), str(message.reference)
        if message.channel != Channel.EMAIL:
            text = _words(f"messages/{purpose.code}.sms.txt", values)
            return Letter(
                to=to,
                text=" ".join(text.split()),
                reference=reference,
                language=language,
                receipts_to=receipts.address(message),
                secret=sealing.unseal(message.room.secret) if message.room else "",
            )
        subject = " ".join(_words(f"messages/{purpose.code}.subject.txt", values).split())
        body = _words(f"messages/{purpose.code}.txt", values)
        frame = {
            "body": body,
            "subject": subject,
            "program_number": settings.PROGRAM_NUMBER,
            "award_number": settings.AWARD_NUMBER,
            "award_disclaimer": settings.AWARD_DISCLAIMER,
            "omb_number": settings.OMB_NUMBER,
            "omb_expires": settings.OMB_EXPIRES,
            "language": language,
        }
        return Letter(
            to=to,
            subject=subject,
            text=_words("messages/_layout.txt", frame) + "\n",
            html=render_to_string("messages/_layout.html", frame),
            reference=reference,
        )


def _address(message: Message) -> str:
    if message.channel == Channel.PORTAL:
        return ""
    if message.room is not None:
        return message.room.url
    if message.contact_point is None:
        raise ValueError("a message to nowhere has no text")
    return message.contact_point.normalized


def _words(template: str, values: dict) -> str:
    """Plain text: nothing in it is escaped as if it were HTML."""
    found = Engine.get_default().get_template(template)
    return found.render(Context(values, autoescape=False)).strip()
