"""Who is on call, and the alarms that ring until somebody takes them."""

from mvai.duty.models.alarm import (
    LATEST,
    Alarm,
    AlarmStep,
    AlarmTurn,
    Audience,
    PlanStep,
    StepOutcome,
)
from mvai.duty.models.shift import DeskHours, DutyRole, Period, Shift
from mvai.duty.states import OPEN, RINGING, AlarmState

__all__ = [
    "LATEST",
    "OPEN",
    "RINGING",
    "Alarm",
    "AlarmState",
    "AlarmStep",
    "AlarmTurn",
    "Audience",
    "DeskHours",
    "DutyRole",
    "Period",
    "PlanStep",
    "Shift",
    "StepOutcome",
]
