"""Asking advisors: frozen ranking, expiry, the next in line, and kind words for the late."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from advisors.matching import Ranking
from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm, AlarmState
from mvai.outbox.models import Message
from requests.actions import closing, loads, offers, outreach
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
from tests.requests.stories import officer, seeking, taken, triaged, yes

pytestmark = pytest.mark.django_db

LATE = NOON + timedelta(hours=4)
HOURS = timedelta(hours=1)


def start(request, lead, alternate=None, **given):
    return outreach.start(
        assistance_request=request,
        lead=lead,
        alternate=alternate,
        by=request.owner,
        at=NOON,
        **given,
    )


def said(purpose):
    return set(Message.objects.filter(purpose=purpose).values_list("person__full_name", flat=True))


def advisors(count):
    """Reachable advisors with names by rank: the most expert first."""
    return [
        reachable_advisor(person__full_name=f"Advisor {place}", expertise={"LEADER": 3 - place})
        if place < 3
        else reachable_advisor(person__full_name=f"Advisor {place}")
        for place in range(count)
    ]


def open_offer(request, role="lead"):
    return request.offers.open().get(role=role)


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
    assert said("offer_made") == {"Advisor 0", "Advisor 1"}


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


def test_a_message_that_left_opens_the_offer():
    request = seeking()
    Message.objects.filter(purpose="offer_made").update(state="claimed", lease_until=LATE)
    Message.objects.filter(purpose="offer_made").update(
        state="handed_over", lease_until=None, handed_over_at=NOON
    )

    assert offers.open_handed_over(NOON) == 2
    assert {o.state for o in request.offers.all()} == {OfferState.OPEN}


def test_seeing_an_offer_is_kept_once_and_by_its_advisor_only():
    offer = seeking().offers.first()

    offers.mark_seen(offer=offer, by=UserFactory(advisor=True), at=NOON)
    assert offers.mark_seen(offer=offer, by=officer(), at=NOON).seen_at is None
    seen = offers.mark_seen(offer=offer, by=offer.advisor.person.user, at=NOON)
    again = offers.mark_seen(offer=offer, by=offer.advisor.person.user, at=LATE)

    assert seen.seen_at == again.seen_at == NOON


def test_yes_of_the_lead_engages_and_tells_the_leader():
    request = seeking()

    engagement = yes(open_offer(request))

    request.refresh_from_db()
    assert (request.state, engagement.role, engagement.seat) == (State.ENGAGED, "lead", 1)
    assert request.next_action == NextAction.FIRST_CONTACT
    assert said("peer_assigned") == {request.leader.full_name}
    assert said("engagement_started") == {engagement.advisor.person.full_name}


def test_yes_of_the_alternate_alone_keeps_seeking():
    request = seeking()

    yes(open_offer(request, "alternate"))

    request.refresh_from_db()
    assert request.state == State.SEEKING
    assert request.engagements.get().role == "alternate"


def test_the_alternate_stays_asked_after_the_lead_said_yes():
    request = seeking()

    yes(open_offer(request))

    assert open_offer(request, "alternate")
    assert outreach.running(request).state == OutreachState.RUNNING


def test_when_both_said_yes_the_round_is_filled():
    request = seeking()

    yes(open_offer(request))
    yes(open_offer(request, "alternate"))

    assert request.outreaches.get().state == OutreachState.FILLED
    assert request.engagements.active().count() == 2


def test_a_second_yes_finds_the_same_engagement():
    offer = open_offer(seeking())

    assert yes(offer).pk == yes(offer).pk


def test_only_the_advisor_asked_can_say_yes():
    offer = open_offer(seeking())

    for stranger in (UserFactory(advisor=True), officer()):
        with pytest.raises(PermissionDenied):
            offers.accept(offer=offer, by=stranger, at=NOON)


def test_no_passes_on_to_the_next_at_once():
    first, second, third, _fourth = advisors(4)
    request = triaged()
    start(request, first, second)

    offers.decline(offer=open_offer(request), by=first.person.user, at=NOON)

    assert open_offer(request).advisor == third
    assert open_offer(request).expires_at == NOON + 4 * HOURS
    assert open_offer(request, "alternate").advisor == second


def test_no_by_link_needs_no_account():
    offer = open_offer(seeking())

    assert offers.decline(offer=offer, by=None, at=NOON).state == OfferState.DECLINED


def test_a_strangers_no_is_refused():
    with pytest.raises(PermissionDenied):
        offers.decline(offer=open_offer(seeking()), by=UserFactory(advisor=True), at=NOON)


def test_the_log_keeps_no_name_beside_a_no():
    offer = open_offer(seeking())

    offers.decline(offer=offer, by=offer.advisor.person.user, at=NOON, kind="not_this_kind")

    entry = AuditEntry.objects.get(verb="offer.ended")
    assert entry.actor_id is None
    assert "not_this_kind" not in str(entry.facts)
    assert "declined" not in str(entry.facts)


def test_asking_for_a_call_tells_the_owner():
    request = seeking()
    offer = open_offer(request)

    offers.decline(offer=offer, by=offer.advisor.person.user, at=NOON, kind="call_me")

    assert Message.objects.get(purpose="advisor_asks_call").person == request.owner.person


def test_silence_passes_on_when_the_time_is_over():
    first, second, third = advisors(3)
    request = triaged()
    start(request, first, second)

    assert offers.expire_due(LATE - timedelta(seconds=1)) == 0
    assert offers.expire_due(LATE) == 2

    assert {o.advisor: o.state for o in request.offers.all()} == {
        first: OfferState.EXPIRED,
        second: OfferState.EXPIRED,
        third: OfferState.PROMISED,
    }
    assert open_offer(request).advisor == third


def test_a_sweep_run_twice_passes_on_once():
    request = seeking()
    reachable_advisor()
    offers.expire_due(LATE)
    before = request.offers.count()

    assert offers.expire_due(LATE) == 0
    assert request.offers.count() == before


def test_the_next_is_checked_against_todays_rules():
    first, second, third, fourth = advisors(4)
    request = triaged()
    start(request, first, second)
    third.away_open_ended = True
    third.save()

    offers.decline(offer=open_offer(request), by=None, at=NOON)

    assert open_offer(request).advisor == fourth


def test_the_next_is_checked_against_the_load_of_this_moment():
    first, second, third, fourth = advisors(4)
    request = triaged()
    start(request, first, second)
    OfferFactory(advisor=third)
    OfferFactory(advisor=third)

    offers.decline(offer=open_offer(request), by=None, at=NOON)

    assert open_offer(request).advisor == fourth


def test_with_nobody_left_the_alternate_becomes_the_lead_to_be():
    request = seeking()
    alternate = open_offer(request, "alternate")

    offers.decline(offer=open_offer(request), by=None, at=NOON)

    assert open_offer(request).pk == alternate.pk


def test_with_nobody_left_an_alternate_who_said_yes_becomes_the_lead():
    request = seeking()
    engagement = yes(open_offer(request, "alternate"))

    offers.decline(offer=open_offer(request), by=None, at=NOON)

    request.refresh_from_db()
    engagement.refresh_from_db()
    assert (request.state, engagement.role) == (State.ENGAGED, "lead")


def test_an_empty_pool_rings_the_manager_first():
    request = triaged()
    start(request, reachable_advisor())

    offers.decline(offer=open_offer(request), by=None, at=NOON)

    request.refresh_from_db()
    assert request.outreaches.get().state == OutreachState.EMPTY
    assert request.next_action == NextAction.CHOOSE_AGAIN
    alarm = Alarm.objects.get(kind="pool_empty")
    assert alarm.steps.order_by("number").first().audience == "manager"


def test_outreach_can_start_again_after_an_empty_pool_and_settles_the_alarm():
    request = triaged()
    start(request, reachable_advisor())
    offers.decline(offer=open_offer(request), by=None, at=NOON)

    start(request, advisor := reachable_advisor())

    assert open_offer(request).advisor == advisor
    assert Alarm.objects.get(kind="pool_empty").state == AlarmState.SETTLED


def test_staff_stop_and_everyone_asked_is_told():
    request = seeking()

    outreach.stop(assistance_request=request, by=request.owner, at=NOON)

    request.refresh_from_db()
    assert {o.state for o in request.offers.all()} == {OfferState.WITHDRAWN}
    assert request.outreaches.get().state == OutreachState.STOPPED
    assert request.next_action == NextAction.CHOOSE_AGAIN
    assert Message.objects.filter(purpose="offer_filled").count() == 2


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


def test_others_asked_for_the_same_place_are_thanked():
    request = seeking()
    third = outreach.offer(
        assistance_request=request,
        advisor=reachable_advisor(person__full_name="Third"),
        role="alternate",
        by=request.owner,
        at=NOON,
    )

    yes(request.offers.filter(role="alternate").first())

    third.refresh_from_db()
    assert third.state == OfferState.SUPERSEDED
    assert said("offer_filled") == {"Third"}


LATE_TAPS = {
    OfferState.DECLINED: "You said not now",
    OfferState.EXPIRED: "We asked someone else at",
    OfferState.SUPERSEDED: "Someone else could help",
    OfferState.WITHDRAWN: "The desk took this offer back",
}


@pytest.mark.parametrize("state", LATE_TAPS)
def test_a_late_yes_hears_a_kind_sentence(state):
    offer = OfferFactory(state=state, advisor=reachable_advisor())

    with pytest.raises(MoveRefused, match=LATE_TAPS[state]) as refusal:
        yes(offer)
    assert str(refusal.value).endswith((".", "CT. Thank you for being there."))


def test_a_late_no_changes_nothing():
    offer = OfferFactory(state=OfferState.EXPIRED, advisor=reachable_advisor())

    assert offers.decline(offer=offer, by=None, at=NOON).state == OfferState.EXPIRED


def test_a_yes_a_moment_late_counts_while_nobody_else_was_asked():
    offer = open_offer(seeking())

    assert yes(offer, at=LATE + timedelta(seconds=2)).is_active


def test_nobody_takes_more_than_their_own_limit():
    advisor = reachable_advisor(max_active=1)
    EngagementFactory(offer__advisor=advisor)
    offer = OfferFactory(advisor=advisor)

    with pytest.raises(MoveRefused, match="as your limit allows"):
        yes(offer)


def test_nobody_takes_two_critical_requests():
    advisor = reachable_advisor()
    EngagementFactory(
        offer__advisor=advisor, offer__outreach__assistance_request__urgency="critical"
    )
    offer = OfferFactory(advisor=advisor, outreach__assistance_request__urgency="critical")

    with pytest.raises(MoveRefused, match="a critical request already"):
        yes(offer)


def test_the_lowest_free_seat_is_taken():
    advisor = reachable_advisor(max_active=3)
    EngagementFactory(offer__advisor=advisor, seat=1)
    EngagementFactory(offer__advisor=advisor, seat=3)

    assert yes(OfferFactory(advisor=advisor)).seat == 2


def test_a_closed_request_can_no_longer_be_accepted():
    request = seeking()
    offer = open_offer(request)
    closing.close(assistance_request=request, close_reason="met", by=request.owner, at=NOON)

    with pytest.raises(MoveRefused, match="took this offer back"):
        yes(offer)


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
