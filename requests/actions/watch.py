"""Nothing is left alone."""

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


def find_unattended(now: datetime) -> int:
    """A sweep: ring for requests that nobody has, or that have no next action."""
    raise NotImplementedError
