"""What can ring. The apps above register their kinds; duty knows one of its own (unsent.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from mvai.duty.models import Alarm, PlanStep
from mvai.duty.plans import MANAGER_FIRST, STANDARD, Plan, PlannedStep
from mvai.duty.states import OPEN
from mvai.web.prepared import Prepared, among

__all__ = [
    "MANAGER_FIRST",
    "STANDARD",
    "AlarmKind",
    "get",
    "path_of",
    "plan_of",
    "plans",
    "register",
    "registered",
    "title_of",
]


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """A reason to ring.

    `path` gives the page of the subject. `take(subject_id, by, at)` runs in the transaction
    in which somebody takes the alarm; what it raises leaves the alarm ringing. `plan` is the
    standard one: the program manager may have written another. With `settled_by_hand`, who took
    it says when it is in order; other kinds are settled by what happens to their subject.
    `title_now` says more than the title while the alarm is open: how many it stands for.
    """

    code: str
    title: str | Promise
    path: Callable[[int], str]
    take: Callable[[int, Any, datetime], None]
    plan: Plan = STANDARD
    settled_by_hand: bool = False
    title_now: Callable[[], str] | None = None


_kinds: dict[str, AlarmKind] = {}


def register(kind: AlarmKind) -> None:
    _kinds[kind.code] = kind


def get(code: str) -> AlarmKind:
    """Raises KeyError for a kind nobody registered."""
    return _kinds[code]


def registered() -> list[AlarmKind]:
    """In the order of their names."""
    return sorted(_kinds.values(), key=lambda kind: str(kind.title))


def plan_of(kind: AlarmKind) -> Plan:
    """As the program manager wrote it, else the standard one."""
    return plans([kind])[kind.code]


def plans(kinds: list[AlarmKind]) -> dict[str, Plan]:
    """The plan of each kind, by its code: one query."""
    written: dict[str, list[PlannedStep]] = {}
    for row in _WRITTEN.rows(kinds=[kind.code for kind in kinds]):
        step = PlannedStep(row["audience"], row["after"], tuple(row["channels"]))
        written.setdefault(row["kind"], []).append(step)
    return {kind.code: tuple(written.get(kind.code, ())) or kind.plan for kind in kinds}


# Whatever begins to ring asks it, a leader's request among them.
_WRITTEN = Prepared(
    lambda: (
        PlanStep.objects.filter(among("kind", "kinds"))
        .order_by("number")
        .values("kind", "audience", "after", "channels")
    )
)


def title_of(alarm: Alarm) -> str:
    """What rings, in words; an alarm of an earlier version's kind still has its name."""
    kind = _kinds.get(alarm.kind)
    if kind and kind.title_now and alarm.state in OPEN:
        return kind.title_now()
    return str(kind.title) if kind else alarm.kind.replace("_", " ").capitalize()


def path_of(alarm: Alarm) -> str:
    """The page of what rings; "" for a kind that is no longer known."""
    kind = _kinds.get(alarm.kind)
    return kind.path(alarm.subject_id) if kind else ""


def is_settled_by_hand(alarm: Alarm) -> bool:
    """Also of a kind that is no longer known: nothing else would ever settle it."""
    kind = _kinds.get(alarm.kind)
    return kind is None or kind.settled_by_hand


def take(alarm: Alarm, by: Any, at: datetime) -> None:
    """What taking it means for its subject; nothing for a kind that is no longer known."""
    kind = _kinds.get(alarm.kind)
    if kind is not None:
        kind.take(alarm.subject_id, by, at)
