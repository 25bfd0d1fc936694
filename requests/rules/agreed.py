"""When leader and advisor are reminded of a time they agreed on. Pure."""

from datetime import datetime, timedelta

DAY_AHEAD = timedelta(hours=24)
SOON_AHEAD = timedelta(minutes=15)


def next_reminder(starts_at: datetime, *, at: datetime) -> datetime | None:
    """The next of the two reminders after `at`; None when both lie behind."""
    coming = (starts_at - DAY_AHEAD, starts_at - SOON_AHEAD)
    return next((moment for moment in coming if moment > at), None)


def is_worth_saying(starts_at: datetime, *, at: datetime) -> bool:
    """Whether a reminder that was held up still helps: the talk has not begun."""
    return at < starts_at
