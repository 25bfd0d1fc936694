"""The board and the workspace: one clear next step, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from mvai.audit.models import AuditEntry
from mvai.taxonomy.models import IncidentType, Need
from requests.models import AssistanceRequest, Goal
from requests.states import NextAction, OfferState, State
from tests.factories import NOON
from tests.factories.duty import AlarmFactory
from tests.factories.outbox import MessageFactory
from tests.factories.requests import (
    AssistanceRequestFactory,
    DelegateFactory,
    ResponseGoalFactory,
    reachable_advisor,
)
from tests.requests import stories
from tests.requests.pages import browser, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def listed(page) -> list[str]:
    """The references of the board's lines, from the top."""
    return re.findall(r'<a class="ref"[^>]*>(MV-[0-9A-Z]+)</a>', page.content.decode())


@pytest.fixture
def dana():
    return stories.officer()


@pytest.fixture
def desk(dana):
    return browser(dana)


def test_the_boards_title_says_what_needs_somebody(desk):
    assert "Nothing needs you right now" in said(desk.get("/board/"))

    request = stories.filed()

    page = said(desk.get("/board/"))
    assert "One request has no owner" in page
    assert f"Take {request.reference}" in page


def test_a_desk_without_a_person_is_not_said_to_be_late_with_messages(desk):
    page = said(desk.get("/board/"))

    assert "Nobody is on duty" in page
    assert "everything is being delivered" in page


def test_the_board_says_when_messages_are_late(desk):
    MessageFactory(
        urgent=True, due_at=NOON - timedelta(hours=1), promised_for=NOON - timedelta(hours=1)
    )

    assert "messages are late" in said(desk.get("/board/"))


def test_the_board_offers_a_request_that_was_given_back(desk):
    request = stories.triaged()
    AssistanceRequest.objects.update(owner=None)

    assert f"Take {request.reference}" in said(desk.get("/board/"))


def test_the_board_lists_the_most_urgent_first_then_the_oldest(desk):
    made = [
        AssistanceRequestFactory(state=State.TRIAGED, urgency=urgency, submitted_at=NOON - ago)
        for urgency, ago in (
            ("standard", timedelta(days=9)),
            ("critical", timedelta(hours=1)),
            ("critical", timedelta(hours=2)),
            ("urgent", timedelta(days=8)),
        )
    ]

    page = desk.get("/board/")

    assert listed(page) == [made[at].reference for at in (2, 1, 3, 0)]


def test_requests_that_are_followed_up_stand_behind_those_still_waiting_for_help(desk):
    followed = AssistanceRequestFactory(
        state=State.FOLLOWING_UP, urgency="critical", submitted_at=NOON - timedelta(days=70)
    )
    waiting = AssistanceRequestFactory(state=State.TRIAGED, urgency="standard")

    page = desk.get("/board/")

    assert listed(page) == [waiting.reference, followed.reference]


@pytest.mark.parametrize("view", ["open", "mine", "due", "quiet", "closed"])
def test_a_tabs_count_is_the_length_of_its_list(desk, dana, view):
    AssistanceRequestFactory()
    AssistanceRequestFactory(state=State.TRIAGED, owner=dana)
    AssistanceRequestFactory(state=State.ACKNOWLEDGED, submitted_at=NOON - timedelta(days=4))
    AssistanceRequestFactory(
        state=State.FOLLOWING_UP,
        submitted_at=NOON - timedelta(days=90),
        next_action_due_at=NOON + timedelta(days=30),
    )
    AssistanceRequestFactory(state=State.CLOSED)

    page = desk.get("/board/", {"view": view})

    assert page.context["counts"][view] == len(listed(page)) > 0


@pytest.mark.parametrize("words", ["mv-7k4q", "MORENO", "riverton", "calder"])
def test_the_search_finds_by_reference_person_place_and_agency(desk, words):
    AssistanceRequestFactory(call_name="Somebody Else")
    wanted = AssistanceRequestFactory(
        reference="MV-7K4Q",
        call_name="Chief Alex Moreno",
        city="Riverton",
        agency_text="Calder County SO",
    )

    page = desk.get("/board/", {"q": words})

    assert listed(page) == [wanted.reference]


def test_an_empty_search_says_what_to_try(desk):
    assert "Nothing fits that search" in said(desk.get("/board/", {"q": "zzzz"}))


def test_nonsense_in_the_address_of_the_board_is_no_error(desk):
    stories.filed()

    page = desk.get("/board/", {"view": "x", "page": "-3", "owner": "x", "urgency": "x"})

    assert page.status_code == 200


def test_a_reference_nobody_has_is_not_found(desk):
    assert desk.get("/requests/MV-ZZZZ/").status_code == 404
    assert desk.post("/requests/MV-ZZZZ/take/").status_code == 404


def test_a_reference_may_be_typed_in_small_letters(desk):
    request = stories.filed()

    assert desk.get(f"/requests/{request.reference.lower()}/").status_code == 200


def test_the_facts_list_terms_in_their_order_and_delegates_as_they_were_named(desk):
    request = stories.triaged()
    terms = list(Need.objects.active()[:3])
    request.needs.set(reversed(terms))
    kinds = list(IncidentType.objects.active()[:2])
    request.incident_types.set(reversed(kinds))
    for name, hours in (("Second Named", 2), ("First Named", 1)):
        DelegateFactory(
            assistance_request=request,
            person__full_name=name,
            named_at=NOON + timedelta(hours=hours),
        )

    page = said(desk.get(request.get_absolute_url()))

    assert " · ".join(str(term) for term in terms) in page
    assert " · ".join(str(kind) for kind in kinds) in page
    assert page.index("First Named") < page.index("Second Named")


def test_opening_a_request_is_an_audited_read(desk, dana):
    request = stories.filed()

    desk.get(request.get_absolute_url())

    entry = AuditEntry.objects.get(kind="read")
    assert (entry.actor_id, entry.label) == (dana.pk, request.reference)


def test_looking_at_the_board_is_not(desk):
    stories.filed()

    desk.get("/board/")

    assert not AuditEntry.objects.filter(kind="read").exists()


def test_the_second_to_take_it_is_told_who_has_it(desk, dana):
    request = stories.filed()
    desk.post(f"{request.get_absolute_url()}take/")

    page = browser(duty_officer=True).post(f"{request.get_absolute_url()}take/", follow=True)

    request.refresh_from_db()
    assert request.owner == dana
    assert "Dana Ruiz has it" in said(page)


def test_the_one_button_follows_the_request_from_step_to_step(desk, dana):
    request = stories.filed()
    address = request.get_absolute_url()

    def button():
        return str(desk.get(address).context["primary"].code)

    steps = [button()]
    desk.post(f"{address}take/")
    steps.append(button())
    desk.post(f"{address}calling/")
    steps.append(button())
    desk.post(f"{address}log_call/", {"outcome": "reached", "minutes": "9"})
    steps.append(button())
    desk.post(f"{address}identity/", {"outcome": "confirmed", "method": "published_number"})
    steps.append(button())
    desk.post(f"{address}triage/", {"needs": ["LEADER"], "is_ongoing": "yes"})
    steps.append(button())

    assert steps == ["take", "calling", "log_call", "identity", "triage", "people"]
    request.refresh_from_db()
    assert (request.state, request.urgency) == (State.TRIAGED, "critical")


@pytest.mark.parametrize(
    ("verb", "typed", "kept", "beside"),
    [
        ("log_call", {"minutes": "7", "note": "He rang off"}, "He rang off", "how the call went"),
        ("identity", {"outcome": "confirmed", "note": "By mail"}, "By mail", "how it was confirm"),
        ("triage", {"city": "Riverton"}, "Riverton", "Choose at least one"),
        ("brief", {"brief": "\n".join("1234567")}, "7", "six are enough"),
        (
            "next_action",
            {"code": "other", "due_at_0": "2020-01-01", "due_at_1": "10:00", "note": "Ring"},
            "Ring",
            "still lies ahead",
        ),
        ("hand_over", {"note": "Be kind"}, "Be kind", "Choose who takes it over"),
        ("close", {"reason": "referred", "sure": "on"}, "referred", "Say in a few words"),
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do(
    desk, dana, verb, typed, kept, beside
):
    request = stories.taken(dana)
    before = AssistanceRequest.objects.values().get()

    page = desk.post(f"{request.get_absolute_url()}{verb}/", typed)

    assert page.status_code == 200
    assert kept in said(page)
    assert beside in said(page)
    assert AssistanceRequest.objects.values().get() == before


def test_the_time_of_the_incident_is_read_by_the_agencys_clock(desk, dana):
    request = stories.taken(dana, details={"time_zone": "America/Los_Angeles"})

    desk.post(
        f"{request.get_absolute_url()}triage/",
        {
            "needs": ["LEADER"],
            "happened_at_0": "2026-11-22",
            "happened_at_1": "08:00",
            "time_zone": "America/Los_Angeles",
        },
    )

    request.refresh_from_db()
    assert request.happened_at.isoformat() == "2026-11-22T16:00:00+00:00"
    page = desk.get(f"{request.get_absolute_url()}?do=triage")
    assert 'value="08:00"' in said(page)


def test_the_match_panel_gives_reasons_and_the_two_chosen_are_asked(desk, dana):
    request = stories.triaged(dana)
    lead, alternate = reachable_advisor(), reachable_advisor()
    address = request.get_absolute_url()

    panel = said(desk.get(f"{address}people/"))
    assert panel.count("Ellen Park") >= 2
    assert "of 100" in panel

    desk.post(f"{address}start_outreach/", {"lead": lead.pk, "alternate": alternate.pk})

    asked = {offer.advisor_id: offer.role for offer in request.offers.all()}
    assert asked == {lead.pk: "lead", alternate.pk: "alternate"}


def test_the_panel_comes_alone_for_the_workspace(desk, dana):
    request = stories.triaged(dana)

    page = desk.get(f"{request.get_absolute_url()}people/", headers={"HX-Request": "true"})

    assert "<html" not in said(page)


def test_choosing_the_same_person_twice_keeps_the_choice_and_says_so(desk, dana):
    request = stories.triaged(dana)
    only = reachable_advisor()

    page = desk.post(
        f"{request.get_absolute_url()}start_outreach/", {"lead": only.pk, "alternate": only.pk}
    )

    assert "The alternate must be somebody else" in said(page)
    assert not request.offers.exists()


def test_nobody_is_asked_before_identity_is_confirmed(desk, dana):
    request = stories.taken(dana)
    lead = reachable_advisor()

    page = desk.post(f"{request.get_absolute_url()}start_outreach/", {"lead": lead.pk})

    assert "No advisor sees the agency before that" in said(page)
    assert not request.offers.exists()


def test_an_open_offer_can_be_taken_back_and_the_asking_stopped(desk, dana):
    request = stories.seeking(dana)
    address = request.get_absolute_url()
    lead = request.offers.get(role="lead")

    desk.post(f"{address}withdraw_offer/{lead.pk}/")
    lead.refresh_from_db()
    assert lead.state == OfferState.WITHDRAWN

    desk.post(f"{address}stop_outreach/")
    request.refresh_from_db()
    assert request.next_action == NextAction.CHOOSE_AGAIN


def test_an_offer_of_another_request_is_not_found(desk, dana):
    request, other = stories.seeking(dana), stories.seeking(dana)
    foreign = other.offers.get(role="lead")

    page = desk.post(f"{request.get_absolute_url()}withdraw_offer/{foreign.pk}/")

    assert page.status_code == 404


def test_a_follow_up_is_settled_from_the_workspace(desk, dana):
    request = stories.engaged(by=dana)
    first = request.follow_ups.order_by("due_at").first()
    address = f"{request.get_absolute_url()}follow_up/{first.pk}/"

    page = desk.post(address, {"what": "move", "note": ""})
    assert "Give the new day and time" in said(page)

    desk.post(address, {"what": "done", "note": "All well"})
    first.refresh_from_db()
    assert (first.state, first.note) == ("done", "All well")


def test_a_request_is_closed_and_opened_again(desk, dana):
    request = stories.triaged(dana)
    address = request.get_absolute_url()

    desk.post(f"{address}close/", {"reason": "met", "sure": "on"})
    request.refresh_from_db()
    assert request.state == State.CLOSED
    assert "Reopen" in said(desk.get(address))

    desk.post(f"{address}reopen/", {"note": "They rang again"})
    request.refresh_from_db()
    assert request.state == State.ACKNOWLEDGED


def test_the_desk_writes_down_a_call_in_one_form(desk):
    page = desk.get("/requests/new/")
    typed = {"call_name": "Sheriff Tom Weaver", "call_number": "308 555 0121", "attempt": "x" * 40}

    for _ in range(2):
        page = desk.post("/requests/new/", typed, follow=True)

    request = AssistanceRequest.objects.get()
    assert page.redirect_chain[-1][0] == request.get_absolute_url()


def test_previous_and_next_follow_the_board(desk, dana):
    first, middle, last = (
        AssistanceRequestFactory(state=State.TRIAGED, submitted_at=NOON + timedelta(minutes=at))
        for at in range(3)
    )

    neighbors = desk.get(middle.get_absolute_url()).context["neighbors"]

    assert neighbors == {"previous": first.reference, "next": last.reference}


def test_hostile_text_is_shown_as_text(desk):
    request = stories.filed(
        call_name="<img src=x onerror=alert(1)>",
        details={"note": "{{ 7|add:7 }}<script>", "agency_text": "‮evil"},
    )

    page = desk.get(request.get_absolute_url()).content.decode()

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert "{{ 7|add:7 }}&lt;script&gt;" in page


def test_an_alarm_of_a_kind_that_is_gone_still_shows_on_the_board(desk):
    AlarmFactory(kind="of_an_earlier_version", label="MV-OLD2")

    page = said(desk.get("/board/"))

    assert "Of an earlier version" in page
    assert "MV-OLD2" in page


def test_opening_the_match_panel_as_a_page_is_recorded_as_a_read(desk, dana):
    request = stories.triaged(dana)

    desk.get(f"/requests/{request.reference}/people/")

    read = AuditEntry.objects.reads().about(request).get()
    assert (read.verb, read.actor_id) == ("request.read", dana.pk)


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ({"met_at": NOON - timedelta(minutes=20)}, "in time"),
        ({"met_at": NOON}, "later than promised"),
        ({"missed_at": NOON}, "not yet"),
        ({"due_at": NOON + timedelta(minutes=13)}, "13 min left"),
    ],
)
def test_the_workspace_says_how_each_response_goal_stands(desk, goal, words):
    due = {"goal": Goal.MATCHED, "due_at": NOON - timedelta(minutes=10)}
    request = ResponseGoalFactory(**(due | goal)).assistance_request

    page = strip_tags(said(desk.get(request.get_absolute_url())))

    assert f"An advisor said yes {words}" in page


def test_the_workspace_leaves_out_a_goal_that_is_no_longer_waited_for(desk):
    request = ResponseGoalFactory(goal=Goal.MATCHED, dropped_at=NOON).assistance_request

    assert "Response goals" not in said(desk.get(request.get_absolute_url()))
