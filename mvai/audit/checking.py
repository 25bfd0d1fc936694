"""Once a day the portal compares the whole log with its seals, a few at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from mvai.audit import acknowledging, chain, log, verifying
from mvai.audit.models import AuditPosition, AuditSeal

EVERY = timedelta(days=1)
STEP_EVERY = timedelta(minutes=1)
SEALS = 10  # in a step
KEPT = 20  # findings; the command lists all of them
POSITION = "checking"


def check_due(now: datetime) -> int:
    """A sweep, at work once a minute until the day's pass is done: how many seals it looked at."""
    last = AuditPosition.objects.filter(name=POSITION).first()
    if last is not None and last.at is not None and last.at <= now < last.at + STEP_EVERY:
        return 0
    if last is not None and not _is_due(last, now):
        return 0
    if last is None and not AuditSeal.objects.exists():
        return 0  # else the first pass would be done before there is anything to look at
    return check(now)


@transaction.atomic
def check(now: datetime) -> int:
    """Go on with the day's pass, or begin it; what does not agree is in its notes."""
    position = chain.held_position(POSITION)
    if position is None or not _is_due(position, now):
        return 0
    found: list[verifying.Finding] = []
    if not _is_underway(position):
        found += verifying.loose_ends()
        position.number, position.notes = 0, []
        position.began_at, position.ended_at = now, None
    looked = list(AuditSeal.objects.filter(number__gt=position.number)[:SEALS])
    before = AuditSeal.objects.filter(number=position.number).first()
    for one in looked:
        found += verifying.in_seal(one, before)
        before = one
        position.number = one.number
    if found:
        known = acknowledging.acknowledged()
        found = [one for one in found if one not in known]
    if found:
        position.found_at = position.found_at or now
        position.notes = [*position.notes, *([one.code, one.seal, one.entry] for one in found)]
    is_done = len(looked) < SEALS
    if is_done:
        if not position.notes:
            position.found_at = None
        log.record(
            verb="audit.checked", at=now, seals=position.number, findings=len(position.notes)
        )
        position.ended_at = now
    position.notes = position.notes[:KEPT]
    position.at = now
    position.save()
    return len(looked)


def is_unsound() -> bool:
    """Whether something that nobody has looked into was found by the last whole pass, or since."""
    return AuditPosition.objects.filter(name=POSITION, found_at__isnull=False).exists()


def _is_underway(position: AuditPosition) -> bool:
    return position.began_at is not None and position.ended_at is None


def _is_due(position: AuditPosition, now: datetime) -> bool:
    began = position.began_at
    return _is_underway(position) or began is None or not began <= now < began + EVERY
