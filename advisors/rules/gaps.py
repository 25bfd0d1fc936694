"""What nobody in the program covers: a calling and a need without an active advisor."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from advisors.matching.words import NEEDS
from advisors.models import Advisor, Prospect
from mvai.taxonomy.models import Discipline, Need

NOT_A_TOPIC = ("UNSURE",)


@dataclass(frozen=True, slots=True)
class Row:
    """One discipline: who is there, and what none of them covers.

    `could` is how many prospects of this discipline we are talking with.
    """

    discipline: Discipline
    advisors: int
    missing: tuple[Need, ...]
    could: int

    @property
    def missing_words(self) -> str:
        """In a word or two each, as lists of advisors say it."""
        words = (_(NEEDS[need.pk]) if need.pk in NEEDS else str(need) for need in self.missing)
        return ", ".join(words)

    @property
    def is_empty(self) -> bool:
        return self.advisors == 0


def gaps() -> list[Row]:
    """A row for each discipline in use, in its order, gaps or not. Five queries."""
    needs = list(Need.objects.active().exclude(pk__in=NOT_A_TOPIC))
    active = Advisor.objects.active()
    covered: dict[str, set[str]] = defaultdict(set)
    for discipline, need in active.values_list("disciplines", "expertise__need").distinct():
        if discipline and need:
            covered[discipline].add(need)
    heads: dict[str, set[int]] = defaultdict(set)
    for discipline, advisor in active.values_list("disciplines", "pk"):
        heads[discipline].add(advisor)
    could: dict[str, int] = defaultdict(int)
    for discipline in Prospect.objects.with_us().values_list("discipline", flat=True):
        could[discipline] += 1
    return [
        Row(
            discipline=one,
            advisors=len(heads[one.pk]),
            missing=tuple(need for need in needs if need.pk not in covered[one.pk]),
            could=could[one.pk],
        )
        for one in Discipline.objects.active()
    ]
