"""The duty officer: take, call, confirm, hand on. Somebody has it at every second."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from mvai.audit.models import AuditEntry
from mvai.duty import actions as duty
from mvai.duty.models import Alarm, AlarmState
from mvai.people.models import ContactPoint
from requests.actions import desk, watch
from requests.actions.moves import MoveRefused
from requests.models import AssistanceRequest, CallLog
from requests.states import CallOutcome, Identity, NextAction, State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.requests import AssistanceRequestFactory, EngagementFactory, OfferFactory
from tests.requests.stories import filed, officer, taken

pytestmark = pytest.mark.django_db

SOON = NOON + timedelta(minutes=4)


def named(name):
    return officer(person=PersonFactory(full_name=name, title="", time_zone="America/New_York"))


def take(request, by, at=NOON):
    return desk.take(assistance_request=request, by=by, at=at)


def test_taking_makes_an_owner_whose_next_action_is_the_call():
    request = filed()

    owned = take(request, by := officer())

    assert (owned.state, owned.owner, owned.next_action) == ("acknowledged", by, NextAction.CALL)
    assert owned.next_action_due_at == NOON + timedelta(minutes=15)
    assert owned.acknowledged_at == NOON


def test_taking_stops_the_ringing():
    take(filed(), by := officer())

    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.taken_by) == (AlarmState.TAKEN, by)
    assert not alarm.steps.pending().exists()


def test_taking_the_alarm_takes_the_request():
    request = filed()

    duty.take(alarm=Alarm.objects.get(), by=(by := officer()), at=NOON)

    request.refresh_from_db()
    assert (request.state, request.owner) == (State.ACKNOWLEDGED, by)


def test_the_second_to_take_it_is_told_who_has_it():
    request = filed()
    take(request, named("Dana Ruiz"))

    with pytest.raises(MoveRefused, match=r"Dana Ruiz has it since noon ET\."):
        take(request, named("Sam Lee"), SOON)


def test_taking_twice_is_taking_once():
    request, by = filed(), officer()

    assert take(request, by).owner == take(request, by, SOON).owner
    assert AuditEntry.objects.filter(verb="request.taken").count() == 1


def test_an_advisor_takes_nothing():
    with pytest.raises(PermissionDenied):
        take(filed(), UserFactory(advisor=True))


def test_giving_it_back_rings_again_for_the_others():
    request = taken(by := officer())

    desk.give_back(assistance_request=request, by=by, at=SOON)

    request.refresh_from_db()
    assert (request.state, request.owner) == (State.SUBMITTED, None)
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.given_back_by) == (AlarmState.GIVEN_BACK, by)


def test_a_later_request_given_back_rings_as_unattended_and_can_be_taken():
    request = AssistanceRequestFactory(state=State.SEEKING, confirmed=True)

    desk.give_back(assistance_request=request, by=request.owner, at=NOON)
    owned = take(request, by := officer(), SOON)

    assert (owned.state, owned.owner) == (State.SEEKING, by)
    assert Alarm.objects.get(kind="request_unattended").state == AlarmState.SETTLED


def test_only_the_owner_gives_it_back():
    request = taken(named("Dana Ruiz"))

    with pytest.raises(MoveRefused, match="Dana Ruiz"):
        desk.give_back(assistance_request=request, by=officer(), at=SOON)


def test_handing_over_moves_the_request_and_its_follow_ups():
    engagement = EngagementFactory()
    request, colleague = engagement.assistance_request, officer()
    request.follow_ups.create(
        milestone="D30", label="x", due_at=SOON, owner=request.owner, engagement=engagement
    )

    handed = desk.hand_over(
        assistance_request=request, to=colleague, by=request.owner, at=NOON, note="At the hospital"
    )

    assert handed.owner == colleague
    assert request.follow_ups.get().owner == colleague
    assert handed.next_action_note == "At the hospital"


@pytest.mark.parametrize("role", ["advisor", "auditor", "administrator"])
def test_a_request_is_handed_only_to_somebody_at_the_desk(role):
    request = taken(by := officer())

    with pytest.raises(MoveRefused):
        desk.hand_over(assistance_request=request, to=UserFactory(**{role: True}), by=by, at=NOON)


def test_a_request_is_not_handed_to_somebody_who_left():
    request = taken(by := officer())

    with pytest.raises(MoveRefused):
        desk.hand_over(assistance_request=request, to=officer(is_active=False), by=by, at=NOON)


def log_call(request, by, outcome=CallOutcome.REACHED, at=SOON):
    return desk.log_call(
        assistance_request=request, outcome=outcome, minutes=3, note="Facts", by=by, at=at
    )


def test_a_call_that_reached_the_leader_leads_on_to_identity():
    request = taken(by := officer())

    log_call(request, by)

    request.refresh_from_db()
    assert request.next_action == NextAction.CONFIRM_IDENTITY
    assert request.last_contact_at == SOON
    assert CallLog.objects.get().minutes == 3


@pytest.mark.parametrize("outcome", ["no_answer", "left_message", "wrong_number"])
def test_a_call_that_reached_nobody_is_made_again(outcome):
    request = taken(by := officer())

    log_call(request, by, outcome)

    request.refresh_from_db()
    assert (request.next_action, request.last_contact_at) == (NextAction.CALL, None)
    assert request.next_action_due_at == SOON + timedelta(minutes=15)


def test_a_call_settles_the_alarm():
    request = taken(by := officer())

    log_call(request, by, CallOutcome.NO_ANSWER)

    assert Alarm.objects.get().state == AlarmState.SETTLED


def test_a_number_the_leader_answered_is_proven():
    request = taken(by := officer())

    log_call(request, by)

    assert set(ContactPoint.objects.values_list("proven_at", flat=True)) == {SOON}


def test_nobody_calls_before_somebody_has_it():
    with pytest.raises(MoveRefused, match="Take it first"):
        log_call(filed(), officer())


def test_a_request_taken_but_not_called_rings_again_after_a_quarter_of_an_hour():
    request = taken(officer())
    late = NOON + timedelta(minutes=15, seconds=1)

    assert watch.find_unattended(NOON + timedelta(minutes=14)) == 0
    assert watch.find_unattended(late) == 1
    assert Alarm.objects.get().is_ringing
    take(request, other := officer(), late)

    request.refresh_from_db()
    assert request.owner == other


def test_confirming_identity_keeps_how_and_by_whom():
    request = taken(by := officer())
    log_call(request, by)

    confirmed = desk.confirm_identity(
        assistance_request=request, method="published_number", by=by, at=SOON
    )

    assert confirmed.is_identity_confirmed
    assert confirmed.verification.by == by
    assert confirmed.next_action == NextAction.TRIAGE
    entry = AuditEntry.objects.get(verb="request.identity_confirmed")
    assert entry.facts["method"] == "published_number"


def test_an_unknown_way_of_confirming_is_refused():
    with pytest.raises(MoveRefused):
        desk.confirm_identity(
            assistance_request=taken(by := officer()), method="a_hunch", by=by, at=NOON
        )


def test_what_could_not_be_confirmed_takes_open_offers_back():
    offer = OfferFactory()
    request = offer.assistance_request

    desk.not_confirmed(assistance_request=request, by=request.owner, at=NOON)

    offer.refresh_from_db()
    request.refresh_from_db()
    assert offer.state == "withdrawn"
    assert request.identity == Identity.NOT_CONFIRMED
    assert request.next_action == NextAction.CONFIRM_IDENTITY


def test_an_agency_with_an_advisor_is_not_made_unconfirmed():
    request = EngagementFactory().assistance_request

    with pytest.raises(MoveRefused, match="An advisor is with this agency"):
        desk.not_confirmed(assistance_request=request, by=request.owner, at=NOON)


def test_the_next_action_is_set_with_a_time_ahead():
    request = taken(by := officer())
    given = {"assistance_request": request, "code": "other", "by": by, "at": NOON}

    with pytest.raises(MoveRefused, match="lies ahead"):
        desk.set_next_action(due_at=NOON, **given)
    changed = desk.set_next_action(due_at=SOON, note="Call the mayor", **given)

    assert (changed.next_action, changed.next_action_note) == ("other", "Call the mayor")


def unattended(**given):
    return AssistanceRequestFactory(state=State.TRIAGED, **given)


def test_a_request_without_an_owner_rings():
    unattended(owner=None)

    assert watch.find_unattended(NOON) == 1
    assert Alarm.objects.get().kind == "request_unattended"


def test_a_request_without_a_next_action_rings():
    unattended(next_action="", next_action_due_at=None)

    assert watch.find_unattended(NOON) == 1


def test_a_request_whose_owner_left_rings():
    unattended(owner=officer(is_active=False))

    assert watch.find_unattended(NOON) == 1


def test_a_request_rings_once_however_often_the_sweep_runs():
    unattended(owner=None)
    watch.find_unattended(NOON)

    assert watch.find_unattended(SOON) == 0
    assert Alarm.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_that_somebody_takes_at_this_moment_does_not_ring():
    request, locked, may_end = unattended(owner=None), threading.Event(), threading.Event()

    def taking():
        with transaction.atomic():
            mine = AssistanceRequest.objects.locked(request.pk)
            locked.set()
            may_end.wait(10)
            AssistanceRequest.objects.filter(pk=mine.pk).update(owner=officer())
        connection.close()

    other = threading.Thread(target=taking)
    other.start()
    locked.wait(10)
    threading.Timer(0.5, may_end.set).start()
    rang = watch.find_unattended(NOON)
    other.join()

    assert rang == 0
    assert not Alarm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_that_is_held_for_long_holds_up_no_other():
    held, free = unattended(owner=None), unattended(owner=None)
    locked, may_end = threading.Event(), threading.Event()

    def holding():
        with transaction.atomic():
            AssistanceRequest.objects.locked(held.pk)
            locked.set()
            may_end.wait(10)
        connection.close()

    other = threading.Thread(target=holding)
    other.start()
    locked.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout TO '200ms'")
    rang = watch.find_unattended(NOON)
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
    may_end.set()
    other.join()

    assert rang == 1
    assert Alarm.objects.get().subject_id == free.pk


def test_attended_and_closed_requests_ring_nobody():
    unattended()
    AssistanceRequestFactory(state=State.CLOSED)

    assert watch.find_unattended(NOON) == 0


def test_a_waiting_request_whose_alarm_is_gone_rings_again():
    AssistanceRequestFactory()

    assert watch.find_unattended(NOON) == 1
    assert Alarm.objects.get().kind == "request_filed"


def test_taking_an_unattended_request_gives_it_an_owner_and_a_next_action():
    request = unattended(owner=None, next_action="", next_action_due_at=None)
    watch.find_unattended(NOON)

    duty.take(alarm=Alarm.objects.get(), by=(by := officer()), at=SOON)

    request.refresh_from_db()
    assert request.owner == by
    assert request.next_action
    assert watch.find_unattended(SOON) == 0


def test_a_stranger_can_do_nothing_at_the_desk():
    request, stranger = taken(officer()), UserFactory(advisor=True)

    for attempt in (
        lambda: log_call(request, stranger),
        lambda: desk.confirm_identity(
            assistance_request=request, method="known_contact", by=stranger, at=NOON
        ),
        lambda: desk.not_confirmed(assistance_request=request, by=stranger, at=NOON),
        lambda: desk.hand_over(assistance_request=request, to=officer(), by=stranger, at=NOON),
        lambda: desk.give_back(assistance_request=request, by=stranger, at=NOON),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
