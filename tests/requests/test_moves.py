"""State × move: what the table says is what happens, and nothing else writes a state."""

import ast
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from mvai.audit.models import AuditEntry
from mvai.outbox.models import Message
from requests import rules
from requests.actions.moves import MoveRefused, make_move
from requests.models import AssistanceRequest, StateChange
from requests.states import MOVES, OPEN, REASONS_WITH_NOTE, CloseReason, NextAction, State, Urgency
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.requests import AssistanceRequestFactory, EngagementFactory

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]


def move(name, assistance_request, by, **given):
    words = {"note": "Because", "close_reason": "met" if MOVES[name].needs_close_reason else ""}
    fields = {"urgency": Urgency.URGENT} if name == "triage" else None
    return make_move(
        name=name,
        assistance_request=assistance_request,
        by=by,
        at=NOON,
        fields=fields,
        **words | given,
    )


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", State)
def test_a_move_starts_only_from_its_sources(state, name):
    assistance_request = AssistanceRequestFactory(state=state, confirmed=True)

    try:
        moved = move(name, assistance_request, UserFactory(duty_officer=True))
    except MoveRefused:
        assert state not in MOVES[name].sources
        assert AssistanceRequest.objects.get().state == state
    else:
        assert state in MOVES[name].sources
        assert moved.state == MOVES[name].target


@pytest.mark.parametrize("name", MOVES)
def test_a_move_needs_its_permission(name):
    assistance_request = AssistanceRequestFactory(state=min(MOVES[name].sources))

    for stranger in (UserFactory(), UserFactory(auditor=True), UserFactory(administrator=True)):
        with pytest.raises(PermissionDenied):
            move(name, assistance_request, stranger)


@pytest.mark.parametrize("name", MOVES)
def test_the_status_page_may_make_only_the_moves_marked_for_it(name):
    assistance_request = AssistanceRequestFactory(state=min(MOVES[name].sources))

    if MOVES[name].by_link:
        assert move(name, assistance_request, None).state == MOVES[name].target
    else:
        with pytest.raises(PermissionDenied):
            move(name, assistance_request, None)


def test_an_advisor_moves_only_a_request_of_their_own():
    engagement = EngagementFactory()
    own = UserFactory(person=engagement.advisor.person, advisor=True)

    with pytest.raises(PermissionDenied):
        move("begin_following_up", engagement.assistance_request, UserFactory(advisor=True))
    moved = move("begin_following_up", engagement.assistance_request, own)

    assert moved.state == State.FOLLOWING_UP


@pytest.mark.parametrize("name", MOVES)
def test_every_move_is_kept_and_audited(name):
    source = min(MOVES[name].sources)
    assistance_request = AssistanceRequestFactory(state=source, confirmed=True)
    officer = UserFactory(duty_officer=True)

    move(name, assistance_request, officer)

    change = StateChange.objects.get()
    assert (change.move, change.source, change.target, change.by) == (
        name,
        source,
        MOVES[name].target,
        officer,
    )
    entry = AuditEntry.objects.get(verb=MOVES[name].verb)
    assert entry.label == assistance_request.reference
    assert "Because" not in str(entry.facts)


@pytest.mark.parametrize("name", MOVES)
def test_after_every_move_an_open_request_has_an_owner_and_a_next_action(name):
    for source in MOVES[name].sources:
        for owned in (True, False):
            given = {} if owned or source in {State.SUBMITTED, State.CLOSED} else {"owner": None}
            assistance_request = AssistanceRequestFactory(state=source, **given)
            moved = move(name, assistance_request, UserFactory(duty_officer=True))
            moved.refresh_from_db()
            if moved.is_open and moved.state != State.SUBMITTED:
                assert moved.owner is not None
                assert moved.next_action in NextAction.values
                assert moved.next_action_due_at is not None
            else:
                assert moved.next_action == ""


@pytest.mark.parametrize("reason", CloseReason)
def test_closing_asks_for_a_note_where_the_reason_alone_says_too_little(reason):
    assistance_request = AssistanceRequestFactory(state=State.TRIAGED)
    officer = UserFactory(duty_officer=True)

    if reason in REASONS_WITH_NOTE:
        with pytest.raises(MoveRefused):
            move("close", assistance_request, officer, close_reason=reason, note=" ")
    else:
        assert move("close", assistance_request, officer, close_reason=reason, note="").closed_at


def test_closing_without_a_known_reason_is_refused():
    assistance_request = AssistanceRequestFactory(state=State.TRIAGED)

    with pytest.raises(MoveRefused):
        move("close", assistance_request, UserFactory(duty_officer=True), close_reason="tired")


def test_the_buttons_are_those_of_the_table():
    officer, advisor = UserFactory(duty_officer=True), UserFactory(advisor=True)
    assistance_request = AssistanceRequestFactory(state=State.ACKNOWLEDGED)

    assert [m.name for m in rules.moves_for(officer, assistance_request)] == ["give_back", "close"]
    assert rules.moves_for(advisor, assistance_request) == []


def test_the_leader_hears_of_an_advisor_when_the_request_is_engaged():
    assistance_request = AssistanceRequestFactory(state=State.SEEKING, confirmed=True)

    move("engage", assistance_request, UserFactory(duty_officer=True))

    assert Message.objects.get().purpose == "peer_assigned"


def test_a_move_that_fails_leaves_nothing_behind():
    assistance_request = AssistanceRequestFactory(state=State.ACKNOWLEDGED)

    with pytest.raises(IntegrityError), transaction.atomic():  # triaged needs an urgency
        make_move(
            name="triage",
            assistance_request=assistance_request,
            by=UserFactory(duty_officer=True),
            at=NOON,
        )

    assert StateChange.objects.count() == 0
    assert AuditEntry.objects.count() == 0


def test_every_state_but_the_first_can_be_reached():
    reached, pending = {State.SUBMITTED}, [State.SUBMITTED]
    while pending:
        here = pending.pop()
        for step in MOVES.values():
            if here in step.sources and step.target not in reached:
                reached.add(step.target)
                pending.append(step.target)
    assert reached == set(State)


def test_every_open_state_can_be_closed():
    assert {
        state for m in MOVES.values() if m.target == State.CLOSED for state in m.sources
    } == OPEN


def test_only_make_move_writes_a_requests_state():
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("requests", "mvai", "advisors", "resources")
        for path in (ROOT / folder).rglob("*.py")
        if writes_a_requests_state(ast.parse(path.read_text()))
    }
    # filing makes the row; a test above shows that it makes it submitted.
    assert found == {"requests/actions/moves.py"}


# What a variable that holds a request is called; offers and others have their own names.
NAMES = {"locked", "assistance_request", "request_", "moved", "found"}


def writes_a_requests_state(tree):
    return any(_assigns_state(node) or _updates_state(node) for node in ast.walk(tree))


def _assigns_state(node):
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr == "state"
        and getattr(node.value, "id", "") in NAMES
    )


def _updates_state(node):
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "update"
        and "AssistanceRequest" in ast.unparse(node.func)
        and any(keyword.arg == "state" for keyword in node.keywords)
    )
