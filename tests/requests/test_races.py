"""Two at the same moment: nothing is doubled. Real transactions, real threads."""

import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError

from mvai.duty import actions as duty
from mvai.duty.models import Alarm
from mvai.outbox.models import Message
from mvai.web.refusals import Refused
from requests.actions import (
    agreed,
    calling,
    closing,
    desk,
    engagements,
    follow_ups,
    offers,
    outreach,
    promises,
    watch,
)
from requests.models import (
    AgreedTime,
    AssistanceRequest,
    CallPromise,
    CallStart,
    Engagement,
    FollowUp,
    Offer,
    StateChange,
)
from requests.states import FollowUpState, OfferState, State
from tests.factories import NOON
from tests.factories.duty import ShiftFactory
from tests.factories.requests import (
    AssistanceRequestFactory,
    FollowUpFactory,
    OfferFactory,
    reachable_advisor,
)
from tests.requests.stories import engaged, filed, officer, seeking, triaged, yes
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LATE = NOON + timedelta(hours=4)
SOON = NOON + timedelta(minutes=16)


def refused(answers):
    return [answer for answer in answers if isinstance(answer, Refused)]


def nothing_broke(answers):
    """Every answer is a result or a sentence for the person; nothing else was raised."""
    return [a for a in answers if isinstance(a, Exception) and not isinstance(a, Refused)] == []


def test_a_double_tap_files_one_request():
    attempt = uuid.uuid4()

    answers = at_once(*[lambda: filed(attempt=attempt)] * 4)

    assert nothing_broke(answers)
    assert len({answer.pk for answer in answers}) == 1
    assert AssistanceRequest.objects.count() == 1
    assert Alarm.objects.count() == 1
    assert Message.objects.filter(purpose="request_received").count() == 1


def test_many_leaders_at_once_are_all_kept():
    answers = at_once(*[filed] * 6)

    assert nothing_broke(answers)
    assert len({answer.reference for answer in answers}) == 6


def test_of_several_officers_one_has_it():
    request, people = filed(), [officer() for _ in range(4)]

    answers = at_once(
        *(lambda by=by: desk.take(assistance_request=request, by=by, at=NOON) for by in people)
    )

    assert nothing_broke(answers)
    assert len(refused(answers)) == 3
    request.refresh_from_db()
    assert request.owner in people
    assert StateChange.objects.filter(move="take").count() == 1


def test_one_by_the_page_and_one_by_the_link_are_still_one():
    request, first, second = filed(), officer(), officer()
    alarm = Alarm.objects.get()

    answers = at_once(
        lambda: desk.take(assistance_request=request, by=first, at=NOON),
        lambda: duty.take(alarm=alarm, by=second, at=NOON),
    )

    assert nothing_broke(answers)
    assert len(refused(answers)) == 1
    request.refresh_from_db()
    alarm.refresh_from_db()
    assert request.owner == alarm.taken_by


def test_two_taps_of_one_advisor_take_one_seat():
    offer = seeking().offers.get(role="lead")

    answers = at_once(*[lambda: yes(offer)] * 3)

    assert nothing_broke(answers)
    assert len({answer.pk for answer in answers}) == 1
    assert Engagement.objects.count() == 1
    assert StateChange.objects.filter(move="engage").count() == 1
    assert Message.objects.filter(purpose="engagement_started").count() == 1


def test_lead_and_alternate_at_once_are_one_lead_and_one_alternate():
    request = seeking()
    asked = list(request.offers.select_related("advisor__person__user"))

    answers = at_once(*(lambda offer=offer: yes(offer) for offer in asked))

    assert nothing_broke(answers)
    assert sorted(e.role for e in Engagement.objects.all()) == ["alternate", "lead"]
    request.refresh_from_db()
    assert request.state == State.ENGAGED
    assert request.outreaches.get().state == "filled"


def test_two_asked_for_one_place_make_one_and_one_is_thanked():
    request = seeking()
    outreach.offer(
        assistance_request=request,
        advisor=reachable_advisor(),
        role="alternate",
        by=request.owner,
        at=NOON,
    )
    request.offers.update(seen_at=NOON)
    asked = list(request.offers.filter(role="alternate").select_related("advisor__person__user"))

    answers = at_once(*(lambda offer=offer: yes(offer) for offer in asked))

    assert nothing_broke(answers)
    assert len(refused(answers)) == 1
    assert Engagement.objects.filter(role="alternate").count() == 1
    assert {o.state for o in request.offers.filter(role="alternate")} == {
        OfferState.ACCEPTED,
        OfferState.SUPERSEDED,
    }
    assert Message.objects.filter(purpose="offer_filled").count() == 1


def test_one_advisor_asked_for_two_requests_stays_within_the_limit():
    advisor = reachable_advisor(max_active=1)
    asked = [OfferFactory(advisor=advisor) for _ in range(3)]

    answers = at_once(*(lambda offer=offer: yes(offer) for offer in asked))

    assert nothing_broke(answers)
    assert len(refused(answers)) == 2
    assert Engagement.objects.count() == 1


def test_yes_and_the_end_of_its_time_at_once_make_a_lead_or_pass_on_and_never_both():
    request = seeking()
    offer = request.offers.get(role="lead")
    offer.advisor.person.user  # noqa: B018 (loaded before the threads start)

    answers = at_once(lambda: yes(offer, at=LATE), lambda: offers.expire_due(LATE))

    assert nothing_broke(answers)
    offer.refresh_from_db()
    assert offer.state in {OfferState.ACCEPTED, OfferState.EXPIRED}
    assert Engagement.objects.filter(role="lead").count() == (
        1 if offer.state == OfferState.ACCEPTED else 0
    )


def test_yes_and_a_stop_at_once_leave_no_offer_open():
    request = seeking()
    offer = request.offers.get(role="lead")
    offer.advisor.person.user  # noqa: B018 (loaded before the threads start)

    answers = at_once(
        lambda: yes(offer),
        lambda: outreach.stop(assistance_request=request, by=request.owner, at=NOON),
    )

    assert nothing_broke(answers)
    assert not request.offers.open().exists()


def test_sweeps_in_several_processes_pass_each_offer_on_once():
    for _ in range(4):
        reachable_advisor(max_active=5)
    requests = [seeking() for _ in range(3)]
    before = Offer.objects.count()

    answers = at_once(*[lambda: offers.expire_due(LATE)] * 3)
    for _ in range(3):  # what another sweep held is found by the next
        offers.expire_due(LATE)

    assert nothing_broke(answers)
    assert Offer.objects.filter(state=OfferState.EXPIRED).count() == before
    for request in requests:
        assert request.offers.open().filter(role="lead").count() == 1


def test_sweeps_in_several_processes_tell_an_owner_once():
    for number in range(6):
        FollowUpFactory(due_at=NOON, milestone=f"Y{number + 4}")

    answers = at_once(*[lambda: follow_ups.mark_due(NOON)] * 3)

    assert nothing_broke(answers)
    assert sum(answers) == 6
    assert FollowUp.objects.filter(state=FollowUpState.DUE).count() == 6
    assert Message.objects.filter(purpose="follow_up_due").count() == 6


def test_sweeps_in_several_processes_ring_once():
    AssistanceRequestFactory(state=State.TRIAGED, owner=None)

    assert nothing_broke(at_once(*[lambda: watch.find_unattended(NOON)] * 3))

    assert Alarm.objects.count() == 1


def test_outreach_started_twice_at_once_starts_once():
    request, lead, alternate = triaged(), reachable_advisor(), reachable_advisor()

    answers = at_once(
        *[
            lambda: outreach.start(
                assistance_request=request,
                lead=lead,
                alternate=alternate,
                by=request.owner,
                at=NOON,
            )
        ]
        * 2
    )

    assert nothing_broke(answers)
    assert len(refused(answers)) == 1
    assert Offer.objects.count() == 2


def test_closing_and_stepping_back_at_once_leave_nothing_open():
    request = engaged()
    lead = request.engagements.select_related("advisor__person__user").get()

    answers = at_once(
        lambda: engagements.step_back(engagement=lead, by=lead.advisor.person.user, at=LATE),
        lambda: closing.close(
            assistance_request=request, close_reason="met", by=request.owner, at=LATE
        ),
    )

    assert nothing_broke(answers)
    request.refresh_from_db()
    assert request.state == State.CLOSED
    assert not request.engagements.active().exists()
    assert not Alarm.objects.open().exists()


def test_taking_and_calling_at_once_never_lock_one_another_out():
    """Both touch the alarm and the request, and do so in the same order."""
    for _ in range(3):
        request, by, other = filed(), officer(), officer()
        desk.take(assistance_request=request, by=by, at=NOON)
        watch.find_unattended(SOON)

        answers = at_once(
            lambda request=request, other=other: desk.take(
                assistance_request=request, by=other, at=SOON
            ),
            lambda request=request, by=by: desk.log_call(
                assistance_request=request, outcome="reached", by=by, at=SOON
            ),
        )

        assert not any(isinstance(answer, OperationalError) for answer in answers)
        assert nothing_broke(answers)


def test_i_am_calling_now_pressed_by_two_is_one_call_and_one_text():
    request, people = filed(), [officer(), officer()]
    desk.take(assistance_request=request, by=people[0], at=NOON)

    answers = at_once(
        *[
            lambda by=by: calling.calling_now(assistance_request=request, by=by, at=NOON)
            for by in people * 2
        ]
    )

    assert nothing_broke(answers)
    assert CallStart.objects.count() == 1
    assert Message.objects.filter(purpose="calling_now").count() == 1


def test_a_missed_promise_is_told_once_by_two_sweeps():
    ShiftFactory(user=officer())
    filed()

    at_once(*[lambda: promises.tell_missed(SOON)] * 3)

    assert CallPromise.objects.missed().count() == 1
    assert Message.objects.filter(purpose="call_late").count() == 1


def test_the_leader_chooses_while_the_advisor_agrees_and_one_time_stands():
    request = engaged()
    part = request.engagements.get()
    by = part.advisor.person.user
    later = NOON + timedelta(days=2)
    [proposed] = agreed.propose(engagement=part, times=[later], by=by, at=NOON)

    answers = at_once(
        lambda: agreed.choose(proposed=proposed, at=NOON),
        lambda: agreed.agree(engagement=part, starts_at=later + timedelta(hours=1), by=by, at=NOON),
    )

    assert nothing_broke(answers)
    assert AgreedTime.objects.agreed().count() == 1
