"""Advisors who left go once no record of what they did is kept any more."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from advisors.models import Absence, Advisor, Expertise, IncidentLed, Window
from mvai.audit import purging
from mvai.audit.models import RetentionClass
from mvai.outbox.retiring import OWN, holds_one

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


def register() -> None:
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
