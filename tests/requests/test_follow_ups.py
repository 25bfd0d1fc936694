"""Slow help is scheduled, not remembered."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mvai.outbox import purposes
from mvai.outbox.models import Message
from requests.actions import closing, follow_ups
from requests.actions.moves import MoveRefused
from requests.models import FollowUp
from requests.states import FollowUpState, NextAction, State
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.people import ContactPointFactory
from tests.factories.requests import AssistanceRequestFactory, FollowUpFactory
from tests.requests.stories import engaged, officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_left_alone")]

YEARS = timedelta(days=366)


def act(name, follow_up, **given):
    by = given.pop("by", None) or follow_up.assistance_request.owner
    return getattr(follow_ups, name)(follow_up=follow_up, by=by, at=NOON, **given)


def test_an_engagement_brings_the_standard_plan_with_owner_and_time():
    request = engaged()

    plan = list(request.follow_ups.all())
    assert [row.milestone for row in plan][:4] == ["H24", "H72", "D7", "D14"]
    assert len(plan) == 14
    assert {row.owner for row in plan} == {request.owner}
    assert all(row.due_at > NOON for row in plan)


def test_planning_twice_plans_once():
    request = engaged()

    follow_ups.plan(engagement=request.engagements.get(), at=NOON)

    assert request.follow_ups.count() == 14


def test_a_planned_contact_falls_due_and_its_owner_is_told():
    follow_up = FollowUpFactory(due_at=NOON)
    ContactPointFactory(person=follow_up.owner.person, channel="email", value="a@b.example")

    assert follow_ups.mark_due(NOON - timedelta(seconds=1)) == 0
    assert follow_ups.mark_due(NOON) == 1

    follow_up.refresh_from_db()
    assert follow_up.state == FollowUpState.DUE
    told = Message.objects.filter(purpose="follow_up_due")
    assert {message.person for message in told} == {follow_up.owner.person}
    assert {message.channel for message in told} == {"email", "portal"}


def test_who_has_handed_it_over_meanwhile_is_not_told():
    follow_up = FollowUpFactory(due_at=NOON)
    follow_ups.mark_due(NOON)
    [message] = Message.objects.filter(purpose="follow_up_due")
    relevant = purposes.get("follow_up_due").is_relevant
    assert relevant(message, NOON) == ""

    follow_up.owner = officer()
    follow_up.save()

    assert relevant(message, NOON) == "no_longer_needed"


def test_the_sweep_run_twice_or_late_tells_once():
    FollowUpFactory(due_at=NOON)

    assert follow_ups.mark_due(NOON + timedelta(days=3)) == 1
    assert follow_ups.mark_due(NOON + timedelta(days=3)) == 0
    assert Message.objects.count() == 1


@pytest.mark.parametrize("state", [FollowUpState.PLANNED, FollowUpState.DUE])
def test_a_follow_up_is_done(state):
    follow_up = act("done", FollowUpFactory(state=state), note="Spoke with her")

    assert (follow_up.state, follow_up.done_at) == (FollowUpState.DONE, NOON)
    assert follow_up.assistance_request.follow_ups.count() == 1


def test_a_follow_up_moves_to_another_day_with_a_reason():
    follow_up = FollowUpFactory()
    day = NOON + timedelta(days=40)

    moved = act("move", follow_up, due_at=day, note="Trial starts")

    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.moved_to) == (FollowUpState.MOVED, moved)
    assert (moved.due_at, moved.milestone, moved.state) == (day, "D30", FollowUpState.PLANNED)


@pytest.mark.parametrize(
    "given", [{"due_at": NOON, "note": "x"}, {"due_at": NOON + YEARS, "note": " "}]
)
def test_a_follow_up_moves_neither_back_nor_without_a_reason(given):
    with pytest.raises(MoveRefused):
        act("move", FollowUpFactory(), **given)


@pytest.mark.parametrize(
    "state", sorted(set(FollowUpState) - {FollowUpState.PLANNED, FollowUpState.DUE})
)
@pytest.mark.parametrize("name", ["done", "skip", "move"])
def test_a_settled_follow_up_stays_settled(name, state):
    given = {"due_at": NOON + YEARS, "note": "x"} if name == "move" else {}

    with pytest.raises(MoveRefused, match="settled already"):
        act(name, FollowUpFactory(state=state), **given)


@pytest.mark.parametrize("name", ["done", "skip"])
@pytest.mark.parametrize(("last", "following"), [("M36", "Y4"), ("Y4", "Y5")])
def test_the_last_contact_creates_the_next_a_year_on(name, last, following):
    follow_up = FollowUpFactory(milestone=last, due_at=NOON)

    act(name, follow_up)

    coming = FollowUp.objects.get(milestone=following)
    assert coming.due_at.date().isoformat() == "2027-11-23"
    assert coming.owner == follow_up.owner


def test_an_earlier_contact_creates_nothing():
    act("skip", FollowUpFactory())

    assert FollowUp.objects.count() == 1


def test_the_next_action_follows_the_plan():
    request = AssistanceRequestFactory(state=State.FOLLOWING_UP, next_action=NextAction.FOLLOW_UP)
    first = FollowUpFactory(assistance_request=request, milestone="D7", due_at=NOON)
    second = FollowUpFactory(assistance_request=request, milestone="D14", due_at=NOON + YEARS)

    act("done", first)

    request.refresh_from_db()
    assert request.next_action_due_at == second.due_at


def test_the_agency_says_stop():
    follow_up = FollowUpFactory()
    request = follow_up.assistance_request

    assert follow_ups.stop(assistance_request=request, by=request.owner, at=NOON) == 1

    follow_up.refresh_from_db()
    request.refresh_from_db()
    assert follow_up.state == FollowUpState.STOPPED
    assert request.next_action == NextAction.OTHER


def test_nothing_of_a_closed_request_falls_due():
    follow_up = FollowUpFactory(due_at=NOON)
    request = follow_up.assistance_request
    closing.close(assistance_request=request, close_reason="met", by=request.owner, at=NOON)

    assert follow_ups.mark_due(NOON) == 0


def test_only_the_desk_settles_a_follow_up():
    with pytest.raises(PermissionDenied):
        act("done", FollowUpFactory(), by=UserFactory(advisor=True))


def test_a_colleague_may_do_it():
    assert act("done", FollowUpFactory(), by=officer()).state == FollowUpState.DONE
