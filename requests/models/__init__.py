"""What the portal keeps about a request for help."""

from requests.models.agreed_time import PROPOSALS, AgreedTime
from requests.models.approach import Approach, ApproachTry
from requests.models.assistance_request import (
    IS_OPEN,
    AssistanceRequest,
    ContactMode,
    FilingFor,
)
from requests.models.contact_change import ChangeOutcome, ContactChange
from requests.models.delegate import Delegate
from requests.models.emergency_access import EmergencyAccess, Verdict
from requests.models.engagement import ContactLog, Engagement
from requests.models.follow_up import FollowUp
from requests.models.goal import Goal, GoalStanding, ResponseGoal
from requests.models.history import CallLog, StateChange
from requests.models.identity import IdentityCode, IdentityTry, StatusCode, Verification
from requests.models.inbound import MAY_BE_SETTLED, Inbound, InboundReason, InboundState
from requests.models.inquiry import Inquiry, InquiryState, InquiryStep, ReadyBy
from requests.models.offer import IS_OPEN_OFFER, Offer, Outreach
from requests.models.promise import CallPromise, CallStart
from requests.models.records import RecordsAsk, RecordsKind, RecordsOutcome
from requests.models.sent_item import SentItem
from requests.models.shared_checklist import SharedChecklist
from requests.models.talk import Concern, DeskMessage, Side

__all__ = [
    "IS_OPEN",
    "IS_OPEN_OFFER",
    "MAY_BE_SETTLED",
    "PROPOSALS",
    "AgreedTime",
    "Approach",
    "ApproachTry",
    "AssistanceRequest",
    "CallLog",
    "CallPromise",
    "CallStart",
    "ChangeOutcome",
    "Concern",
    "ContactChange",
    "ContactLog",
    "ContactMode",
    "Delegate",
    "DeskMessage",
    "EmergencyAccess",
    "Engagement",
    "FilingFor",
    "FollowUp",
    "Goal",
    "GoalStanding",
    "IdentityCode",
    "IdentityTry",
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
    "SentItem",
    "SharedChecklist",
    "Side",
    "StateChange",
    "StatusCode",
    "Verdict",
    "Verification",
]
