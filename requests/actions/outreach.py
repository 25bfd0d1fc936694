"""Choosing advisors and asking them."""

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


def rank_advisors(*, assistance_request: AssistanceRequest, at: datetime) -> Ranking:
    """Every advisor, best first, with reasons; and those who can't be asked, with why."""
    raise NotImplementedError


def start(
    *,
    assistance_request: AssistanceRequest,
    lead: Advisor,
    alternate: Advisor | None = None,
    override_reason: str = "",
    by: User,
    at: datetime,
) -> Outreach:
    """Freeze the ranking and ask the chosen two. Refused until identity is confirmed."""
    raise NotImplementedError


def offer(
    *,
    assistance_request: AssistanceRequest,
    advisor: Advisor,
    role: str,
    override_reason: str = "",
    by: User,
    at: datetime,
) -> Offer:
    """Ask one more advisor: in the running round, or as a specialist beside the lead."""
    raise NotImplementedError


def stop(*, assistance_request: AssistanceRequest, by: User, at: datetime) -> AssistanceRequest:
    """Staff decide: stop asking, take open offers back."""
    raise NotImplementedError


def withdraw_offer(*, offer: Offer, by: User, at: datetime) -> Offer:
    """Take one open offer back; nobody else is asked in its place."""
    raise NotImplementedError
