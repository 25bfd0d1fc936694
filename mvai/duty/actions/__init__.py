"""What is done with alarms, with the roster, with plans and with the desk's hours."""

from django.core.exceptions import PermissionDenied

from mvai.duty.actions.alarms import (
    RINGS_AGAIN_AFTER,
    AlarmSettled,
    AlarmTaken,
    give_back,
    ring,
    settle,
    settle_by_hand,
    take,
)
from mvai.duty.actions.shifts import (
    ShiftRefused,
    add_shift,
    change_shift,
    end_shift,
    remove_shift,
)
from mvai.duty.actions.steps import REPEATS_EVERY, run_due_steps
from mvai.duty.actions.waiting import bring_forward
from mvai.duty.actions.writing import change_hours, change_plan, restore_plan
from mvai.web.refusals import Refused

__all__ = [
    "REPEATS_EVERY",
    "RINGS_AGAIN_AFTER",
    "AlarmSettled",
    "AlarmTaken",
    "PermissionDenied",
    "Refused",
    "ShiftRefused",
    "add_shift",
    "bring_forward",
    "change_hours",
    "change_plan",
    "change_shift",
    "end_shift",
    "give_back",
    "remove_shift",
    "restore_plan",
    "ring",
    "run_due_steps",
    "settle",
    "settle_by_hand",
    "take",
]
