"""The end of a request, and its return."""

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


def close(
    *,
    assistance_request: AssistanceRequest,
    close_reason: str,
    note: str = "",
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Close with a coded reason: offers, engagements, follow-ups and alarms end with it."""
    raise NotImplementedError


def withdraw(
    *, assistance_request: AssistanceRequest, by: User | None = None, at: datetime
) -> AssistanceRequest:
    """The requester no longer wants it; `by` is None from the status page."""
    raise NotImplementedError


def reopen(
    *, assistance_request: AssistanceRequest, note: str, by: User, at: datetime
) -> AssistanceRequest:
    """Take a closed request up again, as its owner."""
    raise NotImplementedError
