"""An advisor's answers: yes, a free no, silence, and kind words for the late."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm, AlarmState
from mvai.outbox.models import Message
from requests.actions import closing, offers, outreach
from requests.actions.moves import MoveRefused
from requests.states import NextAction, OfferState, OutreachState, State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.requests import (
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
    triaged,
    yes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_left_alone")]

LATE = NOON + timedelta(hours=4)
HOURS = timedelta(hours=1)


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
    assert messaged("peer_assigned") == {request.leader.full_name}
    assert messaged("engagement_started") == {engagement.advisor.person.full_name}


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


def test_others_asked_for_the_same_place_are_thanked():
    request = seeking()
    third = outreach.offer(
        assistance_request=request,
        advisor=reachable_advisor(person__full_name="Third"),
        role="alternate",
        by=request.owner,
        at=NOON,
    )
    offers.mark_seen(offer=third, by=third.advisor.person.user, at=NOON)

    yes(request.offers.filter(role="alternate").first())

    third.refresh_from_db()
    assert third.state == OfferState.SUPERSEDED
    assert messaged("offer_filled") == {"Third"}


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
