"""At the leader's side: contacts, stepping back, ending."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm
from mvai.outbox.models import Message
from requests.actions import engagements, outreach
from requests.actions.moves import MoveRefused
from requests.models import ContactLog
from requests.states import EngagementState, NextAction, State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.requests import reachable_advisor
from tests.requests.stories import engaged, officer, seeking, yes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_left_alone")]

LATER = NOON + timedelta(hours=2)


def lead_of(request):
    return request.engagements.active().get(role="lead")


def log(engagement, by=None, **given):
    return engagements.log_contact(
        engagement=engagement,
        by=by or engagement.advisor.person.user,
        **{
            "mode": "PHONE",
            "started_at": NOON + timedelta(hours=1),
            "minutes": 30,
            "topics": ["LEADER"],
            "at": LATER,
        }
        | given,
    )


def step_back(engagement, **given):
    return engagements.step_back(
        engagement=engagement, by=engagement.advisor.person.user, at=LATER, **given
    )


def test_the_first_contact_moves_the_request_on_to_following_up():
    request = engaged()

    contact = log(lead_of(request))

    request.refresh_from_db()
    assert request.state == State.FOLLOWING_UP
    assert request.next_action == NextAction.FOLLOW_UP
    assert request.next_action_due_at == request.follow_ups.order_by("due_at").first().due_at
    assert request.last_contact_at == contact.at
    assert [topic.pk for topic in contact.topics.all()] == ["LEADER"]


def test_later_contacts_are_kept_beside_the_first():
    request = engaged()
    log(lead_of(request))

    log(lead_of(request), minutes=15)

    assert ContactLog.objects.count() == 2
    assert lead_of(request).first_contact_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    "given",
    [
        {"started_at": LATER + timedelta(minutes=1)},
        {"minutes": 0},
        {"minutes": 1441},
        {"note": "x" * 501},
    ],
)
def test_a_contact_that_can_not_be_true_is_refused(given):
    with pytest.raises(MoveRefused):
        log(lead_of(engaged()), **given)


def test_a_stranger_logs_nothing():
    with pytest.raises(PermissionDenied):
        log(lead_of(engaged()), by=UserFactory(advisor=True))


def test_the_desk_may_log_for_an_advisor():
    by = officer()

    assert log(lead_of(engaged()), by=by).logged_by == by


def test_the_words_of_a_note_stay_out_of_the_log():
    log(lead_of(engaged()), note="Talked about Riverton")

    assert "Riverton" not in str(AuditEntry.objects.get(verb="engagement.contact_logged").facts)


def test_when_the_lead_steps_back_the_alternate_takes_over():
    request = engaged()
    alternate = yes(request.offers.get(role="alternate"))
    lead = lead_of(request)

    step_back(lead)

    lead.refresh_from_db()
    alternate.refresh_from_db()
    request.refresh_from_db()
    assert lead.state == EngagementState.HANDED_OVER
    assert (alternate.role, alternate.state) == ("lead", EngagementState.ACTIVE)
    assert request.state == State.ENGAGED
    assert set(request.follow_ups.values_list("engagement", flat=True)) == {alternate.pk}


def test_the_leader_hears_only_who_the_contact_is_now():
    request = engaged()
    yes(request.offers.get(role="alternate"))

    step_back(lead_of(request))

    told = Message.objects.filter(purpose="peer_assigned", person=request.leader)
    assert told.count() == 2


def test_stepping_back_with_nobody_behind_seeks_again_and_rings():
    request = engaged()
    request.offers.open().update(state="declined", ended_at=NOON)

    step_back(lead_of(request), note="Family")

    request.refresh_from_db()
    assert request.state == State.SEEKING
    assert request.next_action == NextAction.CHOOSE_AGAIN
    assert request.next_action_note == "Family"
    assert Alarm.objects.get(kind="advisor_needed").is_ringing


def test_stepping_back_while_an_alternate_is_asked_makes_that_one_the_lead_to_be():
    request = engaged()

    step_back(lead_of(request))

    request.refresh_from_db()
    assert request.state == State.SEEKING
    assert request.offers.open().get().role == "lead"
    assert request.next_action == NextAction.AWAIT_ANSWERS


def test_stepping_back_asks_nobody_new():
    request = seeking()
    reachable_advisor()
    yes(request.offers.get(role="lead"))

    step_back(lead_of(request))

    assert request.offers.count() == 2


def test_a_new_alternate_can_be_asked_for_and_the_owner_goes_on():
    request = engaged(happened=timedelta(hours=3))
    step_back(yes(request.offers.get(role="alternate")))
    request.refresh_from_db()
    assert request.next_action == NextAction.CHOOSE_AGAIN

    offer = outreach.offer(
        assistance_request=request,
        advisor=reachable_advisor(),
        role="alternate",
        by=request.owner,
        at=LATER,
    )
    request.refresh_from_db()
    assert request.next_action == NextAction.AWAIT_ANSWERS
    yes(offer, at=LATER)

    request.refresh_from_db()
    assert request.next_action == NextAction.FIRST_CONTACT


def test_an_alternate_may_step_back_and_the_lead_stays():
    request = engaged()
    alternate = yes(request.offers.get(role="alternate"))

    step_back(alternate)

    request.refresh_from_db()
    assert request.state == State.ENGAGED
    assert lead_of(request)
    assert not Alarm.objects.filter(kind="advisor_needed").exists()


def test_after_a_critical_request_an_advisor_rests():
    request = engaged(happened=timedelta(hours=3))
    lead = lead_of(request)

    step_back(lead)

    lead.advisor.refresh_from_db()
    assert lead.advisor.rest_until == LATER + timedelta(days=14)


def test_a_rest_waived_before_is_a_new_rest_to_decide_on():
    tired = reachable_advisor(rest_until=NOON - timedelta(days=1), rest_waived=True)
    request = seeking(lead=tired, happened=timedelta(hours=3))

    step_back(yes(request.offers.get(role="lead")))

    tired.refresh_from_db()
    assert (tired.rest_until, tired.rest_waived) == (LATER + timedelta(days=14), False)


def test_other_requests_call_for_no_rest():
    lead = lead_of(engaged())

    step_back(lead)

    lead.advisor.refresh_from_db()
    assert lead.advisor.rest_until is None


def test_an_engagement_that_has_ended_takes_nothing_more():
    request = engaged()
    lead = lead_of(request)
    step_back(lead)

    with pytest.raises(MoveRefused, match="has ended"):
        log(lead)
    with pytest.raises(MoveRefused, match="has ended"):
        step_back(lead)


def test_nobody_steps_back_for_another():
    with pytest.raises(PermissionDenied):
        engagements.step_back(engagement=lead_of(engaged()), by=UserFactory(advisor=True), at=LATER)


def test_ending_a_lead_while_following_up_leaves_the_follow_ups_to_the_desk():
    request = engaged()
    log(lead_of(request))

    engagements.end(engagement=lead_of(request), by=request.owner, at=LATER)

    request.refresh_from_db()
    assert request.state == State.FOLLOWING_UP
    assert request.follow_ups.open().exists()


def test_ending_a_lead_before_any_contact_seeks_again():
    request = engaged()
    request.offers.open().update(state="declined", ended_at=NOON)

    engagements.end(engagement=lead_of(request), by=request.owner, at=LATER)

    request.refresh_from_db()
    assert request.state == State.SEEKING


def test_an_advisor_does_not_end_an_engagement():
    lead = lead_of(engaged())

    with pytest.raises(PermissionDenied):
        engagements.end(engagement=lead, by=lead.advisor.person.user, at=LATER)
