"""What can ring. The apps above register their kinds; duty knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise

from mvai.duty.models import Alarm, Audience


def _plan(*audiences: Audience) -> tuple[tuple[Audience, timedelta], ...]:
    return tuple((who, timedelta(minutes=5 * step)) for step, who in enumerate(audiences))


# Whom an alarm pages, and how long after it began to ring (product.md, the duty officer).
STANDARD = _plan(Audience.PRIMARY, Audience.BACKUP, Audience.MANAGER, Audience.ALL_STAFF)
MANAGER_FIRST = _plan(Audience.MANAGER, Audience.PRIMARY, Audience.BACKUP, Audience.ALL_STAFF)


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """A reason to ring.

    `path` gives the page of the subject. `take(subject_id, by, at)` runs in the transaction
    in which somebody takes the alarm; what it raises leaves the alarm ringing.
    """

    code: str
    title: str | Promise
    path: Callable[[int], str]
    take: Callable[[int, Any, datetime], None]
    plan: tuple[tuple[Audience, timedelta], ...] = STANDARD


_kinds: dict[str, AlarmKind] = {}


def register(kind: AlarmKind) -> None:
    _kinds[kind.code] = kind


def get(code: str) -> AlarmKind:
    """Raises KeyError for a kind nobody registered."""
    return _kinds[code]


def title_of(alarm: Alarm) -> str:
    """What rings, in words; an alarm of an earlier version's kind still has its name."""
    kind = _kinds.get(alarm.kind)
    return str(kind.title) if kind else alarm.kind.replace("_", " ").capitalize()


def path_of(alarm: Alarm) -> str:
    """The page of what rings; "" for a kind that is no longer known."""
    kind = _kinds.get(alarm.kind)
    return kind.path(alarm.subject_id) if kind else ""
