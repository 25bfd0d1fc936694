"""Brings what waits in quarantine before the scanner; what it can't say today is asked again."""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from mvai.outbox import claims, doorbell
from resources.actions import attaching, scanner, stored
from resources.models import Attachment

TASK = "library.scan"
_LEASE = timedelta(seconds=scanner.LONGEST + 60)
_FIRST, _LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=30)


def sweep(now: datetime) -> int:
    """Ask a worker to see to it; where none hears, do one file here."""
    if not scanner.is_configured() or not _due(now):
        return 0
    return 1 if doorbell.ask(TASK) else work(now, batch=1)


def work(now: datetime, *, batch: int = 20, stretch: float = 60.0) -> int:
    """Scan what is due, one at a time; how many were decided."""
    done, began = 0, time.monotonic()
    while scanner.is_configured() and done < batch and time.monotonic() - began < stretch:
        moment = now + timedelta(seconds=time.monotonic() - began)
        if not (found := claims.take(_waiting(moment), now=moment, lease=_LEASE, batch=1)):
            break
        if not _scan(found[0], moment):
            break  # the scanner is away: whatever is next would meet the same
        done += 1
    return done


def _scan(claim: claims.Claim, now: datetime) -> bool:
    rows = claim.of(Attachment.objects.filter(state="quarantined"))
    waiting = rows.select_related("stored").first()
    if waiting is None or waiting.stored is None:
        return True
    try:
        is_clean = scanner.is_clean(stored.parts(waiting.stored))
    except scanner.NoAnswer:
        wait = min(_FIRST * 2 ** min(waiting.tries, 10), _LONGEST_WAIT)
        rows.update(due_at=now + wait, tries=F("tries") + 1, lease_until=None)
        return False
    with transaction.atomic():
        locked = rows.select_for_update(of=("self",)).select_related("edition").first()
        if locked is None:
            return True  # taken off meanwhile, or another worker's by now
        decide = attaching.found_clean if is_clean else attaching.found_something
        decide(locked, at=now)
    return True


def _waiting(now: datetime) -> QuerySet[Attachment]:
    return Attachment.objects.to_scan(now).order_by("pk")


def _due(now: datetime) -> bool:
    return _waiting(now).filter(Q(lease_until=None) | claims.lapsed(now)).exists()
