"""An advisor's answers."""

from datetime import datetime, timedelta
from typing import Any

from advisors.matching import Ranking
from advisors.models import Advisor
from mvai.accounts.models import User
from requests.models import *  # noqa: F403
from requests.models import (
    AssistanceRequest,
    CallLog,
    ContactLog,
    Engagement,
    FollowUp,
    Offer,
    Outreach,
    StatusCode,
)


def mark_seen(*, offer: Offer, by: User, at: datetime) -> Offer:
    """The advisor has opened the offer. Call it from a POST or a signed-in page's beacon, not from GET."""
    raise NotImplementedError


def accept(*, offer: Offer, by: User, at: datetime) -> Engagement:
    """Yes: take a seat. Two acceptances at once never make two leads."""
    raise NotImplementedError


def decline(*, offer: Offer, by: User | None, at: datetime, kind: str = "not_now") -> Offer:
    """No, for free: not_now, not_this_kind or call_me. The next advisor is asked at once."""
    raise NotImplementedError


def expire_due(now: datetime) -> int:
    """A sweep: end the offers whose time is over and ask the next; how many ended."""
    raise NotImplementedError
