"""The only writer of an alarm's state."""

from datetime import datetime
from typing import Any

from mvai.accounts.models import User
from mvai.duty.models import Alarm, AlarmState, AlarmTurn
from mvai.duty.states import NEXT


class NoSuchMove(Exception):
    """The state table has no such move: whoever asked did not look at the alarm it had locked."""


def move(alarm: Alarm, *, to: AlarmState, at: datetime, by: User | None = None, **fields: Any):
    """Move a locked alarm to its next state, with what changes beside it, and write that down."""
    source = AlarmState(alarm.state)
    if to not in NEXT[source]:
        raise NoSuchMove(f"{source} to {to}")
    alarm.state = to
    for name, value in fields.items():
        setattr(alarm, name, value)
    alarm.save(update_fields=["state", *fields])
    AlarmTurn.objects.create(
        alarm=alarm, ringing=alarm.generation, source=source, target=to, by=by, at=at
    )
