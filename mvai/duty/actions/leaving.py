"""Somebody stops working the desk: what they had on hand is the desk's again."""

from datetime import datetime

from django.db import transaction

from mvai.accounts.models import User
from mvai.audit import log
from mvai.duty.actions import alarms
from mvai.duty.models import Alarm, AlarmState, Shift


@transaction.atomic
def release(*, user: User, by: User, at: datetime) -> None:
    """Give back the alarms that `user` has, end a running shift, and free the ones ahead.

    The alarms ring again; the roster shows the gap. Past shifts stay on record, and of a freed
    one the log keeps the role and the times.
    """
    having = Alarm.objects.filter(state=AlarmState.TAKEN, taken_by=user).order_by("pk")
    for alarm in having.select_for_update(of=("self",)):
        alarms.release(alarm, by=by, at=at)
    ahead = Shift.objects.filter(user=user, ends_at__gt=at).order_by("pk")
    for shift in ahead.select_for_update(of=("self",)):
        log.record(
            verb="shift.released",
            target=shift,
            by=by,
            at=at,
            role=shift.role,
            starts=shift.starts_at,
            ends=shift.ends_at,
        )
        if shift.starts_at < at:
            shift.ends_at = at
            shift.save(update_fields=["ends_at"])
        else:
            shift.delete()
