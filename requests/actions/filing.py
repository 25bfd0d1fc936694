"""Filing a request: two fields are enough."""

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


def file_request(
    *,
    attempt,
    call_name: str,
    call_number: str,
    details: dict[str, Any] | None = None,
    by: User | None = None,
    at: datetime,
) -> AssistanceRequest:
    """Keep a request, promise a call, ring the desk; asked twice with one attempt, keep one.

    `details` may hold what `add_details` takes. `by` is the member of staff who typed it in.
    """
    raise NotImplementedError


def add_details(
    *,
    assistance_request: AssistanceRequest,
    details: dict[str, Any],
    by: User | None = None,
    at: datetime,
) -> AssistanceRequest:
    """Add what the leader said after filing; what staff have written stays. Keys: DETAILS and "email"."""
    raise NotImplementedError
