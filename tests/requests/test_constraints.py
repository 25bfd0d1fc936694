"""What can't be true is refused by the database: each constraint, broken once."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from requests.models import (
    Approach,
    ApproachTry,
    AssistanceRequest,
    CallLog,
    Concern,
    ContactChange,
    ContactLog,
    Delegate,
    DeskMessage,
    EmergencyAccess,
    Engagement,
    FollowUp,
    IdentityCode,
    IdentityTry,
    Inbound,
    Offer,
    Outreach,
    ResponseGoal,
    StateChange,
    StatusCode,
    Verification,
)
from requests.states import (
    AdvisorRole,
    EngagementState,
    FollowUpState,
    OfferState,
    OutreachState,
    State,
)
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.advisors import AdvisorFactory
from tests.factories.agencies import AgencyFactory
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
    InboundFactory,
    InquiryFactory,
    OfferFactory,
    OutreachFactory,
    RecordsAskFactory,
    ResponseGoalFactory,
    StatusCodeFactory,
    VerificationFactory,
)

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
EARLIER = NOON - timedelta(hours=1)

# constraint → (factory, what it is made with, what breaks it)
BROKEN = {
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


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_constraint_forbids_is_refused(name):
    factory, given, broken = BROKEN[name]
    made = factory(**given)
    values = {field: value() if callable(value) else value for field, value in broken.items()}

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(made).objects.filter(pk=made.pk).update(**values)


def test_a_move_that_nobody_knows_is_refused():
    with pytest.raises(IntegrityError, match="requests_move_is_known"):
        StateChange.objects.create(
            assistance_request=AssistanceRequestFactory(),
            move="leap",
            source=State.SUBMITTED,
            target=State.CLOSED,
            at=NOON,
        )


def test_a_follow_up_is_not_its_own_successor():
    follow_up = FollowUpFactory()

    with pytest.raises(IntegrityError, match="requests_follow_up_not_its_own_successor"):
        FollowUp.objects.filter(pk=follow_up.pk).update(moved_from=follow_up)


def test_one_time_is_agreed_for_each_engagement():
    agreed = AgreedTimeFactory()

    with pytest.raises(IntegrityError, match="requests_one_agreed_time"):
        AgreedTimeFactory(engagement=agreed.engagement)


def test_a_proposals_place_is_taken_once():
    proposed = AgreedTimeFactory(proposed=True)

    with pytest.raises(IntegrityError, match="requests_one_proposal_per_place"):
        AgreedTimeFactory(engagement=proposed.engagement, proposed=True)


def test_one_promise_is_open_at_a_time():
    promise = CallPromiseFactory()

    with pytest.raises(IntegrityError, match="requests_one_open_promise"):
        CallPromiseFactory(
            assistance_request=promise.assistance_request, due_at=NOON + timedelta(hours=1)
        )


def test_one_promise_is_made_for_one_time():
    promise = CallPromiseFactory(kept_at=NOON)

    with pytest.raises(IntegrityError, match="requests_one_promise_per_time"):
        CallPromiseFactory(assistance_request=promise.assistance_request)


def test_one_attempt_makes_one_request():
    attempt = uuid.uuid4()
    AssistanceRequestFactory(attempt=attempt)

    with pytest.raises(IntegrityError, match="attempt"):
        AssistanceRequestFactory(attempt=attempt)


def test_one_reference_names_one_request():
    AssistanceRequestFactory(reference="MV-7K4Q")

    with pytest.raises(IntegrityError, match="reference"):
        AssistanceRequestFactory(reference="MV-7K4Q")


def test_one_round_of_outreach_runs_at_a_time():
    running = OutreachFactory()

    with pytest.raises(IntegrityError, match="requests_one_running_outreach"):
        OutreachFactory(assistance_request=running.assistance_request)


def test_an_advisor_has_one_open_offer_per_request():
    offer = OfferFactory()

    with pytest.raises(IntegrityError, match="requests_one_open_offer_per_advisor"):
        OfferFactory(outreach=offer.outreach, advisor=offer.advisor, role=AdvisorRole.ALTERNATE)


def test_one_lead_is_asked_at_a_time():
    offer = OfferFactory()

    with pytest.raises(IntegrityError, match="requests_one_open_lead_offer"):
        OfferFactory(outreach=offer.outreach)


def again(engagement, **given):
    """Another engagement on the same request."""
    offer = OfferFactory(outreach=engagement.offer.outreach, state=OfferState.ACCEPTED)
    return EngagementFactory(offer=offer, **given)


def test_a_request_has_one_lead():
    lead = EngagementFactory()

    with pytest.raises(IntegrityError, match="requests_one_active_lead"):
        again(lead)


def test_a_request_has_one_alternate():
    alternate = EngagementFactory(role=AdvisorRole.ALTERNATE)

    with pytest.raises(IntegrityError, match="requests_one_active_alternate"):
        again(alternate, role=AdvisorRole.ALTERNATE)


def test_an_advisor_is_engaged_once_per_request():
    lead = EngagementFactory()

    with pytest.raises(IntegrityError, match="requests_advisor_active_once"):
        again(lead, advisor=lead.advisor, role=AdvisorRole.SPECIALIST, seat=2)


def test_a_seat_is_taken_once():
    lead = EngagementFactory()
    elsewhere = OfferFactory(advisor=lead.advisor, state=OfferState.ACCEPTED)

    with pytest.raises(IntegrityError, match="requests_one_engagement_per_seat"):
        EngagementFactory(offer=elsewhere)


def test_an_ended_engagement_frees_its_seat():
    ended = EngagementFactory(state=EngagementState.ENDED)
    elsewhere = OfferFactory(advisor=ended.advisor, state=OfferState.ACCEPTED)

    assert EngagementFactory(offer=elsewhere).seat == 1


def test_a_delegate_is_named_once():
    first = DelegateFactory()

    with pytest.raises(IntegrityError, match="requests_delegate_is_named_once"):
        DelegateFactory(assistance_request=first.assistance_request, person=first.person)


def test_an_offer_has_a_known_state():
    with pytest.raises(IntegrityError, match="requests_offer_state_is_known"):
        OfferFactory(state="pondering", ended_at=NOON)


def test_each_goal_is_promised_once():
    goal = ResponseGoalFactory()

    with pytest.raises(IntegrityError, match="requests_one_goal_each"):
        ResponseGoalFactory(assistance_request=goal.assistance_request)


def test_a_milestone_is_planned_once():
    follow_up = FollowUpFactory()

    with pytest.raises(IntegrityError, match="requests_one_open_follow_up_each"):
        FollowUpFactory(assistance_request=follow_up.assistance_request)


def test_an_agency_is_approached_once_at_a_time():
    agency = AgencyFactory()
    ApproachFactory(agency=agency)

    with pytest.raises(IntegrityError, match="requests_one_open_approach_each"):
        ApproachFactory(agency=agency)


def test_deleting_a_person_never_deletes_a_request():
    assistance_request = AssistanceRequestFactory()

    with pytest.raises(models.ProtectedError):
        assistance_request.leader.delete()


def test_deleting_an_advisor_never_deletes_an_offer():
    offer = OfferFactory(advisor=AdvisorFactory())

    with pytest.raises(models.ProtectedError):
        offer.advisor.delete()


def test_what_waits_for_a_second_person_is_asked_once():
    asked = RecordsAskFactory()

    with pytest.raises(IntegrityError, match="requests_records_asked_once_at_a_time"):
        RecordsAskFactory(assistance_request=asked.assistance_request)


def test_one_change_of_whom_we_call_waits_at_a_time():
    change = ContactChangeFactory()

    with pytest.raises(IntegrityError, match="requests_one_contact_change_waits"):
        ContactChangeFactory(assistance_request=change.assistance_request)


def test_a_code_that_is_read_aloud_is_the_leaders():
    delegate = DelegateFactory()

    with pytest.raises(IntegrityError, match="requests_code_read_aloud_is_the_leaders"):
        StatusCodeFactory(
            assistance_request=delegate.assistance_request,
            delegate=delegate,
            read_by=UserFactory(duty_officer=True),
        )


def test_what_became_a_request_is_closed():
    with pytest.raises(IntegrityError, match="requests_inquiry_became_a_request_and_closed"):
        InquiryFactory(assistance_request=AssistanceRequestFactory())


def test_every_constraint_is_broken_by_a_test():
    """A new constraint without a test that breaks it fails here."""
    tested = Path(__file__).read_text()
    named = {
        constraint.name
        for model in apps.get_app_config("requests").get_models()
        for constraint in model._meta.constraints
    }
    assert {name for name in named if name not in tested} == set()


def test_nothing_under_legal_hold_is_deleted():
    for model in (
        Approach,
        ApproachTry,
        AssistanceRequest,
        CallLog,
        Concern,
        ContactChange,
        ContactLog,
        Delegate,
        DeskMessage,
        EmergencyAccess,
        Engagement,
        FollowUp,
        IdentityCode,
        IdentityTry,
        Inbound,
        Offer,
        Outreach,
        ResponseGoal,
        StateChange,
        StatusCode,
        Verification,
    ):
        assert any(trigger.name == "keep_what_is_on_hold" for trigger in model._meta.triggers)
    held = AssistanceRequestFactory(legal_hold=True)
    delete = "delete from requests_assistancerequest where id = %s"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(delete, [held.pk])
