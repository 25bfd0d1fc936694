"""An advisor whose account is turned off: nobody waits for an answer that can't come."""

from datetime import timedelta

import pytest

from mvai.accounts.members import actions
from mvai.accounts.roles import Role
from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm
from requests.actions import offers
from requests.actions.moves import MoveRefused
from requests.models import Engagement, Offer
from requests.states import EngagementState, NextAction, OfferState, State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.requests import reachable_advisor
from tests.requests.stories import (
    advisors,
    engaged,
    open_offer,
    seeking,
    start,
    triaged,
    yes,
)

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def lena():
    return UserFactory(administrator=True)


def turn_off(advisor, lena):
    actions.deactivate(user=advisor.person.user, by=lena, at=LATER)


def test_their_open_offer_is_taken_back_and_the_next_is_asked(lena):
    first, second, third = advisors(3)
    request = triaged()
    start(request, first)

    turn_off(first, lena)

    assert Offer.objects.get(advisor=first).state == OfferState.WITHDRAWN
    assert open_offer(request).advisor == second
    assert not Offer.objects.filter(advisor=third).exists()


def test_with_nobody_left_to_ask_the_manager_is_rung(lena):
    only = reachable_advisor()
    request = triaged()
    start(request, only)

    turn_off(only, lena)

    request.refresh_from_db()
    assert request.next_action == NextAction.CHOOSE_AGAIN
    assert Alarm.objects.get(kind="pool_empty").is_ringing


def test_beside_a_leader_the_alternate_takes_over_and_the_owner_reads_why(lena):
    request = engaged()
    yes(open_offer(request, "alternate"))
    left = request.engagements.get(role="lead")

    turn_off(left.advisor, lena)

    request.refresh_from_db()
    left.refresh_from_db()
    assert left.state == EngagementState.HANDED_OVER
    assert request.engagements.active().get().role == "lead"
    assert "turned off" in request.next_action_note
    assert AuditEntry.objects.get(verb="engagement.released").actor_id == lena.pk


def test_with_nobody_behind_them_the_request_is_the_desks_and_rings(lena):
    request = engaged()
    request.offers.open().update(state="declined", ended_at=NOON)
    left = request.engagements.get(role="lead")

    turn_off(left.advisor, lena)

    request.refresh_from_db()
    assert request.state == State.SEEKING
    assert (request.next_action, request.owner.is_active) == (NextAction.CHOOSE_AGAIN, True)
    assert "turned off" in request.next_action_note
    assert Alarm.objects.get(kind="advisor_needed").is_ringing


def test_an_alternate_who_leaves_is_told_to_the_owner(lena):
    request = engaged()
    alternate = yes(open_offer(request, "alternate"))

    turn_off(alternate.advisor, lena)

    request.refresh_from_db()
    assert request.state == State.ENGAGED
    assert "turned off" in request.next_action_note


def test_their_seats_are_free_and_nothing_is_deleted(lena):
    one = reachable_advisor()
    for _ in range(2):
        yes(open_offer(seeking(lead=one)))
    assert Engagement.objects.active().filter(advisor=one).count() == 2
    kept = Offer.objects.count(), Engagement.objects.filter(advisor=one).count()

    turn_off(one, lena)

    assert not Engagement.objects.active().filter(advisor=one).exists()
    assert (Offer.objects.count(), Engagement.objects.filter(advisor=one).count()) == kept


def test_it_is_done_once(lena):
    request = engaged()
    left = request.engagements.get(role="lead").advisor
    for _ in range(2):
        turn_off(left, lena)

    assert AuditEntry.objects.filter(verb="engagement.released").count() == 1


def test_nobody_asks_them_until_the_account_is_on_again(lena):
    gone = reachable_advisor(person__full_name="Kim Lee")
    turn_off(gone, lena)
    request = triaged()

    with pytest.raises(MoveRefused, match="Kim Lee can't answer: their account is turned off"):
        start(request, gone)

    actions.activate(user=gone.person.user, by=lena, at=LATER)
    start(request, gone)
    assert open_offer(request).advisor == gone


def test_the_next_in_the_list_is_skipped_while_turned_off(lena):
    first, second, third = advisors(3)
    request = triaged()
    start(request, first)
    turn_off(second, lena)

    offers.decline(offer=open_offer(request), by=first.person.user, at=LATER)

    assert open_offer(request).advisor == third


def test_who_only_leaves_the_desk_stays_with_the_leader(lena):
    request = engaged()
    lead = request.engagements.get(role="lead")
    user = lead.advisor.person.user
    user.roles = [Role.ADVISOR, Role.DUTY_OFFICER]
    user.save()

    actions.change_roles(user=user, roles=[Role.ADVISOR], by=lena, at=LATER)

    lead.refresh_from_db()
    assert lead.is_active
