"""Who is on call, and the alarms that ring until somebody takes them."""

from mvai.duty.models.alarm import (
    OPEN,
    RINGING,
    Alarm,
    AlarmState,
    AlarmStep,
    Audience,
    PlanStep,
    StepOutcome,
)
from mvai.duty.models.shift import DeskHours, DutyRole, Period, Shift

__all__ = [
    "OPEN",
    "RINGING",
    "Alarm",
    "AlarmState",
    "AlarmStep",
    "Audience",
    "DeskHours",
    "DutyRole",
    "Period",
    "PlanStep",
    "Shift",
    "StepOutcome",
]
