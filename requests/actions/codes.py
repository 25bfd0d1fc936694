"""The one-time code that opens the status page."""

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


def send_code(*, assistance_request: AssistanceRequest, at: datetime) -> StatusCode | None:
    """Send a fresh code by text and e-mail; None when neither can be reached or too many were sent."""
    raise NotImplementedError


def enter_code(*, assistance_request: AssistanceRequest, code: str, at: datetime) -> StatusCode:
    """Check what was typed: single use, a quarter of an hour, five wrong tries. Raises Refused."""
    raise NotImplementedError
