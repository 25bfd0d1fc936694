"""The desk's list of requests that may not be real: seen by all, decided about together."""

import pytest

from mvai.audit.models import AuditEntry
from mvai.duty.models import Alarm
from requests.actions import alarms
from requests.models import AssistanceRequest, StateChange
from requests.states import CloseReason, Doubt, State
from tests.factories import NOON
from tests.requests.pages import browser, said
from tests.requests.stories import filed, officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

LIST = "/board/check-first/"


@pytest.fixture
def one():
    return officer()


@pytest.fixture
def desk(one):
    return browser(one)


@pytest.fixture
def doubted():
    return [
        filed(call_name=f"Bogus {number}", doubts=[Doubt.NO_PAGE, Doubt.BUSY])
        for number in range(3)
    ]


def chosen(requests, **more):
    return {"chosen": [request.reference for request in requests], **more}


def now(request):
    return AssistanceRequest.objects.get(pk=request.pk)


def test_the_board_shows_them_marked_and_says_why(desk, doubted):
    page = said(desk.get("/board/"))

    assert page.count("Check first") >= 3
    assert "it did not come from our page; many requests came at once" in page


def test_the_board_has_a_view_of_them_with_their_number(desk, doubted):
    filed(call_name="Chief Real")
    page = said(desk.get("/board/", {"view": "check"}))

    assert 'Check first <span class="num">3</span>' in page
    assert "Bogus 1" in page
    assert "Chief Real" not in page


def test_a_real_request_stands_before_them_and_is_taken_first(desk, doubted):
    real = filed(call_name="Chief Real")
    page = said(desk.get("/board/"))

    assert page.index("Chief Real") < page.index("Bogus 0")
    assert f"Take {real.reference}" in page


def test_the_alarm_says_how_many_there_are_and_leads_to_them(desk, doubted):
    page = said(desk.get("/duty/"))
    assert "3 requests to check first" in page

    assert LIST in said(desk.get("/board/"))


def test_the_workspace_says_what_speaks_against_it(desk, doubted):
    page = said(desk.get(doubted[0].get_absolute_url()))

    assert "Check first: perhaps not a real request" in page
    assert "It did not come from our page" in page


def test_those_that_only_the_crowd_speaks_against_come_first(desk, doubted):
    filed(call_name="Chief Crowd", doubts=[Doubt.BUSY])
    page = said(desk.get(LIST))

    assert page.index("Chief Crowd") < page.index("Bogus 0")


def test_closing_several_asks_first(desk, doubted):
    page = said(desk.post(f"{LIST}close/", chosen(doubted[:2])))

    assert "Close 2 requests as not confirmed?" in page
    assert all(now(request).is_open for request in doubted)


def test_several_are_closed_at_once_and_each_is_on_record(desk, one, doubted):
    page = desk.post(f"{LIST}close/", chosen(doubted[:2], sure="1", note="Nobody there."))

    assert page.status_code == 303
    for request in doubted[:2]:
        assert now(request).close_reason == CloseReason.NOT_CONFIRMED
        assert now(request).owner == one
        moves = StateChange.objects.filter(assistance_request=request).order_by("pk")
        assert list(moves.values_list("move", "by")) == [("take", one.pk), ("close", one.pk)]
        verbs = AuditEntry.objects.about(request).writes().values_list("verb", flat=True)
        assert {"request.taken", "request.closed"} <= set(verbs)
    assert now(doubted[2]).is_open


def test_closing_needs_a_word_on_why(desk, doubted):
    page = desk.post(f"{LIST}close/", chosen(doubted, sure="1", note=" "))

    assert "Say in a few words why" in said(page)
    assert now(doubted[0]).is_open


def test_only_marked_ones_can_be_closed_so(desk, doubted):
    real = filed()
    desk.post(f"{LIST}close/", chosen([real, doubted[0]], sure="1", note="Nobody there."))

    assert now(real).is_open
    assert not now(doubted[0]).is_open


def test_what_a_colleague_has_by_now_is_left_and_said(desk, doubted):
    browser(officer()).post(f"{LIST}take/", chosen(doubted[:1]))
    page = desk.post(
        f"{LIST}close/", chosen(doubted[:2], sure="1", note="Nobody there."), follow=True
    )

    assert now(doubted[0]).is_open
    assert f"Left as they are, others were quicker: {doubted[0].reference}" in said(page)


def test_they_can_be_opened_again(desk, one, doubted):
    desk.post(f"{LIST}close/", chosen(doubted, sure="1", note="Nobody there."))
    assert doubted[0].reference in said(desk.get(LIST))

    desk.post(f"{LIST}reopen/", chosen(doubted[:1]))
    again = now(doubted[0])
    assert (again.state, again.owner, again.check_first) == (State.ACKNOWLEDGED, one, True)
    assert not now(doubted[1]).is_open


def test_several_are_taken_at_once(desk, one, doubted):
    desk.post(f"{LIST}take/", chosen(doubted))

    assert {now(request).owner for request in doubted} == {one}
    assert not Alarm.objects.ringing().filter(kind=alarms.FILED).exists()


def test_this_is_real_takes_the_mark_away_and_rings(desk, one, doubted):
    page = desk.post(f"/requests/{doubted[2].reference}/real/", follow=True)

    assert "The mark is gone. It rings now." in said(page)
    assert not now(doubted[2]).check_first
    assert Alarm.objects.ringing().get(kind=alarms.FILED, subject_id=doubted[2].pk).rang_at == NOON
    entry = AuditEntry.objects.get(verb="request.found_real")
    assert (entry.actor_id, entry.target_id) == (one.pk, str(doubted[2].pk))


def test_a_second_press_finds_no_mark(desk, doubted):
    address = f"/requests/{doubted[0].reference}/real/"
    desk.post(address)

    assert f"{doubted[0].reference} is not marked" in said(desk.post(address, follow=True))


def test_nothing_chosen_is_said_so(desk, doubted):
    page = desk.post(f"{LIST}close/", {"sure": "1", "note": "x"}, follow=True)

    assert "Choose at least one request" in said(page)


def test_all_are_ticked_without_a_script(desk, doubted):
    assert said(desk.get(LIST, {"all": "1"})).count(" checked>") == 3


def test_an_empty_list_says_so(desk):
    assert "Nothing is to be checked first" in said(desk.get(LIST))


def test_closing_a_hundred_takes_one_page(desk, doubted):
    more = [filed(call_name="Bogus", doubts=[Doubt.FAST]) for _ in range(30)]
    desk.post(f"{LIST}close/", chosen(more, sure="1", note="Nobody there."))

    assert not AssistanceRequest.objects.open().filter(call_name="Bogus").exists()
