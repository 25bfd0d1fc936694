"""The log a page at a time, newest first, with the people who acted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mvai.accounts.models import User
from mvai.audit.models import AuditEntry, AuditEntryQuerySet

SIZE = 50


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries, each with its `actor` (None for no account), and the number to go on before."""

    entries: list[Any]
    before: int | None  # None on the last page
    is_first: bool


def page_of(entries: AuditEntryQuerySet, *, before: str = "", size: int = SIZE) -> LogPage:
    """The entries that follow the one numbered `before`; the first ones if there is no such.

    It costs the same however deep in the log it is, and new entries move nothing.
    """
    found = entries.order_by("-at", "-pk")
    last = _entry(before)
    if last is not None:
        number, at = last
        found = found.filter(at__lte=at).exclude(at=at, pk__gte=number)
    rows = list(found[: size + 1])
    shown = rows[:size]
    give_actors(shown)
    return LogPage(shown, shown[-1].pk if len(rows) > size else None, last is None)


def give_actors(entries: Iterable[Any]) -> None:
    """Give each entry its `actor`, all with one query."""
    listed = list(entries)
    wanted = {entry.actor_id for entry in listed if entry.actor_id}
    people = User.objects.select_related("person").in_bulk(wanted) if wanted else {}
    for entry in listed:
        entry.actor = people.get(entry.actor_id)


def _entry(number: str) -> tuple[int, Any] | None:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return AuditEntry.objects.filter(pk=int(number)).values_list("pk", "at").first()
