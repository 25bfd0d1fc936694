"""Staff and advisors whom messages may not reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from advisors.models import Advisor
from mvai.accounts.models import User
from mvai.accounts.roles import Role
from mvai.outbox import reaching
from mvai.outbox.reaching import Trouble
from mvai.people.models import Person


@dataclass(frozen=True)
class Unreachable:
    """One person, what they do here, and what is in the way."""

    person: Person
    does: str
    troubles: list[Trouble]
    advisor: Advisor | None

    @property
    def is_cut_off(self) -> bool:
        """Nothing at all reaches them."""
        return any(trouble.missing.is_cut_off for trouble in self.troubles)


def count(now: datetime) -> int:
    """How many people `people` would list."""
    return len(reaching.troubles(list(_everybody().values_list("pk", flat=True)), now=now))


def people(now: datetime) -> list[Unreachable]:
    """Those whom nothing reaches first, then by name."""
    found = reaching.troubles(list(_everybody().values_list("pk", flat=True)), now=now)
    persons = Person.objects.filter(pk__in=found).select_related("user", "advisor")
    rows = [_row(person, found[person.pk]) for person in persons]
    return sorted(rows, key=lambda row: (not row.is_cut_off, row.person.full_name, row.person.pk))


def _everybody():
    """Everyone who works the desk or advises, with or without an account."""
    users = User.objects.staff() | User.objects.with_role(Role.ADVISOR)
    return Person.objects.filter(
        Q(pk__in=users.order_by().values("person"))
        | Q(pk__in=Advisor.objects.active().order_by().values("person"))
    )


def _row(person: Person, troubles: list[Trouble]) -> Unreachable:
    user, advisor = getattr(person, "user", None), getattr(person, "advisor", None)
    does = ", ".join(user.role_labels) if user else _("Advisor, without an account")
    return Unreachable(person, does, troubles, advisor)
