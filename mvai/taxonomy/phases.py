"""Which phase a request is in, from the time of the incident (domain.md 3.8)."""

from datetime import datetime, timedelta

from mvai.taxonomy.terms import PHASES

_STARTS: tuple[tuple[timedelta, str], ...] = tuple(
    (starts_after, code) for code, *_, starts_after, _ends in PHASES if starts_after is not None
)


def phase_at(happened_at: datetime | None, now: datetime) -> str:
    """The phase's code at `now`; "PREP" when nothing has happened, or not yet.

    Phases are half-open: an hour after the incident, to the second, is DAY1.
    """
    if happened_at is None or happened_at > now:
        return "PREP"
    since = now - happened_at
    return [code for starts_after, code in _STARTS if starts_after <= since][-1]
