"""The only writer of a request's state."""

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

from mvai.web.refusals import Refused


class MoveRefused(Refused):
    """The request is not, or no longer, ready for this."""


def make_move(
    *,
    name: str,
    assistance_request: AssistanceRequest,
    by: User | None,
    at: datetime,
    note: str = "",
    close_reason: str = "",
    fields: dict[str, Any] | None = None,
) -> AssistanceRequest:
    """Change a request's state: the only function in the project that does."""
    raise NotImplementedError
