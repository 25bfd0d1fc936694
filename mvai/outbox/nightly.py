"""Once a night, a little at a time: what is past its period goes."""

import logging
from datetime import UTC, datetime

from mvai.audit import purging
from mvai.outbox.models import Heartbeat

HOURS = range(7, 11)  # UTC: 2 to 7 a.m. on the East Coast, 11 p.m. to 4 a.m. on the West Coast
HEARD_AS = "retention"

log = logging.getLogger(__name__)


def purge(now: datetime) -> int:
    """A sweep: remove one batch, until nothing is due tonight; how many records went.

    One rule that fails stops no other; it is tried again in the next night.
    """
    now = now.astimezone(UTC)
    if now.hour not in HOURS:
        return 0
    last = Heartbeat.objects.last(HEARD_AS)
    if last is not None and last.astimezone(UTC).date() >= now.date():
        return 0
    for rule in purging.registered():
        if removed := _run(rule, now):
            return removed  # the next sweep goes on
    Heartbeat.objects.beat(HEARD_AS, now)
    return 0


def _run(rule: purging.Rule, now: datetime) -> int:
    try:
        return purging.run_batch(rule, now)
    except Exception as error:
        # The class only: a message may quote a row.
        log.error("purge of %s failed: %s", rule.name, type(error).__name__)
        purging.note_failure(rule, now)
        return 0
