"""Which alarms and shifts go when their time is over."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mvai.audit import purging
from mvai.audit.models import RetentionClass
from mvai.duty.models import Alarm, AlarmStep, AlarmTurn, DeskHours, PlanStep, Shift
from mvai.outbox.retiring import OWN, holds_one, simple_rule


def _alarms(cutoff: datetime) -> QuerySet[Any]:
    return Alarm.objects.filter(settled_at__lt=cutoff)


def _alarms_held() -> Q:
    below = holds_one(AlarmTurn, "alarm") | holds_one(AlarmStep, "alarm")
    return OWN | below | purging.about_something_held()


def _remove_alarms(pks: list[int]) -> dict[str, int]:
    return purging.delete(
        AlarmTurn._base_manager.filter(alarm__in=pks),
        AlarmStep._base_manager.filter(alarm__in=pks),
        Alarm._base_manager.filter(pk__in=pks),
    )


def register() -> None:
    purging.register(
        purging.Rule(
            name="alarm",
            label=_("Alarms"),
            retention=RetentionClass.PROGRAM_RECORD,
            past=_alarms,
            held=_alarms_held,
            remove=_remove_alarms,
            models=(Alarm, AlarmTurn, AlarmStep),
        )
    )
    purging.register(simple_rule("shift", _("Shifts"), Shift, "ends_at"))
    today = _("How the desk works today; it holds no history.")
    purging.keep(DeskHours, today)
    purging.keep(PlanStep, today)
