"""The leader moves or stops planned contacts, and asks for a call again."""

from datetime import timedelta

import pytest

from mvai.duty.models import Alarm
from requests.actions import closing, desk, filing
from requests.actions.moves import MoveRefused
from requests.models import FollowUp
from requests.states import FollowUpState, State
from tests.factories import NOON
from tests.factories.requests import RecordsAskFactory
from tests.requests import stories
from tests.requests.leaders import address_of, opened
from tests.requests.pages import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "nothing_is_left_alone")]


def planned(request):
    return list(request.follow_ups.open().order_by("due_at", "pk"))


def test_a_contact_is_put_off_by_a_week_and_its_owner_is_told():
    request = stories.engaged()
    client, address = opened(request)
    first = planned(request)[0]

    client.post(f"{address}follow-ups/", {"one": str(first.pk), "what": "week"})

    moved = FollowUp.objects.get(moved_from=first)
    assert moved.due_at == max(first.due_at, NOON) + timedelta(days=7)
    assert stories.messaged("plan_changed") == {first.owner.person.full_name}


def test_another_day_is_by_the_leaders_own_clock():
    request = stories.engaged(details={"time_zone": "America/Los_Angeles"})
    client, address = opened(request)
    first = planned(request)[0]

    client.post(
        f"{address}follow-ups/",
        {"one": str(first.pk), "what": "day", "to_0": "2026-12-24", "to_1": "08:30"},
    )

    assert FollowUp.objects.get(moved_from=first).due_at.isoformat() == "2026-12-24T16:30:00+00:00"


@pytest.mark.parametrize("what", ["week", "stop"])
@pytest.mark.parametrize("which", ["first", "all"])
def test_pressed_twice_the_plan_changes_once(what, which):
    request = stories.engaged()
    client, address = opened(request)
    rows = planned(request)
    typed = {
        "one": "all" if which == "all" else str(rows[0].pk),
        "what": what,
        "seen": ",".join(str(one.pk) for one in rows),
    }

    client.post(f"{address}follow-ups/", typed)
    once = [(one.pk, one.due_at) for one in planned(request)]
    answer = client.post(f"{address}follow-ups/", typed)

    assert [(one.pk, one.due_at) for one in planned(request)] == once
    assert answer.status_code == 303


def test_one_is_stopped_and_the_others_stay():
    request = stories.engaged()
    client, address = opened(request)
    first, *others = planned(request)

    client.post(f"{address}follow-ups/", {"one": str(first.pk), "what": "stop"})

    first.refresh_from_db()
    assert first.state == FollowUpState.STOPPED
    assert planned(request) == others


def test_all_are_stopped():
    request = stories.engaged()
    client, address = opened(request)

    client.post(f"{address}follow-ups/", {"one": "all", "what": "stop"})

    assert planned(request) == []


def test_another_day_for_all_is_refused_in_words():
    request = stories.engaged()
    client, address = opened(request)

    page = client.post(
        f"{address}follow-ups/",
        {"one": "all", "what": "day", "to_0": "2026-12-24", "to_1": "08:30"},
    )

    assert "Move them one by one." in said(page)


def test_a_contact_of_another_request_is_not_theirs_to_move():
    other = planned(stories.engaged())[0]
    client, address = opened(stories.engaged())

    client.post(f"{address}follow-ups/", {"one": str(other.pk), "what": "stop"})

    other.refresh_from_db()
    assert other.is_open


def closed(**given):
    request = stories.engaged(**given)
    closing.close(assistance_request=request, close_reason="met", by=request.owner, at=NOON)
    request.refresh_from_db()
    return request


def test_asking_again_rings_the_desk_with_the_same_request():
    request = closed()
    client, address = opened(request)
    assert "Ask for a call again" in said(client.get(address))

    for _each in range(2):
        client.post(f"{address}again/")

    request.refresh_from_db()
    assert request.state == State.SUBMITTED
    assert request.owner is None
    ringing = Alarm.objects.ringing().filter(kind="request_filed", subject_id=request.pk)
    assert ringing.count() == 1
    assert request.state_changes.filter(move="ask_again").count() == 1


def test_after_asking_again_it_is_taken_and_called_like_a_new_one():
    request = closed()
    closing.ask_again(assistance_request=request, at=NOON + timedelta(days=30))

    taken = desk.take(
        assistance_request=request, by=stories.officer(), at=NOON + timedelta(days=30, minutes=2)
    )

    assert taken.acknowledged_at == NOON + timedelta(days=30, minutes=2)
    assert taken.next_action == "call"


def test_a_call_of_the_first_time_is_no_step_of_the_second(noon, client):
    request = closed()
    noon.shift(timedelta(days=1))
    closing.ask_again(assistance_request=request, at=NOON + timedelta(days=1))
    desk.take(assistance_request=request, by=stories.officer(), at=NOON + timedelta(days=1))

    assert "We spoke" not in said(client.get(address_of(request)))


def test_what_was_removed_does_not_come_back():
    request = closed()
    RecordsAskFactory(
        assistance_request=request, kind="removal", outcome="done",
        decided_by=stories.officer(), decided_at=NOON,
    )  # fmt: skip

    with pytest.raises(MoveRefused, match="removed"):
        closing.ask_again(assistance_request=request, at=NOON)


def test_without_a_code_nobody_asks_again(client):
    request = closed()

    client.post(f"{address_of(request)}again/")

    request.refresh_from_db()
    assert request.state == State.CLOSED


def test_the_promise_of_a_call_is_of_the_second_time():
    request = closed()

    again = closing.ask_again(assistance_request=request, at=NOON + timedelta(days=30))

    assert (again.promised_by_id, again.promised_call_by) == filing.promise(
        filing.desk.standing(NOON + timedelta(days=30))
    )
