"""What the portal keeps about a request for help."""

from requests.models.assistance_request import (
    IS_OPEN,
    AssistanceRequest,
    ContactMode,
    FilingFor,
)
from requests.models.delegate import Delegate
from requests.models.emergency_access import EmergencyAccess, Verdict
from requests.models.engagement import ContactLog, Engagement
from requests.models.follow_up import FollowUp
from requests.models.goal import Goal, GoalStanding, ResponseGoal
from requests.models.history import CallLog, StateChange
from requests.models.identity import StatusCode, Verification
from requests.models.inbound import MAY_BE_SETTLED, Inbound, InboundReason, InboundState
from requests.models.inquiry import Inquiry, InquiryState, InquiryStep, ReadyBy
from requests.models.offer import IS_OPEN_OFFER, Offer, Outreach
from requests.models.records import RecordsAsk, RecordsKind, RecordsOutcome

__all__ = [
    "IS_OPEN",
    "IS_OPEN_OFFER",
    "MAY_BE_SETTLED",
    "AssistanceRequest",
    "CallLog",
    "ContactLog",
    "ContactMode",
    "Delegate",
    "EmergencyAccess",
    "Engagement",
    "FilingFor",
    "FollowUp",
    "Goal",
    "GoalStanding",
    "Inbound",
    "InboundReason",
    "InboundState",
    "Inquiry",
    "InquiryState",
    "InquiryStep",
    "Offer",
    "Outreach",
    "ReadyBy",
    "RecordsAsk",
    "RecordsKind",
    "RecordsOutcome",
    "ResponseGoal",
    "StateChange",
    "StatusCode",
    "Verdict",
    "Verification",
]
