"""What the database refuses, constraint by constraint: for test_constraints.py."""

from datetime import timedelta

from django.db import models

from requests.states import (
    EngagementState,
    FollowUpState,
    OutreachState,
    State,
)
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.doors import InboundFactory, InquiryFactory
from tests.factories.requests import (
    AgreedTimeFactory,
    ApproachFactory,
    ApproachTryFactory,
    AssistanceRequestFactory,
    CallLogFactory,
    CallPromiseFactory,
    CallStartFactory,
    ConcernFactory,
    ContactChangeFactory,
    ContactLogFactory,
    DelegateFactory,
    DeskMessageFactory,
    EmergencyAccessFactory,
    EngagementFactory,
    FollowUpFactory,
    IdentityCodeFactory,
    IdentityTryFactory,
    OfferFactory,
    OutreachFactory,
    RecordsAskFactory,
    ResponseGoalFactory,
    SentItemFactory,
    StatusCodeFactory,
    VerificationFactory,
)
from tests.factories.team import SharedChecklistFactory

LATER = NOON + timedelta(hours=1)
EARLIER = NOON - timedelta(hours=1)

# constraint → (factory, what it is made with, what breaks it)
BROKEN = {
    "requests_checklist_invited_after_shared": (
        SharedChecklistFactory,
        {},
        {"invited_at": EARLIER},
    ),
    "requests_item_taken_back_after_it_was_sent": (
        SentItemFactory,
        {},
        {"taken_back_at": EARLIER},
    ),
    "requests_desk_message_side_is_known": (DeskMessageFactory, {}, {"side": "peer"}),
    "requests_desk_message_says_something": (DeskMessageFactory, {}, {"text": ""}),
    "requests_desk_message_by_one_side": (DeskMessageFactory, {}, {"side": "desk"}),
    "requests_concern_says_something": (ConcernFactory, {}, {"text": ""}),
    "requests_concern_answered_by_someone": (ConcernFactory, {}, {"answer": "Thank you."}),
    "requests_concern_settled_by_someone": (ConcernFactory, {}, {"settled_at": NOON}),
    "requests_contact_change_outcome_is_known": (
        ContactChangeFactory,
        {"outcome": "confirmed", "settled_at": NOON},
        {"outcome": "lost"},
    ),
    "requests_contact_change_settled_iff_outcome": (
        ContactChangeFactory,
        {},
        {"settled_at": NOON},
    ),
    "requests_delegate_removed_after_named": (DelegateFactory, {}, {"removed_at": EARLIER}),
    "requests_emergency_gives_a_reason": (EmergencyAccessFactory, {}, {"reason": ""}),
    "requests_emergency_ends_after_it_began": (EmergencyAccessFactory, {}, {"ends_at": EARLIER}),
    "requests_emergency_review_is_whole": (
        EmergencyAccessFactory,
        {},
        {"verdict": "justified"},
    ),
    "requests_emergency_is_reviewed_by_another": (
        EmergencyAccessFactory,
        {},
        {"reviewed_by": models.F("by"), "reviewed_at": NOON, "verdict": "justified"},
    ),
    "requests_records_kind_is_known": (RecordsAskFactory, {}, {"kind": "rumor"}),
    "requests_records_decided_by_someone": (RecordsAskFactory, {}, {"outcome": "refused"}),
    "requests_records_done_by_two": (
        RecordsAskFactory,
        {},
        {"outcome": "done", "decided_by": models.F("asked_by"), "decided_at": NOON},
    ),
    "requests_inquiry_state_is_known": (InquiryFactory, {}, {"state": "lost"}),
    "requests_inquiry_ready_by_is_known": (InquiryFactory, {}, {"ready_by": "never"}),
    "requests_inquiry_can_be_answered": (InquiryFactory, {}, {"reach": ""}),
    "requests_inquiry_next_step_iff_open": (InquiryFactory, {}, {"next_step": ""}),
    "requests_inquiry_closed_at_iff_closed": (InquiryFactory, {}, {"closed_at": NOON}),
    "requests_inquiry_closed_says_what_was_done": (
        InquiryFactory,
        {"state": "closed"},
        {"outcome": ""},
    ),
    "requests_inquiry_answered_after_it_came": (InquiryFactory, {}, {"answer_by": EARLIER}),
    "requests_goal_is_known": (ResponseGoalFactory, {}, {"goal": "happiness"}),
    "requests_goal_met_or_dropped": (ResponseGoalFactory, {"met_at": NOON}, {"dropped_at": NOON}),
    "requests_inbound_state_is_known": (
        InboundFactory,
        {"state": "seen", "settled_at": NOON},
        {"state": "lost"},
    ),
    "requests_inbound_reason_is_known": (InboundFactory, {}, {"reason": "mood"}),
    "requests_inbound_new_is_waiting": (
        InboundFactory,
        {"state": "seen", "settled_at": NOON},
        {"dealt_at": None},
    ),
    "requests_inbound_put_aside_has_a_reason": (
        InboundFactory,
        {"state": "put_aside", "settled_at": NOON, "reason": "automatic"},
        {"reason": ""},
    ),
    "requests_inbound_settled_iff_not_waiting": (InboundFactory, {}, {"settled_at": NOON}),
    "requests_inbound_request_iff_part_of_one": (
        InboundFactory,
        {"state": "seen", "settled_at": NOON},
        {"state": "added"},
    ),
    "requests_state_is_known": (
        AssistanceRequestFactory,
        {"state": State.CLOSED},
        {"state": "lost"},
    ),
    "requests_urgency_is_known": (AssistanceRequestFactory, {}, {"urgency": "soon"}),
    "requests_close_reason_is_known": (
        AssistanceRequestFactory,
        {"state": State.CLOSED},
        {"close_reason": "tired"},
    ),
    "requests_next_action_is_known": (
        AssistanceRequestFactory,
        {"state": State.ACKNOWLEDGED},
        {"next_action": "nap"},
    ),
    "requests_doubts_are_known": (AssistanceRequestFactory, {}, {"doubts": ["mood"]}),
    "requests_has_a_name_and_a_number": (AssistanceRequestFactory, {}, {"call_number": ""}),
    "requests_closed_at_iff_not_open": (AssistanceRequestFactory, {}, {"closed_at": NOON}),
    "requests_close_reason_iff_not_open": (AssistanceRequestFactory, {}, {"close_reason": "met"}),
    "requests_next_action_has_a_due_time": (
        AssistanceRequestFactory,
        {"state": State.ACKNOWLEDGED},
        {"next_action_due_at": None},
    ),
    "requests_closed_has_no_next_action": (
        AssistanceRequestFactory,
        {"state": State.CLOSED},
        {"next_action": "call", "next_action_due_at": NOON},
    ),
    "requests_submitted_has_no_owner": (
        AssistanceRequestFactory,
        {},
        {"owner": lambda: UserFactory(duty_officer=True)},
    ),
    "requests_urgency_known_once_triaged": (
        AssistanceRequestFactory,
        {"state": State.TRIAGED},
        {"urgency": ""},
    ),
    "requests_overridden_urgency_has_a_reason": (
        AssistanceRequestFactory,
        {},
        {"urgency_overridden": True},
    ),
    "requests_brief_has_an_author": (AssistanceRequestFactory, {}, {"brief": "Facts"}),
    "requests_leader_agreed_to_somebody": (
        AssistanceRequestFactory,
        {},
        {"leader_agreed_at": NOON},
    ),
    "requests_closed_after_submitted": (
        AssistanceRequestFactory,
        {"state": State.CLOSED},
        {"closed_at": EARLIER},
    ),
    "requests_call_outcome_is_known": (CallLogFactory, {}, {"outcome": "hung_up"}),
    "requests_call_lasts_at_most_a_day": (CallLogFactory, {}, {"minutes": 1441}),
    "requests_delegate_can_be_called": (DelegateFactory, {}, {"call_number": ""}),
    "requests_identity_is_known": (VerificationFactory, {}, {"state": "perhaps", "method": ""}),
    "requests_identity_method_is_known": (VerificationFactory, {}, {"method": "a_feeling"}),
    "requests_identity_confirmed_iff_method": (VerificationFactory, {}, {"method": ""}),
    "requests_identity_decided_by_someone": (VerificationFactory, {}, {"by": None}),
    "requests_code_tries_are_limited": (StatusCodeFactory, {}, {"wrong_tries": 6}),
    "requests_code_expires_after_made": (StatusCodeFactory, {}, {"expires_at": EARLIER}),
    "requests_identity_try_outcome_is_known": (IdentityTryFactory, {}, {"outcome": "perhaps"}),
    "requests_identity_try_names_its_way": (IdentityTryFactory, {}, {"method": ""}),
    "requests_identity_code_tries_are_limited": (IdentityCodeFactory, {}, {"wrong_tries": 6}),
    "requests_identity_code_expires_after_made": (
        IdentityCodeFactory,
        {},
        {"expires_at": EARLIER},
    ),
    "requests_duplicate_is_closed_as_one": (
        AssistanceRequestFactory,
        {"state": State.CLOSED},
        {"duplicate_of": -1},
    ),
    "requests_duplicate_of_another": (
        AssistanceRequestFactory,
        {"state": State.CLOSED, "close_reason": "duplicate"},
        {"duplicate_of": models.F("pk")},
    ),
    "requests_approach_state_is_known": (
        ApproachFactory,
        {"state": "ended"},
        {"state": "perhaps"},
    ),
    "requests_approach_names_an_agency": (ApproachFactory, {}, {"agency_text": ""}),
    "requests_approach_says_how_we_heard": (ApproachFactory, {}, {"learned_from": ""}),
    "requests_approach_due_iff_open": (ApproachFactory, {}, {"due_at": None}),
    "requests_approach_held_since_iff_held": (ApproachFactory, {}, {"held_since": None}),
    "requests_approach_request_iff_accepted": (
        ApproachFactory,
        {"state": "ended"},
        {"state": "accepted"},
    ),
    "requests_try_outcome_is_known": (ApproachTryFactory, {}, {"outcome": "perhaps"}),
    "requests_outreach_state_is_known": (
        OutreachFactory,
        {"state": OutreachState.STOPPED},
        {"state": "paused"},
    ),
    "requests_outreach_ended_iff_not_running": (OutreachFactory, {}, {"ended_at": NOON}),
    "requests_outreach_gives_time_to_answer": (
        OutreachFactory,
        {},
        {"answer_within": timedelta(0)},
    ),
    "requests_offer_role_is_known": (OfferFactory, {}, {"role": "hero"}),
    "requests_offer_ended_iff_not_open": (OfferFactory, {}, {"ended_at": NOON}),
    "requests_offer_expires_after_offered": (OfferFactory, {}, {"expires_at": NOON}),
    "requests_seat_is_one_to_five": (EngagementFactory, {}, {"seat": 6}),
    "requests_engagement_state_is_known": (
        EngagementFactory,
        {"state": EngagementState.ENDED},
        {"state": "gone"},
    ),
    "requests_engagement_role_is_known": (EngagementFactory, {}, {"role": "hero"}),
    "requests_engagement_ended_iff_not_active": (EngagementFactory, {}, {"ended_at": NOON}),
    "requests_engagement_ends_after_start": (
        EngagementFactory,
        {"state": EngagementState.ENDED},
        {"ended_at": EARLIER},
    ),
    "requests_contact_lasts_at_most_a_day": (ContactLogFactory, {}, {"minutes": 1441}),
    "requests_contact_logged_after_it_began": (ContactLogFactory, {}, {"at": LATER}),
    "requests_three_proposals_at_most": (AgreedTimeFactory, {"proposed": True}, {"place": 4}),
    "requests_agreed_state_is_known": (AgreedTimeFactory, {}, {"state": "hoped", "ended_at": NOON}),
    "requests_agreed_ended_iff_not_open": (AgreedTimeFactory, {}, {"ended_at": NOON}),
    "requests_talk_lasts_at_most_a_day": (AgreedTimeFactory, {}, {"minutes": 481}),
    "requests_video_link_is_https": (
        AgreedTimeFactory,
        {},
        {"video_url": "http://video.example/room"},
    ),
    "requests_reminder_before_an_agreed_time": (
        AgreedTimeFactory,
        {},
        {"remind_at": NOON + timedelta(days=3)},
    ),
    "requests_promise_ends_in_one_way": (
        CallPromiseFactory,
        {"kept_at": NOON},
        {"dropped_at": NOON},
    ),
    "requests_promise_missed_when_due": (CallPromiseFactory, {}, {"missed_at": NOON}),
    "requests_no_text_is_known": (CallStartFactory, {}, {"no_text": "a mood"}),
    "requests_follow_up_state_is_known": (
        FollowUpFactory,
        {"state": FollowUpState.DONE},
        {"state": "forgotten"},
    ),
    "requests_follow_up_done_iff_not_open": (FollowUpFactory, {}, {"done_at": NOON}),
}
