"""STOP, START and HELP by text: what carriers promise to anybody who gets texts."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mvai.outbox import actions as outbox
from mvai.outbox.models import Message
from mvai.outbox.purposes import Purpose, register
from mvai.outbox.topics import Topic
from mvai.people import actions as people
from mvai.people.models import Channel, ContactPoint, Person
from mvai.web.numbers import number_words
from requests.models import Inbound
from requests.rules.inbound import Keyword, is_spanish

STOPPED = "texts_stopped"
STARTED = "texts_started"
HELPED = "texts_help"

_ANSWERS = {Keyword.STOP: STOPPED, Keyword.START: STARTED, Keyword.HELP: HELPED}


def obey(row: Inbound, keyword: Keyword, *, may_answer: bool, at: datetime) -> bool:
    """Do what the sender of `row` asked for; whether an answer was promised.

    STOP and START are about this number's texts, whoever holds it, and nothing else. They are
    obeyed however often they come; an answer follows what changed, and only if `may_answer`.
    """
    points = list(
        ContactPoint.objects.filter(channel=Channel.SMS, normalized=row.sender_normalized)
        .select_related("person")
        .order_by("pk")
    )
    if not points:
        points = [_first_point(row, at)]
    changed = points
    if keyword is Keyword.STOP:
        changed = [point for point in points if point.stopped_at is None]
    elif keyword is Keyword.START:
        changed = [
            people.start(contact_point=point, at=at)
            for point in points
            if point.stopped_at is not None
        ]
    if may_answer and changed:
        # Promised before the number is stopped, and to one of those who hold it: one text.
        outbox.enqueue(
            purpose=_ANSWERS[keyword],
            subject=row,
            people=[changed[0].person],
            points=changed[:1],
            channels=[Channel.SMS],
            at=at,
        )
    if keyword is Keyword.STOP:
        for point in changed:
            people.stop(contact_point=point, at=at)
    return may_answer and bool(changed)


def _first_point(row: Inbound, at: datetime) -> ContactPoint:
    """A number nobody here holds: the answer and the wish need somebody to belong to."""
    caller = Person.objects.create(
        full_name=_("Caller at %(number)s") % {"number": number_words(row.sender_normalized)},
        language="es" if is_spanish(row.text) else "en",
    )
    return people.add_contact_point(
        person=caller, channel=Channel.SMS, value=row.sender_normalized, at=at
    )


def _always(message: Message, now: datetime) -> str:
    return ""


def _our_number(message: Message) -> dict[str, str]:
    return {"number": settings.PROGRAM_NUMBER or settings.CALLS_COME_FROM}


def _leave_it(message: Message, at: datetime) -> None:
    """An answer that doesn't arrive is nothing for the desk: they asked by this very number."""


def register_purposes() -> None:
    common: dict[str, Any] = {
        "urgent": True,  # they are looking at the phone now
        "channels": (Channel.SMS,),
        "is_relevant": _always,
        "context": _our_number,
        "audience": "requester",
        "topic": Topic.UPDATES,
        "unreached": _leave_it,
    }
    register(
        Purpose(code=STOPPED, title=gettext_lazy("No more texts"), despite_stop=True, **common)
    )
    register(Purpose(code=STARTED, title=gettext_lazy("Texts again"), **common))
    register(Purpose(code=HELPED, title=gettext_lazy("Who we are"), despite_stop=True, **common))
