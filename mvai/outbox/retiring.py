"""Which messages, codes and people go when their time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mvai.audit import purging
from mvai.audit.models import AwardEnd, Purge, RetentionClass, RetentionPeriod
from mvai.outbox.models import (
    ArchivedMessage,
    Attempt,
    ChannelGate,
    Cycle,
    Heartbeat,
    Message,
    Proof,
    ProviderEvent,
    Room,
    Silence,
    Wish,
)
from mvai.outbox.states import UNDERWAY
from mvai.people.models import ContactPoint, Person

OWN = Q(legal_hold=True)


def holds_one(model: Any, field: str) -> Q:
    """Whether a row below, by its foreign key `field`, is held."""
    return Q(Exists(model._base_manager.filter(**{field: OuterRef("pk")}, legal_hold=True)))


def _of_somebody_held() -> Q:
    return Q(person__in=Person.objects.filter(legal_hold=True).values("pk"))


def _messages(cutoff: datetime) -> QuerySet[Any]:
    """Settled, and nothing was sent anew because of them that is still here."""
    sent_anew = Message.objects.filter(again_of=OuterRef("pk"))
    old = Message.objects.filter(~Exists(sent_anew), created_at__lt=cutoff)
    return old.exclude(state__in=UNDERWAY)


def _messages_held() -> Q:
    below = holds_one(Attempt, "message") | holds_one(ProviderEvent, "message")
    return OWN | _of_somebody_held() | below | purging.about_something_held()


def remove_messages(pks: list[int]) -> dict[str, int]:
    """Delete messages with what is known of their delivery; rows by table."""
    return purging.delete(
        Attempt._base_manager.filter(message__in=pks),
        ProviderEvent._base_manager.filter(message__in=pks),
        Message._base_manager.filter(pk__in=pks),
    )


def unnamed_people() -> QuerySet[Any]:
    """People whom nothing here names any more: what did name them is gone by now."""
    in_use = ContactPoint.objects.filter(
        purging.referenced(ContactPoint, but=[Proof]), person=OuterRef("pk")
    )
    named = purging.referenced(Person, but=[ContactPoint, Wish])
    return Person.objects.filter(~named, ~Exists(in_use))


def _people_held() -> Q:
    return (
        OWN
        | holds_one(ContactPoint, "person")
        | holds_one(Wish, "person")
        | holds_one(Proof, "contact_point__person")
    )


def remove_people(pks: list[int]) -> dict[str, int]:
    points = list(ContactPoint.objects.filter(person__in=pks).values_list("pk", flat=True))
    return purging.delete(
        Proof._base_manager.filter(contact_point__in=points),
        ContactPoint._base_manager.filter(pk__in=points),
        Wish._base_manager.filter(person__in=pks),
        Person._base_manager.filter(pk__in=pks),
    )


def simple_rule(
    name: str, label: Any, model: Any, moment: str, *, held: Any = None, **past: Any
) -> purging.Rule:
    """Rows of one table with nothing below them, by the age of one column."""
    return purging.Rule(
        name=name,
        label=label,
        retention=model.retention,
        past=lambda cutoff: model._base_manager.filter(**{f"{moment}__lt": cutoff}, **past),
        held=held or (lambda: OWN),
        remove=lambda pks: purging.delete(model._base_manager.filter(pk__in=pks)),
        models=(model,),
    )


def register() -> None:
    purging.register(
        purging.Rule(
            name="message",
            label=_("Messages"),
            retention=RetentionClass.MESSAGE,
            past=_messages,
            held=_messages_held,
            remove=remove_messages,
            models=(Message, Attempt, ProviderEvent),
            stage=1,
        )
    )
    purging.register(
        simple_rule(
            "archived_message",
            _("Messages in the archive"),
            ArchivedMessage,
            "created_at",
            held=lambda: OWN | _of_somebody_held() | purging.about_something_held(),
        )
    )
    purging.register(
        simple_rule("proof", _("Codes that prove a number or address"), Proof, "asked_at")
    )
    purging.register(simple_rule("cycle", _("Rounds of the test message"), Cycle, "ended_at"))
    purging.register(
        simple_rule("silence", _("Times in which messages stood still"), Silence, "ended_at")
    )
    purging.register(
        purging.Rule(
            name="person",
            label=_("People whom no record names any more"),
            retention=RetentionClass.PROGRAM_RECORD,
            past=lambda _cutoff: unnamed_people(),
            held=_people_held,
            remove=remove_people,
            models=(Person, ContactPoint, Wish),
            stage=3,
        )
    )
    now_only = _("One row for each thing as it is now; it holds no history.")
    for model in (Heartbeat, ChannelGate, RetentionPeriod):
        purging.keep(model, now_only)
    purging.keep(Room, _("An address of the program’s own chat, in use until it is turned off."))
    purging.keep(AwardEnd, _("It says from when everything else is counted."))
    purging.keep(Purge, _("Counts only: it shows that the rules were kept."))
