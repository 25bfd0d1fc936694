"""An advisor at a leader's side."""

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


def log_contact(
    *,
    engagement: Engagement,
    mode: str,
    started_at: datetime,
    minutes: int,
    topics: list[str] = (),
    participants: str = "",
    note: str = "",
    by: User,
    at: datetime,
) -> ContactLog:
    """Keep one contact. The first one moves the request on to following up."""
    raise NotImplementedError


def step_back(*, engagement: Engagement, by: User, at: datetime) -> AssistanceRequest:
    """The advisor steps away, without a reason: the alternate takes over, or we ask again."""
    raise NotImplementedError


def end(*, engagement: Engagement, by: User, at: datetime) -> Engagement:
    """End an advisor's part: the work is done."""
    raise NotImplementedError
