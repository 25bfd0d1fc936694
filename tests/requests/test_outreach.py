"""Asking advisors: frozen ranking, expiry, the next in line, and kind words for the late."""

from datetime import timedelta

import pytest

from advisors.matching import Ranking
from mvai.audit.models import AuditEntry
from mvai.outbox.models import Message
from requests.actions import desk, loads, offers, outreach
from requests.actions.moves import MoveRefused
from requests.models import Engagement, Offer
from requests.states import NextAction, OfferState, OutreachState, State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.advisors import AdvisorFactory
from tests.factories.agencies import AgencyFactory
from tests.factories.requests import (
    AssistanceRequestFactory,
    ContactLogFactory,
    EngagementFactory,
    OfferFactory,
    reachable_advisor,
)
from tests.requests.stories import (
    advisors,
    messaged,
    officer,
    open_offer,
    seeking,
    start,
    taken,
    triaged,
    yes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_left_alone")]

LATE = NOON + timedelta(hours=4)
HOURS = timedelta(hours=1)


def test_the_two_chosen_are_asked_and_the_request_seeks():
    request = triaged()
    lead, alternate = advisors(2)

    round_ = start(request, lead, alternate)

    request.refresh_from_db()
    assert request.state == State.SEEKING
    assert (request.next_action, request.next_action_due_at) == (NextAction.AWAIT_ANSWERS, LATE)
    assert {(o.role, o.advisor, o.rank) for o in round_.offers.all()} == {
        ("lead", lead, 1),
        ("alternate", alternate, 2),
    }
    assert messaged("offer_made") == {"Advisor 0", "Advisor 1"}


@pytest.mark.parametrize(
    ("happened", "answer"),
    [
        (timedelta(hours=1), timedelta(minutes=15)),
        (timedelta(days=5), timedelta(hours=4)),
        (timedelta(days=60), timedelta(hours=48)),
    ],
)
def test_the_time_to_answer_follows_the_urgency(happened, answer):
    request = seeking(happened=happened)

    assert {o.expires_at for o in request.offers.all()} == {NOON + answer}


def test_the_ranking_is_frozen_when_outreach_starts():
    first, second, third = advisors(3)
    request = triaged()
    round_ = start(request, first, second)

    third.is_active = False
    third.save()
    round_.refresh_from_db()

    ranking = Ranking.thawed(round_.ranking)
    assert [m.advisor_id for m in ranking.matches] == [first.pk, second.pk, third.pk]
    assert all(match.reasons is not None for match in ranking.matches)


def test_nobody_is_asked_for_a_leader_who_has_not_said_yes():
    request = triaged(details={"filing_for": "my_chief"})
    lead, alternate = advisors(2)

    with pytest.raises(MoveRefused, match="Speak with the leader first"):
        start(request, lead, alternate)


def test_the_leaders_yes_on_a_call_opens_the_way():
    request = triaged(details={"filing_for": "another"})
    lead, alternate = advisors(2)

    desk.log_call(
        assistance_request=request,
        outcome="reached",
        leader_agrees=True,
        by=request.owner,
        at=NOON,
    )
    start(request, lead, alternate)

    request.refresh_from_db()
    assert (request.leader_agreed_at, request.leader_agreed_by) == (NOON, request.owner)
    assert request.state == State.SEEKING


def test_a_call_that_reached_nobody_brings_no_yes():
    request = triaged(details={"filing_for": "my_chief"})

    desk.log_call(
        assistance_request=request,
        outcome="no_answer",
        leader_agrees=True,
        by=request.owner,
        at=NOON,
    )

    request.refresh_from_db()
    assert request.waits_for_leader


def test_nobody_is_asked_before_identity_is_confirmed():
    request = AssistanceRequestFactory(state=State.TRIAGED)

    with pytest.raises(MoveRefused, match="Confirm who the leader is first"):
        start(request, reachable_advisor())
    assert not Offer.objects.exists()


def test_nobody_is_asked_before_triage():
    request = AssistanceRequestFactory(state=State.ACKNOWLEDGED, confirmed=True)

    with pytest.raises(MoveRefused):
        start(request, reachable_advisor())


def test_a_critical_request_needs_an_alternate_when_there_is_one():
    request = triaged(happened=HOURS)
    lead, alternate = advisors(2)

    with pytest.raises(MoveRefused, match="needs an alternate"):
        start(request, lead)
    assert start(request, lead, alternate).wants_alternate


def test_a_critical_request_goes_without_an_alternate_when_there_is_none():
    request = triaged(happened=HOURS)

    assert start(request, reachable_advisor()).offers.count() == 1


def test_lead_and_alternate_are_two_people():
    advisor = reachable_advisor()

    with pytest.raises(MoveRefused, match="somebody else"):
        start(triaged(), advisor, advisor)


def test_outreach_starts_once():
    request = seeking()

    with pytest.raises(MoveRefused, match="being asked already"):
        start(request, reachable_advisor())


def test_somebody_whom_a_rule_protects_is_asked_only_with_a_reason():
    request = triaged()
    tired = reachable_advisor(rest_until=NOON + timedelta(days=3))

    with pytest.raises(MoveRefused, match="Resting until"):
        start(request, tired)
    start(request, tired, override_reason="Asked for by the leader; agreed by phone")

    offer = Offer.objects.get()
    assert offer.override_reason.startswith("Asked for by the leader")
    assert offer.rank is None
    assert AuditEntry.objects.get(verb="offer.made").facts["overridden"] is True


@pytest.mark.parametrize("given", [{"vetted_date": None}, {"away_open_ended": True}])
def test_no_reason_outweighs_the_rules_that_protect_people(given):
    request, advisor = triaged(), reachable_advisor(**given)

    with pytest.raises(MoveRefused, match="can't be asked now"):
        start(request, advisor, override_reason="Please")


def test_the_own_agency_is_never_asked():
    agency = AgencyFactory()
    request = triaged(fields={"agency": agency})

    with pytest.raises(MoveRefused, match="Own agency"):
        start(request, reachable_advisor(agency=agency), override_reason="Please")


def test_an_advisor_without_a_number_is_not_asked():
    with pytest.raises(MoveRefused, match="no number or address"):
        start(triaged(), AdvisorFactory())


def test_staff_stop_and_only_those_who_know_of_an_offer_are_told():
    request = seeking()

    seen = request.offers.first()
    offers.mark_seen(offer=seen, by=seen.advisor.person.user, at=NOON)

    outreach.stop(assistance_request=request, by=request.owner, at=NOON)

    request.refresh_from_db()
    assert {o.state for o in request.offers.all()} == {OfferState.WITHDRAWN}
    assert request.outreaches.get().state == OutreachState.STOPPED
    assert request.next_action == NextAction.CHOOSE_AGAIN
    assert Message.objects.get(purpose="offer_filled").subject_id == seen.pk
    waiting = Message.objects.exclude(subject_id=seen.pk).get(purpose="offer_made")
    assert waiting.not_sent_reason == "offer_not_open"


def test_after_a_stop_nobody_else_is_asked():
    request = seeking()
    reachable_advisor()
    outreach.stop(assistance_request=request, by=request.owner, at=NOON)

    assert offers.expire_due(LATE + timedelta(days=3)) == 0
    assert not request.offers.open().exists()


def test_an_offer_taken_back_is_not_passed_on():
    request = seeking()
    reachable_advisor()

    outreach.withdraw_offer(offer=open_offer(request), by=request.owner, at=NOON)

    assert [o.role for o in request.offers.open()] == ["alternate"]


def test_one_more_advisor_can_be_asked():
    request = seeking()
    specialist = reachable_advisor()

    offer = outreach.offer(
        assistance_request=request, advisor=specialist, role="specialist", by=request.owner, at=NOON
    )

    assert (offer.role, offer.outreach) == ("specialist", outreach.running(request))


def test_a_second_lead_is_not_asked_beside_the_first():
    request = seeking()

    with pytest.raises(MoveRefused, match="A lead is being asked already"):
        outreach.offer(
            assistance_request=request,
            advisor=reachable_advisor(),
            role="lead",
            by=request.owner,
            at=NOON,
        )


def test_a_specialist_joins_an_engaged_request():
    request = seeking()
    yes(open_offer(request))
    yes(open_offer(request, "alternate"))

    offer = outreach.offer(
        assistance_request=request,
        advisor=reachable_advisor(),
        role="specialist",
        by=request.owner,
        at=NOON,
    )
    yes(offer)

    request.refresh_from_db()
    assert request.state == State.ENGAGED
    assert request.engagements.active().count() == 3
    assert outreach.running(request) is None


def test_loads_count_what_is_open_in_three_queries(django_assert_num_queries):
    advisor = reachable_advisor(max_active=5)
    engagement = EngagementFactory(
        offer__advisor=advisor, offer__outreach__assistance_request__urgency="critical"
    )
    EngagementFactory(offer__advisor=advisor, seat=2, state="ended")
    OfferFactory(advisor=advisor, offered_at=NOON - HOURS)
    ContactLogFactory(engagement=engagement, minutes=90)
    ContactLogFactory(engagement=engagement, at=NOON - timedelta(days=8), minutes=60)

    with django_assert_num_queries(3):
        load = loads.loads(NOON)[advisor.pk]

    assert (load.open_engagements, load.open_critical, load.open_offers) == (1, 1, 1)
    assert load.hours_this_week == 1.5
    assert load.last_asked_at == NOON


def test_ranking_takes_few_queries(django_assert_max_num_queries):
    for _ in range(5):
        reachable_advisor()
    request = AssistanceRequestFactory(state=State.TRIAGED, confirmed=True)

    with django_assert_max_num_queries(13):
        ranking = outreach.rank_advisors(assistance_request=request, at=NOON)

    assert len(ranking.matches) == 5


def test_an_advisor_sees_own_offers_and_own_active_requests_only():
    request = seeking()
    lead = open_offer(request)
    user = lead.advisor.person.user

    assert list(Offer.objects.visible_to(user)) == [lead]
    assert not type(request).objects.visible_to(user).exists()
    engagement = yes(lead)
    assert list(type(request).objects.visible_to(user)) == [request]
    assert list(Engagement.objects.visible_to(user)) == [engagement]
    assert not Offer.objects.visible_to(UserFactory(advisor=True)).exists()


def test_after_not_being_taken_a_request_needs_taking():
    request = taken(officer())

    with pytest.raises(MoveRefused):
        outreach.stop(assistance_request=request, by=request.owner, at=NOON)
