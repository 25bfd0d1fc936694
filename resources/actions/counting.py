"""How many rows of the library fit, by facet (ADR 33), for `actions.finding`.

Up to `searching.OVERSEEN` rows are counted, which is all of any real library; of more the counts
say "at least". The counts of a whole shelf are kept by each process until a row changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection

from resources.actions import searching
from resources.actions.searching import TABLE, Chosen, Matches, Shelf, narrowed

_kept: dict[tuple[str, Shelf], tuple[object, "Counted"]] = {}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows fit, and how many would with one more value of each facet.

    `cut` names the facets of which only the first rows were counted; "" stands for the total.
    """

    total: int
    by_facet: Mapping[str, int] = field(default_factory=dict)
    cut: frozenset[str] = frozenset()

    @property
    def is_cut(self) -> bool:
        return "" in self.cut


def count(matches: Matches, chosen: Chosen) -> Counted:
    """How many fit, by facet; of a whole shelf from memory, for as long as no row changes."""
    if matches.least or matches.pks is not None or any(chosen.values()):
        return _count(matches, chosen)
    where, stamp = (str(connection.settings_dict["NAME"]), matches.shelf), matches.shelf.stamp
    kept = _kept.get(where)
    if kept is None or kept[0] != stamp:
        kept = _kept[where] = (stamp, _count(matches, chosen))
    return kept[1]


def _count(matches: Matches, chosen: Chosen) -> Counted:
    """One query for the total and for every facet.

    What all chosen facets let through counts for the facets of which nothing is chosen; a facet
    with something chosen is counted over what the others let through.
    """
    source, values = matches.source
    names = [name for name in sorted(chosen) if chosen[name]]
    if matches.least and not names:
        source, values = f"{TABLE} WHERE id = ANY(%s)", [list(matches.first)]
    parts, given = [], list(values)
    for left_out in ("", *names):
        facets, more = narrowed({name: chosen[name] for name in names if name != left_out})
        parts.append(
            f"(SELECT %s AS source, facets FROM fitting WHERE true{facets}"  # noqa: S608
            f" LIMIT {searching.OVERSEEN + 1})"
        )
        given += [left_out, *more]
    # The words are looked for once, not again for each facet.
    sql = f"""
        WITH fitting AS MATERIALIZED (SELECT facets FROM {source})
        SELECT source, facet, count(*)
        FROM ({" UNION ALL ".join(parts)}) AS found, unnest(facets || 'all:'::varchar) AS facet
        GROUP BY source, facet"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        counted = {(source, facet): number for source, facet, number in cursor.fetchall()}
    return _told(counted, names)


def _told(counted: Mapping[tuple[str, str], int], names: list[str]) -> Counted:
    by_facet: dict[str, int] = {}
    cut: set[str] = set()
    every = counted.get(("", "all:"), 0)
    for (source, facet), number in counted.items():
        name = facet.partition(":")[0]
        is_cut = counted[source, "all:"] > searching.OVERSEEN
        if facet != "all:" and source == (name if name in names else ""):
            by_facet[facet] = number
            cut |= {name} if is_cut else set()
    if every > searching.OVERSEEN:
        cut.add("")
    return Counted(min(every, searching.OVERSEEN), by_facet, frozenset(cut))
