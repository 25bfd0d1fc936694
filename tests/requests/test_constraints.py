"""What can't be true is refused by the database: each constraint, broken once."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from mvai.audit.models import Kept
from requests.models import (
    FollowUp,
    StateChange,
)
from requests.states import (
    AdvisorRole,
    EngagementState,
    OfferState,
    State,
)
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.advisors import AdvisorFactory
from tests.factories.agencies import AgencyFactory
from tests.factories.doors import InquiryFactory
from tests.factories.requests import (
    AgreedTimeFactory,
    ApproachFactory,
    AssistanceRequestFactory,
    CallPromiseFactory,
    ContactChangeFactory,
    DelegateFactory,
    EngagementFactory,
    FollowUpFactory,
    OfferFactory,
    OutreachFactory,
    RecordsAskFactory,
    ResponseGoalFactory,
    SentItemFactory,
    StatusCodeFactory,
)
from tests.requests import broken_rows
from tests.requests.broken_rows import BROKEN

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
EARLIER = NOON - timedelta(hours=1)


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


def test_a_page_of_the_library_stands_before_a_leader_once():
    sent = SentItemFactory()
    again = {"assistance_request": sent.assistance_request, "item": sent.item}

    with pytest.raises(IntegrityError, match="requests_an_item_stands_once"), transaction.atomic():
        SentItemFactory(**again)

    SentItemFactory(**again, taken_back_at=NOON)


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
    tested = Path(__file__).read_text() + Path(broken_rows.__file__).read_text()
    named = {
        constraint.name
        for model in apps.get_app_config("requests").get_models()
        for constraint in model._meta.constraints
    }
    assert {name for name in named if name not in tested} == set()


def test_nothing_under_legal_hold_is_deleted():
    for model in apps.get_app_config("requests").get_models():
        assert issubclass(model, Kept), model
        assert any(trigger.name == "keep_what_is_on_hold" for trigger in model._meta.triggers)
    held = AssistanceRequestFactory(legal_hold=True)
    delete = "delete from requests_assistancerequest where id = %s"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(delete, [held.pk])
