"""By when each thing should have happened (product.md, "Targets to measure"). Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from requests.models import Goal
from requests.rules.follow_ups import working_day
from requests.states import Urgency

ACKNOWLEDGED_WITHIN = timedelta(minutes=5)
CALLED_WITHIN = timedelta(minutes=15)

# By urgency, from filing: a duration, or a number of business days.
_MATCHED: dict[str, timedelta | int] = {
    Urgency.CRITICAL: timedelta(hours=1),
    Urgency.URGENT: timedelta(hours=4),
    Urgency.STANDARD: 1,
    Urgency.PREP: 2,
}
_CONTACTED: dict[str, timedelta | int] = {
    Urgency.CRITICAL: timedelta(hours=2),
    Urgency.URGENT: timedelta(hours=24),
    Urgency.STANDARD: 5,
    Urgency.PREP: 10,
}


def goals_at_filing(*, at: datetime, call_by: datetime | None) -> dict[Goal, datetime]:
    """What is promised to everyone. `call_by` is what the page told the leader, where it did."""
    called = call_by or at + CALLED_WITHIN
    return {
        # While the desk is closed nobody is expected to be there before the promised hour.
        Goal.ACKNOWLEDGED: called - (CALLED_WITHIN - ACKNOWLEDGED_WITHIN),
        Goal.CALLED: called,
    }


def goals_after_triage(*, urgency: str, filed_at: datetime, zone: str) -> dict[Goal, datetime]:
    """What is promised once the urgency is known, in the agency's own business days."""
    return {
        Goal.MATCHED: _after(_MATCHED[urgency], filed_at, zone),
        Goal.CONTACTED: _after(_CONTACTED[urgency], filed_at, zone),
    }


def _after(wait: timedelta | int, start: datetime, zone: str) -> datetime:
    if isinstance(wait, timedelta):
        return start + wait
    return end_of_business_day(wait, start, zone)


def end_of_business_day(days: int, start: datetime, zone: str) -> datetime:
    """5 p.m. where the agency is, so many business days after `start`."""
    day = start.astimezone(ZoneInfo(zone)).date()
    for _each in range(days):
        day = working_day(day + timedelta(days=1))
    return datetime.combine(day, time(17, 0), tzinfo=ZoneInfo(zone))
