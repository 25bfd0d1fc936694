"""Searching and counting `CatalogRow` in PostgreSQL (ADR 33), for `actions.finding`.

Every word typed is a group (`rules.words`). A row's score is the sum over the groups of where the
best of its words stands (title before keywords before summary before text, typed words before
what means the same) times how rare the group is among what was found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from resources.rules.words import Group, at_least

AT_ONCE = 500  # rows that are weighed in full; of more, those with the words in the best places
_LEAST_OF_BEST = 0.1  # a row with less than this part of the best row's score is not shown
# By where a group's words stand: as typed, and in words that mean the same.
_PLACES = (("A", 1.0, 0.8), ("B", 0.9, 0.75), ("C", 0.45, 0.3))
_IN_TEXT = (0.12, 0.06)  # as often as it may be said there; once is about half of it
_UNTIL_THE_END = 0.6  # of a word that may be unfinished, where only its beginning stands
_SIDE_BY_SIDE = 0.6
_LINK = 0.8  # others' work comes after ours that fits as well

_TABLE = "resources_catalogrow"
_QUERY = "(to_tsquery('english', %s) || to_tsquery('spanish', %s))"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rows that a reader may see."""

    language: str
    with_drafts: bool

    @property
    def where(self) -> str:
        return "for_language = %s" + ("" if self.with_drafts else " AND NOT is_draft")

    def stamp(self) -> tuple[Any, int]:
        """It changes whenever a row does; and how many rows there are."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT max(put_at), count(*) FROM {_TABLE} WHERE {self.where}",  # noqa: S608
                [self.language],
            )
            return cursor.fetchone()


@dataclass(frozen=True, slots=True)
class Matches:
    """The rows that fit the words, as a condition on the table; all rows without one."""

    shelf: Shelf
    where: str = ""
    values: tuple[Any, ...] = ()
    pks: tuple[int, ...] | None = None  # where all were weighed, the best first
    wanted: tuple[Group, ...] = ()
    side_by_side: tuple[str, ...] = ()

    @property
    def condition(self) -> tuple[str, list[Any]]:
        where, values = self.shelf.where, [self.shelf.language]
        if self.pks is not None:
            return f"{where} AND id = ANY(%s)", [*values, list(self.pks)]
        return (f"{where} AND {self.where}", [*values, *self.values]) if self.where else (
            where, values
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows fit, and how many would with one more value of each facet."""

    total: int
    by_facet: Mapping[str, int] = field(default_factory=dict)


Chosen = Mapping[str, Sequence[str]]  # "need": ["need:MEDIA", "need:VICTIMS"]


def counts_of(shelf: Shelf, wanted: Sequence[Group]) -> list[int]:
    """In how many rows each group stands, counted up to one more than are weighed."""
    one = (
        f"(SELECT count(*) FROM (SELECT FROM {_TABLE} WHERE {shelf.where} AND body @@ {_QUERY}"  # noqa: S608
        f" LIMIT {AT_ONCE + 1}) AS found)"
    )
    values = [value for group in wanted for value in (shelf.language, group.any(), group.any())]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([one] * len(wanted)), values)
        return list(cursor.fetchone())


def match(
    shelf: Shelf, wanted: Sequence[Group], side_by_side: Sequence[str], counts: Sequence[int]
) -> Matches:
    """The rows with as many of the groups as one needs to ask for to oversee what is found.

    In a library of some hundred items any of the words is enough, and the score does the rest.
    """
    for least in range(1, len(wanted) + 1):
        query = at_least(least, wanted)
        if least == 1 and sum(counts) <= AT_ONCE:
            break
        if least == len(wanted) and len(wanted) == 1:
            return _too_many(shelf, wanted, side_by_side, query)
        if _count(shelf, query) <= AT_ONCE:
            break
    else:
        return _too_many(shelf, wanted, side_by_side, query)
    where, values = f"body @@ {_QUERY}", [query, query]
    pks = _best(shelf, wanted, side_by_side, where, values, least_of_best=_LEAST_OF_BEST)
    return Matches(shelf, pks=tuple(pks), wanted=tuple(wanted))


def _too_many(
    shelf: Shelf, wanted: Sequence[Group], side_by_side: Sequence[str], query: str
) -> Matches:
    return Matches(
        shelf, f"body @@ {_QUERY}", (query, query), None, tuple(wanted), tuple(side_by_side)
    )


def _count(shelf: Shelf, query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT FROM {_TABLE} WHERE {shelf.where}"  # noqa: S608
            f" AND body @@ {_QUERY} LIMIT {AT_ONCE + 1}) AS found",
            [shelf.language, query, query],
        )
        return cursor.fetchone()[0]


def page_of(matches: Matches, chosen: Chosen, *, start: int, size: int) -> list[int]:
    """The keys of one page's rows in their order."""
    if matches.pks is None and matches.where and start + size <= AT_ONCE:
        return _best_of_many(matches, chosen)[start : start + size]
    where, values = matches.condition
    facets, more = _facets(chosen)
    order, last = "sort, slug", []
    if matches.pks is not None:
        order, last = "array_position(%s, id)", [list(matches.pks)]
    elif matches.where:
        order, last = _in_title_first(matches)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {_TABLE} WHERE {where}{facets}"  # noqa: S608
            f" ORDER BY {order} LIMIT %s OFFSET %s",
            [*values, *more, *last, size, start],
        )
        return [pk for (pk,) in cursor.fetchall()]


def count(matches: Matches, chosen: Chosen) -> Counted:
    """One query for the total and for every facet, each counted with what is chosen in the others.

    A row that all chosen facets let through counts for every value it has; one that a single
    facet keeps out counts for that facet's values.
    """
    where, values = matches.condition
    kept_out, by, more_out, more_by = "0", "NULL", [], []
    names = [name for name in sorted(chosen) if chosen[name]]
    if names:
        kept_out = " + ".join(["(NOT facets && %s::varchar[])::int"] * len(names))
        more_out = [list(chosen[name]) for name in names]
        by = "CASE " + " ".join(["WHEN NOT facets && %s::varchar[] THEN %s"] * len(names)) + " END"
        more_by = [one for name in names for one in (list(chosen[name]), name)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT facet, count(*) FROM (SELECT facets, {kept_out} AS kept_out, {by} AS by"  # noqa: S608
            f" FROM {_TABLE} WHERE {where}) AS found, unnest(found.facets || 'all:'::varchar)"
            " AS facet WHERE kept_out = 0 OR (kept_out = 1 AND split_part(facet, ':', 1) = by)"
            " GROUP BY facet",
            [*more_out, *more_by, *values],
        )
        by_facet = dict(cursor.fetchall())
    return Counted(by_facet.pop("all:", 0), by_facet)


def _facets(chosen: Chosen) -> tuple[str, list[Any]]:
    some = [list(chosen[name]) for name in sorted(chosen) if chosen[name]]
    return " AND facets && %s::varchar[]" * len(some), some


def _best_of_many(matches: Matches, chosen: Chosen) -> list[int]:
    """The words in the title first, then among keywords and summary, then anywhere."""
    facets, more = _facets(chosen)
    where, values = matches.condition
    steps, given = [], []
    for column, place in (("lead", "A"), ("lead", ""), ("body", "")):
        every = " & ".join(f"({_with_others(group, place)})" for group in matches.wanted)
        steps.append(
            f"(SELECT id FROM {_TABLE} WHERE {where}{facets} AND {column} @@ {_QUERY}"  # noqa: S608
            f" LIMIT {AT_ONCE})"
        )
        given += [*values, *more, every, every]
    with connection.cursor() as cursor:
        found: dict[int, None] = {}
        each = len(given) // len(steps)
        for number, step in enumerate(steps):
            cursor.execute(step, given[number * each : (number + 1) * each])
            found |= dict.fromkeys(pk for (pk,) in cursor.fetchall())
            if len(found) >= AT_ONCE:
                break
    pks = list(found)[:AT_ONCE]
    return _best(matches.shelf, matches.wanted, matches.side_by_side, "id = ANY(%s)", [pks])


def _with_others(group: Group, place: str) -> str:
    return " | ".join(one for one in (group.own(place), group.others(place)) if one)


def _in_title_first(matches: Matches) -> tuple[str, list[Any]]:
    every = " & ".join(f"({_with_others(group, 'A')})" for group in matches.wanted)
    return f"lead @@ {_QUERY} DESC, sort, slug", [every, every]


def _best(
    shelf: Shelf,
    wanted: Sequence[Group],
    side_by_side: Sequence[str],
    where: str,
    values: Sequence[Any],
    *,
    least_of_best: float = 0.0,
) -> list[int]:
    """Weigh the rows that fit the condition; the best first, then in the library's own order."""
    places, given = [], []
    for number, group in enumerate(wanted):
        case, more = _place(group)
        places.append(f"{case} AS p{number}")
        given += more
    beside = ["(lead @@ " + _QUERY + ")::int"] * len(side_by_side)
    given += [one for pair in side_by_side for one in (pair, pair)]
    has_it = "count(*) FILTER (WHERE p{0} > 0) OVER ()"
    rare = " + ".join(
        f"p{number} * ln(1 + %s::float / greatest({has_it.format(number)}, 1))"
        for number in range(len(wanted))
    )
    had = "(" + " + ".join(f"(p{number} > 0)::int" for number in range(len(wanted))) + ")"
    size = shelf.stamp()[1]
    sql = f"""
        WITH hit AS MATERIALIZED (
            SELECT id, sort, slug, {", ".join(places)}, {" + ".join(beside) or "0"} AS beside,
                CASE kind WHEN 'external' THEN {_LINK} ELSE 1 END AS whose
            FROM {_TABLE} WHERE {shelf.where} AND {where}
        ), weighed AS (
            SELECT id, sort, slug,
                whose * ({_SIDE_BY_SIDE} * beside + {rare}) * (1 + {had} / {len(wanted)}.0) AS score
            FROM hit
        )
        SELECT id FROM weighed
        WHERE score >= %s * (SELECT max(score) FROM weighed)
        ORDER BY score DESC, sort, slug"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, shelf.language, *values, *[size] * len(wanted), least_of_best])
        return [pk for (pk,) in cursor.fetchall()]


def _place(group: Group) -> tuple[str, list[Any]]:
    """What a group's words are worth in a row: the best place, and how often the text has them."""
    cases: list[tuple[float, str]] = []
    for place, typed, same in _PLACES:
        cases.append((typed, group.own(place)))
        if group.also:
            cases.append((same, group.others(place)))
        if group.is_unfinished:
            cases.append((typed * _UNTIL_THE_END, group.beginning(place)))
    cases.sort(key=lambda case: -case[0])
    sql = " ".join(f"WHEN lead @@ {_QUERY} THEN {worth}" for worth, _query in cases)
    given = [one for _worth, query in cases for one in (query, query)]
    in_text = []
    for worth, query in zip(_IN_TEXT, (group.own(), group.others()), strict=True):
        if query:
            in_text.append(f"{worth} * (ts_rank(body, {_QUERY}) * 10 + (body @@ {_QUERY})::int)")
            given += [query] * 4
    return f"CASE {sql} ELSE 0 END + {' + '.join(in_text)}", given
