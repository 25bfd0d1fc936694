"""Requests in any state, with what the constraints want and no more."""

import uuid
from datetime import timedelta

from factory import LazyAttribute, LazyFunction, Maybe, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from mvai.people.models import Channel
from requests.models import (
    AgreedTime,
    Approach,
    ApproachTry,
    AssistanceRequest,
    CallLog,
    CallPromise,
    CallStart,
    Concern,
    ContactChange,
    ContactLog,
    Delegate,
    DeskMessage,
    EmergencyAccess,
    Engagement,
    FollowUp,
    Goal,
    IdentityCode,
    IdentityTry,
    Offer,
    Outreach,
    RecordsAsk,
    ResponseGoal,
    SentItem,
    Side,
    StatusCode,
    Verification,
)
from requests.states import (
    OPEN,
    OPEN_AGREED,
    OPEN_FOLLOW_UP,
    OPEN_OFFER,
    AdvisorRole,
    AgreedState,
    ApproachState,
    CallOutcome,
    CloseReason,
    EngagementState,
    FollowUpState,
    Identity,
    IdentityMethod,
    IdentityOutcome,
    NextAction,
    OfferState,
    OutreachState,
    State,
    TryOutcome,
    Urgency,
)
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.advisors import AdvisorFactory
from tests.factories.people import ContactPointFactory, PersonFactory

EARLY = {State.SUBMITTED, State.ACKNOWLEDGED, State.CLOSED}


class AssistanceRequestFactory(DjangoModelFactory):
    """A submitted request; given a state, one that has come that far.

    `confirmed=True` adds the record that says who the leader is.
    """

    class Meta:
        model = AssistanceRequest
        skip_postgeneration_save = True

    class Params:
        is_taken = LazyAttribute(lambda made: made.state not in {State.SUBMITTED, State.CLOSED})
        critical = Trait(urgency=Urgency.CRITICAL)

    reference = Sequence(lambda number: f"MV-{number:04}")
    attempt = LazyFunction(uuid.uuid4)
    leader = SubFactory(PersonFactory)
    call_name = "Chief Alex Moreno"
    call_number = "(202) 555-0143"
    call_number_e164 = "+12025550143"
    time_zone = "America/Chicago"
    state = State.SUBMITTED
    urgency = LazyAttribute(lambda made: "" if made.state in EARLY else Urgency.URGENT)
    owner = Maybe("is_taken", SubFactory(UserFactory, duty_officer=True), None)
    next_action = LazyAttribute(lambda made: NextAction.CALL if made.is_taken else "")
    next_action_due_at = LazyAttribute(
        lambda made: NOON + timedelta(minutes=15) if made.is_taken else None
    )
    submitted_at = NOON
    acknowledged_at = LazyAttribute(lambda made: NOON if made.is_taken else None)
    closed_at = LazyAttribute(lambda made: None if made.state in OPEN else NOON)
    close_reason = LazyAttribute(lambda made: "" if made.state in OPEN else CloseReason.MET)

    @classmethod
    def _create(cls, model_class, *args, **given):
        confirmed = given.pop("confirmed", False)
        made = super()._create(model_class, *args, **given)
        if confirmed:
            VerificationFactory(assistance_request=made)
        return made


class DelegateFactory(DjangoModelFactory):
    class Meta:
        model = Delegate

    assistance_request = SubFactory(AssistanceRequestFactory)
    person = SubFactory(PersonFactory)
    call_number = "(202) 555-0151"
    named_by = SubFactory(UserFactory, duty_officer=True)
    named_at = NOON


class DeskMessageFactory(DjangoModelFactory):
    """What a leader wrote to the desk, not read yet."""

    class Meta:
        model = DeskMessage

    assistance_request = SubFactory(AssistanceRequestFactory)
    side = Side.LEADER
    text = "Please call after six."
    at = NOON


class SentItemFactory(DjangoModelFactory):
    """A page that the desk sent because the leader asked for it."""

    class Meta:
        model = SentItem

    assistance_request = SubFactory(AssistanceRequestFactory)
    item = SubFactory("tests.factories.resources.ItemFactory")
    was_asked = True
    by = SubFactory("tests.factories.accounts.UserFactory", duty_officer=True)
    sent_at = NOON


class ConcernFactory(DjangoModelFactory):
    class Meta:
        model = Concern

    assistance_request = SubFactory(AssistanceRequestFactory)
    text = "We did not get on."
    raised_at = NOON


class ContactChangeFactory(DjangoModelFactory):
    """Another number, which the desk has yet to confirm."""

    class Meta:
        model = ContactChange

    assistance_request = SubFactory(AssistanceRequestFactory)
    leader_before = LazyAttribute(lambda made: made.assistance_request.leader)
    name_before = LazyAttribute(lambda made: made.assistance_request.call_name)
    number_before = "(202) 555-0150"
    said_at = NOON


class VerificationFactory(DjangoModelFactory):
    class Meta:
        model = Verification

    assistance_request = SubFactory(AssistanceRequestFactory)
    state = Identity.CONFIRMED
    method = IdentityMethod.PUBLISHED_NUMBER
    by = SubFactory(UserFactory, duty_officer=True)
    at = NOON


class CallLogFactory(DjangoModelFactory):
    class Meta:
        model = CallLog

    assistance_request = SubFactory(AssistanceRequestFactory, state=State.ACKNOWLEDGED)
    by = SubFactory(UserFactory, duty_officer=True)
    at = NOON
    outcome = CallOutcome.REACHED
    minutes = 3


class StatusCodeFactory(DjangoModelFactory):
    class Meta:
        model = StatusCode

    assistance_request = SubFactory(AssistanceRequestFactory)
    made_at = NOON
    expires_at = NOON + timedelta(minutes=10)


class IdentityTryFactory(DjangoModelFactory):
    class Meta:
        model = IdentityTry

    assistance_request = SubFactory(AssistanceRequestFactory)
    method = IdentityMethod.PUBLISHED_NUMBER
    outcome = IdentityOutcome.NO_ANSWER
    by = SubFactory(UserFactory, duty_officer=True)
    at = NOON


class IdentityCodeFactory(DjangoModelFactory):
    class Meta:
        model = IdentityCode

    assistance_request = SubFactory(AssistanceRequestFactory)
    sent_to = SubFactory(PersonFactory)
    sent_by = SubFactory(UserFactory, duty_officer=True)
    made_at = NOON
    expires_at = NOON + timedelta(minutes=10)


class ApproachFactory(DjangoModelFactory):
    """One that was begun an hour ago and is held; given a state, one that is over."""

    class Meta:
        model = Approach

    agency_text = "Riverton Police Department"
    state_code = "MN"
    learned_from = "Evening news"
    begun_by = SubFactory(UserFactory, duty_officer=True)
    begun_at = NOON - timedelta(hours=1)
    state = ApproachState.OPEN
    holder = LazyAttribute(lambda made: made.begun_by if made.state == ApproachState.OPEN else None)
    held_since = LazyAttribute(lambda made: made.begun_at if made.holder else None)
    due_at = LazyAttribute(
        lambda made: NOON + timedelta(hours=1) if made.state == ApproachState.OPEN else None
    )
    ended_at = LazyAttribute(lambda made: None if made.state == ApproachState.OPEN else NOON)


class ApproachTryFactory(DjangoModelFactory):
    class Meta:
        model = ApproachTry

    approach = SubFactory(ApproachFactory)
    by = SubFactory(UserFactory, duty_officer=True)
    at = NOON
    outcome = TryOutcome.NO_ANSWER


class OutreachFactory(DjangoModelFactory):
    """A round that is running, with nobody ranked."""

    class Meta:
        model = Outreach

    assistance_request = SubFactory(AssistanceRequestFactory, state=State.SEEKING, confirmed=True)
    started_by = SubFactory(UserFactory, duty_officer=True)
    started_at = NOON
    ranking = LazyFunction(lambda: {"matches": [], "excluded": []})
    answer_within = timedelta(hours=4)
    state = OutreachState.RUNNING
    ended_at = LazyAttribute(lambda made: None if made.state == OutreachState.RUNNING else NOON)


class OfferFactory(DjangoModelFactory):
    """An offer to a lead that waits for an answer."""

    class Meta:
        model = Offer

    outreach = SubFactory(OutreachFactory)
    assistance_request = LazyAttribute(lambda made: made.outreach.assistance_request)
    advisor = SubFactory(AdvisorFactory)
    role = AdvisorRole.LEAD
    offered_by = LazyAttribute(lambda made: made.outreach.started_by)
    state = OfferState.OPEN
    offered_at = NOON
    expires_at = NOON + timedelta(hours=4)
    ended_at = LazyAttribute(lambda made: None if made.state in OPEN_OFFER else NOON)


class EngagementFactory(DjangoModelFactory):
    """An active lead."""

    class Meta:
        model = Engagement

    offer = SubFactory(
        OfferFactory,
        state=OfferState.ACCEPTED,
        outreach__state=OutreachState.FILLED,
        outreach__assistance_request__state=State.ENGAGED,
    )
    assistance_request = LazyAttribute(lambda made: made.offer.assistance_request)
    advisor = LazyAttribute(lambda made: made.offer.advisor)
    role = LazyAttribute(lambda made: made.offer.role)
    seat = 1
    state = EngagementState.ACTIVE
    started_at = NOON
    ended_at = LazyAttribute(lambda made: None if made.state == EngagementState.ACTIVE else NOON)


class AgreedTimeFactory(DjangoModelFactory):
    """A talk agreed for the third day from NOON; `proposed=True`: one that may be chosen."""

    class Meta:
        model = AgreedTime

    class Params:
        proposed = Trait(state=AgreedState.PROPOSED, place=1)

    engagement = SubFactory(EngagementFactory)
    assistance_request = LazyAttribute(lambda made: made.engagement.assistance_request)
    state = AgreedState.AGREED
    starts_at = NOON + timedelta(days=3)
    set_at = NOON
    ended_at = LazyAttribute(lambda made: None if made.state in OPEN_AGREED else NOON)


class CallPromiseFactory(DjangoModelFactory):
    """That somebody calls a quarter past noon."""

    class Meta:
        model = CallPromise

    assistance_request = SubFactory(AssistanceRequestFactory)
    made_at = NOON
    due_at = NOON + timedelta(minutes=15)


class CallStartFactory(DjangoModelFactory):
    class Meta:
        model = CallStart

    assistance_request = SubFactory(AssistanceRequestFactory, state=State.ACKNOWLEDGED)
    by = SubFactory(UserFactory, duty_officer=True)
    at = NOON


class ContactLogFactory(DjangoModelFactory):
    class Meta:
        model = ContactLog

    engagement = SubFactory(EngagementFactory)
    mode_id = "PHONE"
    at = NOON
    minutes = 30
    logged_at = NOON
    logged_by = SubFactory(UserFactory, duty_officer=True)


class FollowUpFactory(DjangoModelFactory):
    class Meta:
        model = FollowUp

    assistance_request = SubFactory(
        AssistanceRequestFactory, state=State.FOLLOWING_UP, confirmed=True
    )
    milestone = "D30"
    label = "After 30 days"
    due_at = NOON + timedelta(days=30)
    owner = SubFactory(UserFactory, duty_officer=True)
    state = FollowUpState.PLANNED
    done_at = LazyAttribute(lambda made: None if made.state in OPEN_FOLLOW_UP else NOON)


class RecordsAskFactory(DjangoModelFactory):
    """A copy, asked for by an officer and not decided yet."""

    class Meta:
        model = RecordsAsk

    assistance_request = SubFactory(AssistanceRequestFactory, state=State.CLOSED)
    kind = "copy"
    asked_by = SubFactory(UserFactory, duty_officer=True)
    asked_at = NOON


def reachable_advisor(**given):
    """An advisor with an account and a number, so that they can be asked and can answer."""
    advisor = AdvisorFactory(**given)
    UserFactory(person=advisor.person, advisor=True)
    ContactPointFactory(person=advisor.person, channel=Channel.SMS)
    return advisor


class ResponseGoalFactory(DjangoModelFactory):
    """That somebody has the request five past noon."""

    class Meta:
        model = ResponseGoal

    assistance_request = SubFactory(AssistanceRequestFactory)
    goal = Goal.ACKNOWLEDGED
    due_at = NOON + timedelta(minutes=5)


class EmergencyAccessFactory(DjangoModelFactory):
    """Half an hour from NOON, opened by an administrator."""

    class Meta:
        model = EmergencyAccess

    assistance_request = SubFactory(AssistanceRequestFactory)
    by = SubFactory(UserFactory, administrator=True)
    reason = "The desk can't be reached and the leader asks for the advisor's name."
    began_at = NOON
    ends_at = NOON + timedelta(minutes=30)
