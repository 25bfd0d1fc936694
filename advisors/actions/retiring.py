"""Advisors who left go once no record of what they did is kept any more."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from advisors.models import (
    Absence,
    Advisor,
    Confirmation,
    Expertise,
    IncidentLed,
    Prospect,
    ProspectNote,
    ProspectState,
    Window,
)
from mvai.audit import purging
from mvai.audit.models import RetentionClass
from mvai.outbox.models import ArchivedMessage, Message
from mvai.outbox.retiring import (
    OWN,
    holds_one,
    remove_messages,
    remove_people,
    unnamed_people,
)

BELOW: tuple[Any, ...] = (Window, Absence, Expertise, IncidentLed)
LINKS: list[Any] = [getattr(Advisor, field.name).through for field in Advisor._meta.many_to_many]


def _left(_cutoff: datetime) -> QuerySet[Any]:
    named = purging.referenced(Advisor, but=[*BELOW, *LINKS])
    return Advisor.objects.filter(~named, is_active=False)


def _held() -> Q:
    found = OWN
    for model in BELOW:
        found |= holds_one(model, "advisor")
    return found


def _remove(pks: list[int]) -> dict[str, int]:
    return purging.delete(
        IncidentLed.incident_types.through._base_manager.filter(incidentled__advisor__in=pks),
        *(model._base_manager.filter(advisor__in=pks) for model in BELOW),
        *(link._base_manager.filter(advisor__in=pks) for link in LINKS),
        Advisor._base_manager.filter(pk__in=pks),
    )


def _held_prospects() -> QuerySet[Prospect]:
    """Of prospects: they, who sent it, or anything below is under a legal hold."""
    held = Q(legal_hold=True) | Q(sent_by__legal_hold=True)
    held |= holds_one(ProspectNote, "prospect") | holds_one(Confirmation, "prospect")
    return Prospect.objects.filter(held)


def _about_one_held() -> Q:
    """Of a message: it asked about a prospect that is held."""
    asked = Confirmation.objects.filter(prospect__in=_held_prospects().values("pk"))
    return Q(subject_type=Confirmation._meta.label_lower, subject_id__in=asked.values("pk"))


def _remove_confirmations(pks: list[int]) -> dict[str, int]:
    """The links; and what nobody confirmed, with its sender and the letter to them."""
    rows = Confirmation.objects.filter(pk__in=pks)
    unconfirmed = Prospect.objects.filter(confirmation__in=rows, state=ProspectState.NEW)
    prospects = list(unconfirmed.values_list("pk", flat=True))
    senders = list(unconfirmed.values_list("sent_by", flat=True))
    about = {"subject_type": Confirmation._meta.label_lower, "person__in": senders}
    letters = Message.objects.filter(**about, subject_id__in=pks)
    archived = ArchivedMessage.objects.filter(**about, subject_id__in=pks)
    counts = remove_messages(list(letters.values_list("pk", flat=True)))
    more = purging.delete(
        ArchivedMessage._base_manager.filter(pk__in=list(archived.values_list("pk", flat=True))),
        Confirmation._base_manager.filter(pk__in=pks),
        Prospect._base_manager.filter(pk__in=prospects),
    )
    nobody = unnamed_people().filter(pk__in=senders, legal_hold=False)
    last = remove_people(list(nobody.values_list("pk", flat=True)))
    return {
        table: counts.get(table, 0) + more.get(table, 0) + last.get(table, 0)
        for table in (counts | more | last)
    }


def _remove_prospects(pks: list[int]) -> dict[str, int]:
    mine = {"prospect__in": pks}
    return purging.delete(
        ProspectNote._base_manager.filter(**mine),
        Confirmation._base_manager.filter(**mine),
        Prospect._base_manager.filter(pk__in=pks),
    )


def register() -> None:
    purging.hold_what_is_about(_about_one_held)
    purging.register(
        purging.Rule(
            name="unconfirmed",
            label=_("Offers to help that nobody confirmed, and used links"),
            retention=RetentionClass.UNCONFIRMED,
            past=lambda cutoff: Confirmation.objects.filter(asked_at__lt=cutoff),
            held=lambda: OWN | Q(prospect__in=_held_prospects().values("pk")),
            remove=_remove_confirmations,
            models=(Confirmation,),
        )
    )
    purging.register(
        purging.Rule(
            name="prospect",
            label=_("People who offered to help, or were named"),
            retention=RetentionClass.PROGRAM_RECORD,
            past=lambda cutoff: Prospect.objects.filter(state_at__lt=cutoff),
            held=lambda: Q(pk__in=_held_prospects().values("pk")),
            remove=_remove_prospects,
            models=(Prospect, ProspectNote),
        )
    )
    purging.register(
        purging.Rule(
            name="advisor",
            label=_("Advisors who left"),
            retention=RetentionClass.PROGRAM_RECORD,
            past=_left,
            held=_held,
            remove=_remove,
            models=(Advisor, *BELOW),
        )
    )
