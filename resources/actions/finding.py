"""How readers find their way: by words, by the hour they are in, and from one page to the next."""

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from resources.actions import counting, searching, spelling
from resources.actions.counting import Counted
from resources.actions.searching import Chosen, Matches, Shelf
from resources.models import CatalogRow, MissedSearch, SynonymGroup
from resources.models.catalog import CatalogRowQuerySet
from resources.rules import hours, kinship
from resources.rules.words import LONGEST, MOST_GROUPS, Group, Meanings, fold, meanings, neighbors
from resources.rules.words import groups as groups_of

_NEAR_THE_HOUR = 300  # rows looked at for an hour, and for what is related


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked for, and what fits it."""

    matches: Matches
    groups: tuple[Group, ...] = ()
    answer: CatalogRow | None = None  # what an editor chose for just these words

    @property
    def guesses(self) -> list[Group]:
        """Words that nobody knows, with those they were taken for."""
        return [group for group in self.groups if group.meant]

    @property
    def unknown(self) -> list[Group]:
        """Words that nobody knows, and that are near to none."""
        found = {one.group.typed for one in self.matches.wanted}
        return [group for group in self.groups if group.typed not in found]

    @property
    def is_missed(self) -> bool:
        """Nothing fits, or only what the words were taken for."""
        return bool(self.groups) and all(one.group.meant for one in self.matches.wanted)

    @property
    def said(self) -> list[str]:
        return [word for one in self.matches.wanted for word in one.group.said]


def search(*, text: str, language: str, with_drafts: bool) -> Search:
    """What fits the words; everything where there are none."""
    shelf = Shelf(language, with_drafts)
    if not fold(text[:LONGEST]):
        return Search(Matches(shelf))
    with searching.by_the_indexes(shelf):
        return _search(text, shelf)


def _search(text: str, shelf: Shelf) -> Search:
    same = _meanings()
    groups = groups_of(text, same)
    asked = searching.wanted(shelf, groups)
    if meant := {
        number: _meant(one.group, near, same)
        for number, one in enumerate(asked)
        if not one.count and (near := spelling.near(shelf, one.group.typed, _terms(same)))
    }:
        groups = [meant.get(number, group) for number, group in enumerate(groups)]
        asked = searching.wanted(shelf, groups)
    known = [one for one in asked if one.count]
    rarest = sorted(known, key=lambda one: one.count)[:MOST_GROUPS]
    wanted = [one for one in known if one in rarest]
    if not wanted:
        return Search(Matches(shelf, pks=()), tuple(groups), _answer(text, shelf))
    side_by_side = neighbors(text, [one.group for one in wanted])
    found = Search(searching.match(shelf, wanted, side_by_side), tuple(groups))
    return replace(found, answer=_answer(text, shelf)) if found.guesses or found.unknown else found


def _meant(group: Group, meant: Sequence[str], same: Meanings) -> Group:
    """The nearest word, with what means the same as it."""
    first = groups_of(meant[0], same)[0]
    return replace(
        group, meant=tuple(meant), also=first.also, lists=first.lists, is_unfinished=False
    )


def count(found: Search, chosen: Chosen) -> Counted:
    """How many fit, by facet."""
    with searching.by_the_indexes(found.matches.shelf) if found.groups else nullcontext():
        return counting.count(found.matches, chosen)


def rows_of(found: Search, chosen: Chosen, *, start: int, size: int) -> list[CatalogRow]:
    """One page of what fits, the best first, with what its lines show."""
    with searching.by_the_indexes(found.matches.shelf) if found.groups else nullcontext():
        pks = searching.page_of(found.matches, chosen, start=start, size=size)
    rows = CatalogRow.objects.filter(pk__in=pks).select_related("edition").without_words()
    return sorted(rows, key=lambda row: pks.index(row.pk))


def _meanings() -> Meanings:
    """Read anew by each search, so that a change counts at once and everywhere."""
    return meanings(SynonymGroup.objects.in_use().values_list("pk", "terms"))


def _terms(same: Meanings) -> set[str]:
    return set().union(*(one.terms for one in same.values()))


def _answer(text: str, shelf: Shelf) -> CatalogRow | None:
    missed = MissedSearch.objects.filter(
        words=fold(text[:LONGEST]), language=shelf.language, answer__isnull=False
    )
    rows = _on(shelf).filter(item__in=missed.values("answer"))
    return rows.select_related("edition").without_words().first()


def for_the_hour(
    *,
    phase: str,
    needs: Collection[str] = (),
    settings: Collection[str] = (),
    audiences: Collection[str] = (),
    language: str,
    with_drafts: bool,
    limit: int = 5,
) -> list[hours.Suggestion[CatalogRow]]:
    """What fits a request of this phase, needs and places, with the reason in words.

    Pages for those at home, for advisors and for a successor come only where `audiences` asks for
    them. The order is always the same.
    """
    facets = [f"phase:{phase}", *(f"need:{need}" for need in sorted(needs))]
    rows = _on(Shelf(language, with_drafts)).filter(facets__overlap=facets)
    return hours.fitting(
        _lean(rows), phase=phase, needs=needs, settings=settings, audiences=audiences
    )[:limit]


def related(row: CatalogRow, limit: int = 4) -> list[CatalogRow]:
    """What a reader of this page may want next; never one kind alone."""
    needs = [facet for facet in row.facets if facet.startswith("need:")]
    shelf = Shelf(row.for_language, with_drafts=row.is_draft)
    rows = _on(shelf).filter(facets__overlap=needs or row.facets).exclude(pk=row.pk)
    return kinship.nearest(row, _lean(rows), limit)


def _on(shelf: Shelf) -> CatalogRowQuerySet:
    return CatalogRow.objects.on_show(language=shelf.language, with_drafts=shelf.with_drafts)


def _lean(rows: CatalogRowQuerySet) -> list[CatalogRow]:
    lean = rows.select_related("edition").without_words()
    return list(lean.defer("edition__text", "edition__card")[:_NEAR_THE_HOUR])
