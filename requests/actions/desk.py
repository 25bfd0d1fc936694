"""What the duty officer does with a request."""

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


def take(*, assistance_request: AssistanceRequest, by: User, at: datetime) -> AssistanceRequest:
    """ "I have it": the first to say so owns the request; the second is told who has it."""
    raise NotImplementedError


def give_back(
    *, assistance_request: AssistanceRequest, by: User, at: datetime, note: str = ""
) -> AssistanceRequest:
    """Return a request to the desk: it rings again."""
    raise NotImplementedError


def hand_over(
    *, assistance_request: AssistanceRequest, to: User, by: User, at: datetime, note: str = ""
) -> AssistanceRequest:
    """Make a colleague the owner, of the request and of its open follow-ups."""
    raise NotImplementedError


def log_call(
    *,
    assistance_request: AssistanceRequest,
    outcome: str,
    minutes: int = 0,
    note: str = "",
    by: User,
    at: datetime,
) -> CallLog:
    """Keep that the leader was called and how it went; sets the next action."""
    raise NotImplementedError


def confirm_identity(
    *, assistance_request: AssistanceRequest, method: str, note: str = "", by: User, at: datetime
) -> AssistanceRequest:
    """Keep how we know who the leader is. From now on advisors may be asked."""
    raise NotImplementedError


def not_confirmed(
    *, assistance_request: AssistanceRequest, note: str = "", by: User, at: datetime
) -> AssistanceRequest:
    """Keep that identity could not be confirmed; open offers are taken back."""
    raise NotImplementedError


def set_next_action(
    *,
    assistance_request: AssistanceRequest,
    code: str,
    due_at: datetime,
    note: str = "",
    by: User,
    at: datetime,
) -> AssistanceRequest:
    """Set what the owner does next, and by when."""
    raise NotImplementedError
