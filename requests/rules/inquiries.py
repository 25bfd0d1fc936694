"""By when somebody answers a leader who wants to get ready, and what may become of it. Pure."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from requests.models import InquiryState
from requests.rules.goals import end_of_business_day

# product.md, "Targets to measure": PREP 2/10 business days.
ANSWERED_WITHIN = 2
ARRANGED_WITHIN = 10

# From where it may go to where. The desk may correct itself but for what is closed.
MOVES: dict[str, frozenset[str]] = {
    InquiryState.NEW: frozenset(
        {InquiryState.ANSWERED, InquiryState.ARRANGED, InquiryState.CLOSED}
    ),
    InquiryState.ANSWERED: frozenset({InquiryState.ARRANGED, InquiryState.CLOSED}),
    InquiryState.ARRANGED: frozenset({InquiryState.ANSWERED, InquiryState.CLOSED}),
    InquiryState.CLOSED: frozenset(),
}

# What they may want to be ready for. A peer to talk to is among it; a date that comes is not.
FOR_NEEDS = (
    "LEADER",
    "INCIDENT",
    "MEDIA",
    "INVEST",
    "VICTIMS",
    "WELLNESS",
    "COMMUNITY",
    "VOLUNTEERS",
    "PROSECUTE",
    "OFFICIALS",
    "INFRA",
    "AAR",
    "FUNDING",
)


def answer_by(at: datetime, zone: str) -> datetime:
    return end_of_business_day(ANSWERED_WITHIN, at, zone)


def arrange_by(at: datetime, zone: str) -> datetime:
    return end_of_business_day(ARRANGED_WITHIN, at, zone)


def end_of_day(day: date, zone: str) -> datetime:
    """5 p.m. of that day where the desk is."""
    return datetime.combine(day, time(17), tzinfo=ZoneInfo(zone))
