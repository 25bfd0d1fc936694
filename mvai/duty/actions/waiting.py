"""What waits for a closed desk rings sooner when somebody is there sooner than was known."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from mvai.audit import log
from mvai.duty import desk
from mvai.duty.actions import steps
from mvai.duty.models import Alarm

BATCH = 50


def bring_forward(now: datetime) -> int:
    """A sweep: how many alarms ring sooner now, after a new shift or new hours.

    Never later: a leader was told by when somebody calls. It looks at what is written rather
    than at who wrote it, so a shift that was added while a request was being filed counts too.
    """
    waiting = Alarm.objects.ringing().filter(rang_at__gt=now)
    if not waiting.exists():
        return 0
    standing = desk.standing(now)
    late = waiting.filter(rang_at__gt=standing.rings_from)
    found = list(late.order_by("rang_at").values_list("pk", flat=True)[:BATCH])
    return sum(_bring_forward(pk, standing) for pk in found)


@transaction.atomic
def _bring_forward(pk: int, standing: desk.Standing) -> bool:
    """Move one alarm and its steps, unless it was taken, moved or paged meanwhile."""
    alarm = (
        Alarm.objects.ringing()
        .filter(rang_at__gt=standing.rings_from)
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=pk)
        .first()
    )
    # By another process's clock, which runs ahead of ours, it rings already.
    if alarm is None or steps.of(alarm).exclude(done_at=None).exists():
        return False
    sooner = alarm.rang_at - standing.rings_from
    alarm.rang_at = standing.rings_from
    alarm.save(update_fields=["rang_at"])
    steps.of(alarm).pending().update(due_at=F("due_at") - sooner)
    log.record(verb="alarm.brought_forward", target=alarm, at=standing.at, label=alarm.label)
    return True
