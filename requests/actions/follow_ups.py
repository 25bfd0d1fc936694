"""Planned contacts: rows with an owner and a due time."""

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


def plan(*, engagement: Engagement, at: datetime) -> list[FollowUp]:
    """Write the standard plan; what is already planned or past is left alone."""
    raise NotImplementedError


def mark_due(now: datetime) -> int:
    """A sweep: planned contacts whose time has come are due, and their owners are told."""
    raise NotImplementedError


def done(*, follow_up: FollowUp, note: str = "", by: User, at: datetime) -> FollowUp:
    """It was done. The last contact creates the next, a year on."""
    raise NotImplementedError


def move(*, follow_up: FollowUp, due_at: datetime, note: str, by: User, at: datetime) -> FollowUp:
    """Another day, with the reason; returns the new one."""
    raise NotImplementedError


def skip(*, follow_up: FollowUp, note: str = "", by: User, at: datetime) -> FollowUp:
    """Not this time. The last contact creates the next all the same."""
    raise NotImplementedError


def stop(*, assistance_request: AssistanceRequest, note: str = "", by: User, at: datetime) -> int:
    """The agency says stop: every open follow-up ends; how many did."""
    raise NotImplementedError
