"""Writing down what is needed, and how soon."""

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


def triage(
    *,
    assistance_request: AssistanceRequest,
    fields: dict[str, Any],
    urgency_override: str = "",
    override_reason: str = "",
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Keep what the call brought; compute the urgency, or take the override with its reason.

    Keys of `fields`: see FIELDS (model instances or codes for foreign keys, lists of codes for
    needs and incident_types). May be repeated at any time while the request is open.
    """
    raise NotImplementedError


def write_brief(
    *, assistance_request: AssistanceRequest, brief: str, by: User, at: datetime
) -> AssistanceRequest:
    """Write the situation brief, at most six lines, shown to each advisor who accepts."""
    raise NotImplementedError
