"""The state table of alarms, by the function and by the database behind it."""

import ast
from itertools import product
from pathlib import Path

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from mvai import duty
from mvai.duty import actions
from mvai.duty.models import Alarm, AlarmState, AlarmTurn
from mvai.duty.moves import NoSuchMove, move
from mvai.duty.states import NEXT
from tests.factories import NOON
from tests.factories.accounts import UserFactory
from tests.factories.duty import AlarmFactory
from tests.factories.people import PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbell")]


@pytest.fixture
def dana():
    return UserFactory(duty_officer=True)


def an_alarm(state: AlarmState, dana, subject=None) -> Alarm:
    beside = {
        AlarmState.TAKEN: {"taken_by": dana, "taken_at": NOON},
        AlarmState.SETTLED: {"settled_at": NOON},
    }
    subject = {"subject_id": subject.pk} if subject else {}
    return AlarmFactory(state=state, **beside.get(state, {}), **subject)


def needs(target: AlarmState, dana) -> dict:
    nobody = {"taken_by": None, "taken_at": None}
    return {
        AlarmState.TAKEN: {"taken_by": dana, "taken_at": NOON},
        AlarmState.SETTLED: {"settled_at": NOON},
    }.get(target, nobody)


@pytest.mark.parametrize(("source", "target"), list(product(AlarmState, AlarmState)))
def test_a_state_moves_only_as_the_table_says(source, target, dana):
    alarm = an_alarm(source, dana)
    beside = needs(target, dana)

    if target in NEXT[source]:
        move(alarm, to=target, by=dana, at=NOON, **beside)
        turn = AlarmTurn.objects.get()
        assert (turn.source, turn.target, turn.by) == (source, target, dana)
        return
    with pytest.raises(NoSuchMove):
        move(alarm, to=target, at=NOON, **beside)
    if source != target:
        with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
            Alarm.objects.filter(pk=alarm.pk).update(state=target, **beside)


RINGING, TAKEN, GIVEN_BACK, SETTLED = (
    AlarmState.RINGING,
    AlarmState.TAKEN,
    AlarmState.GIVEN_BACK,
    AlarmState.SETTLED,
)
LATER = NOON + actions.RINGS_AGAIN_AFTER


def ring(alarm, subject, by):
    return actions.ring(kind="doorbell", subject=subject, label="MV-7K4Q", at=LATER)


def take(alarm, subject, by):
    return actions.take(alarm=alarm, by=by, at=LATER)


def give_back(alarm, subject, by):
    return actions.give_back(alarm=alarm, by=by, at=LATER)


def settle(alarm, subject, by):
    return actions.settle(kind="doorbell", subject=subject, at=LATER)


@pytest.mark.parametrize(
    ("verb", "state", "becomes"),
    [
        (ring, RINGING, RINGING),
        (ring, TAKEN, RINGING),
        (ring, GIVEN_BACK, GIVEN_BACK),
        (ring, SETTLED, SETTLED),  # the same cause rings as an alarm of its own
        (take, RINGING, TAKEN),
        (take, TAKEN, TAKEN),
        (take, GIVEN_BACK, TAKEN),
        (take, SETTLED, actions.AlarmSettled),
        (give_back, RINGING, actions.AlarmSettled),
        (give_back, TAKEN, GIVEN_BACK),
        (give_back, GIVEN_BACK, actions.AlarmSettled),
        (give_back, SETTLED, actions.AlarmSettled),
        (settle, RINGING, SETTLED),
        (settle, TAKEN, SETTLED),
        (settle, GIVEN_BACK, SETTLED),
        (settle, SETTLED, SETTLED),
    ],
)
def test_what_each_verb_does_in_each_state(verb, state, becomes, dana):
    subject = PersonFactory()
    alarm = an_alarm(state, dana, subject)

    if becomes is actions.AlarmSettled:
        with pytest.raises(actions.AlarmSettled):
            verb(alarm, subject, dana)
        becomes = state
    else:
        verb(alarm, subject, dana)

    alarm.refresh_from_db()
    assert alarm.state == becomes


def test_what_was_settled_stays_settled():
    assert {state for state, targets in NEXT.items() if not targets} == {AlarmState.SETTLED}


def test_a_turn_stays_as_it_was(dana):
    alarm = an_alarm(AlarmState.RINGING, dana)
    move(alarm, to=AlarmState.SETTLED, at=NOON, settled_at=NOON)

    with pytest.raises(InternalError, match="Cannot update"):
        AlarmTurn.objects.update(at=timezone.now())


def test_only_one_function_writes_a_state():
    writers = set()
    for path in Path(duty.__file__).parent.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assigned = isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Attribute) and target.attr == "state"
                for target in node.targets
            )
            if assigned:
                writers.add(path.name)
    assert writers == {"moves.py"}
