"""Searching and counting `CatalogRow` in PostgreSQL (ADR 33), for `actions.finding`.

Every word typed is a group (`rules.words`). A row's score is the sum over the groups of where the
best of its words stands (title before keywords before summary before text, typed words before
what means the same) times how rare the group is among what was found.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db import connection

from resources.rules.words import Group

AT_ONCE = 200  # rows that are weighed in full; of more, those with the words in the best places
_LEAST_OF_BEST = 0.05  # a row with less than this part of the best row's score is not shown
# By where a group's words stand: as typed, and in words that mean the same.
_PLACES = (("A", 1.0, 0.8), ("B", 0.9, 0.75), ("C", 0.45, 0.3))
_IN_TEXT = (3.0, 1.5)  # times PostgreSQL's rank: 0.06 for a word said once, at most 0.1
_EVENLY = "'{0.1, 0.1, 0.1, 0.1}'"  # wherever the words stand: places are counted already
_UNTIL_THE_END = 0.6  # of a word that may be unfinished, where only its beginning stands
_SIDE_BY_SIDE = 0.6
_LINK = 0.8  # others' work comes after ours that fits as well

_TABLE = "resources_catalogrow"
_LEXEME = re.compile(r"'[^']+'(?::\*)?")


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
class Wanted:
    """A group as PostgreSQL reads it (tsquery, as text), and in how many rows it stands."""

    group: Group
    own: str
    others: str
    beginning: str
    count: int  # up to one more than are weighed at once

    @property
    def any(self) -> str:
        return _either(self.own, self.others, self.beginning)


@dataclass(frozen=True, slots=True)
class Matches:
    """The rows that fit the words, as a condition on the table; all rows without one."""

    shelf: Shelf
    query: str = ""
    pks: tuple[int, ...] | None = None  # where all were weighed, the best first
    wanted: tuple[Wanted, ...] = ()
    side_by_side: tuple[str, ...] = ()

    @property
    def condition(self) -> tuple[str, list[Any]]:
        where, values = self.shelf.where, [self.shelf.language]
        if self.pks is not None:
            return f"{where} AND id = ANY(%s)", [*values, list(self.pks)]
        if self.query:
            return f"{where} AND body @@ %s::tsquery", [*values, self.query]
        return where, values


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows fit, and how many would with one more value of each facet."""

    total: int
    by_facet: Mapping[str, int] = field(default_factory=dict)


Chosen = Mapping[str, Sequence[str]]  # "need": ["need:MEDIA", "need:VICTIMS"]


def wanted(shelf: Shelf, groups: Sequence[Group]) -> list[Wanted]:
    """The groups as PostgreSQL cuts their words in both languages, each counted."""
    one = "(%s, {0}, {0}, {0})".format("to_tsquery('english', %s) || to_tsquery('spanish', %s)")
    values: list[Any] = []
    for number, group in enumerate(groups):
        values.append(number)
        for said in (group.own, group.others, group.beginning):
            values += [said, said]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, own::text, others::text, beginning::text, ("  # noqa: S608
            f" SELECT count(*) FROM (SELECT FROM {_TABLE} WHERE {shelf.where}"
            f" AND body @@ (own || others || beginning) LIMIT {AT_ONCE + 1}) AS found)"
            f" FROM (VALUES {', '.join([one] * len(groups))})"
            " AS asked (number, own, others, beginning)",
            [shelf.language, *values],
        )
        return [Wanted(groups[number], *rest) for number, *rest in sorted(cursor.fetchall())]


def match(shelf: Shelf, wanted: Sequence[Wanted], side_by_side: Sequence[str]) -> Matches:
    """The rows with as many of the groups as one needs to ask for to oversee what is found.

    In a library of some hundred items any of the words is enough, and the score does the rest.
    """
    query = ""
    for least in range(1, len(wanted) + 1):
        query = _at_least(least, wanted)
        if _is_few(shelf, wanted, least, query):
            pks = _best(
                shelf,
                wanted,
                side_by_side,
                "body @@ %s::tsquery",
                [query],
                least_of_best=_LEAST_OF_BEST,
            )
            return Matches(shelf, pks=tuple(pks), wanted=tuple(wanted))
    return Matches(shelf, query, wanted=tuple(wanted), side_by_side=tuple(side_by_side))


def _is_few(shelf: Shelf, wanted: Sequence[Wanted], least: int, query: str) -> bool:
    """Whether so many groups are found in few enough rows. Mostly known without asking."""
    if least == 1 and sum(one.count for one in wanted) <= AT_ONCE:
        return True
    if least == len(wanted) and min(one.count for one in wanted) <= AT_ONCE:
        return True
    if least == 1 and max(one.count for one in wanted) > AT_ONCE:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT FROM {_TABLE} WHERE {shelf.where}"  # noqa: S608
            f" AND body @@ %s::tsquery LIMIT {AT_ONCE + 1}) AS found",
            [shelf.language, query],
        )
        return cursor.fetchone()[0] <= AT_ONCE


def page_of(matches: Matches, chosen: Chosen, *, start: int, size: int) -> list[int]:
    """The keys of one page's rows in their order."""
    if matches.query and start + size <= AT_ONCE:
        return _best_of_many(matches, chosen)[start : start + size]
    where, values = matches.condition
    facets, more = _facets(chosen)
    order = "sort, slug"
    last: list[Any] = []
    if matches.pks is not None:
        order, last = "array_position(%s, id)", [list(matches.pks)]
    elif matches.query:
        order, last = "lead @@ %s::tsquery DESC, sort, slug", [_every(matches.wanted, "A")]
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
    kept_out, by = "0", "NULL"
    more_out: list[Any] = []
    more_by: list[Any] = []
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
    found: dict[int, None] = {}
    with connection.cursor() as cursor:
        for column, place in (("lead", "A"), ("lead", ""), ("body", "")):
            cursor.execute(
                f"SELECT id FROM {_TABLE} WHERE {where}{facets}"  # noqa: S608
                f" AND {column} @@ %s::tsquery LIMIT {AT_ONCE}",
                [*values, *more, _every(matches.wanted, place)],
            )
            found |= dict.fromkeys(pk for (pk,) in cursor.fetchall())
            if len(found) >= AT_ONCE:
                break
    pks = list(found)[:AT_ONCE]
    return _best(matches.shelf, matches.wanted, matches.side_by_side, "id = ANY(%s)", [pks])


def _best(
    shelf: Shelf,
    wanted: Sequence[Wanted],
    side_by_side: Sequence[str],
    where: str,
    values: Sequence[Any],
    *,
    least_of_best: float = 0.0,
) -> list[int]:
    """Weigh the rows that fit the condition; the best first, then in the library's own order."""
    places, given = [], []
    for number, one in enumerate(wanted):
        sql, more = _worth(one)
        places.append(f"{sql} AS p{number}")
        given += more
    beside = ["(lead @@ (to_tsquery('english', %s) || to_tsquery('spanish', %s)))::int"]
    given += [said for pair in side_by_side for said in (pair, pair)]
    has_it = "count(*) FILTER (WHERE p{0} > 0) OVER ()"
    rare = " + ".join(
        f"p{number} * ln(1 + %s::float / greatest({has_it.format(number)}, 1))"
        for number in range(len(wanted))
    )
    had = " + ".join(f"(p{number} > 0)::int" for number in range(len(wanted)))
    size = shelf.stamp()[1]
    # A long text is stored compressed: unpacked once, and not for every word.
    sql = f"""
        WITH unpacked AS MATERIALIZED (
            SELECT id, sort, slug, kind, lead, body || ''::tsvector AS body
            FROM {_TABLE} WHERE {shelf.where} AND {where}
        ), hit AS MATERIALIZED (
            SELECT id, sort, slug, {", ".join(places)},
                {" + ".join(beside * len(side_by_side)) or "0"} AS beside,
                CASE kind WHEN 'external' THEN {_LINK} ELSE 1 END AS whose
            FROM unpacked
        ), weighed AS (
            SELECT id, sort, slug,
                whose * ({_SIDE_BY_SIDE} * beside + {rare}) * (1 + ({had}) / {len(wanted)}.0) AS score
            FROM hit
        )
        SELECT id FROM weighed
        WHERE score >= %s * (SELECT max(score) FROM weighed)
        ORDER BY score DESC, sort, slug"""  # noqa: E501, S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [shelf.language, *values, *given, *[size] * len(wanted), least_of_best])
        return [pk for (pk,) in cursor.fetchall()]


def _worth(one: Wanted) -> tuple[str, list[str]]:
    """What a group's words are worth in a row: the best place, and how often the text has them."""
    cases: list[tuple[float, str]] = []
    for place, typed, same in _PLACES:
        cases += [
            (typed, _at(one.own, place)),
            (same, _at(one.others, place)),
            (typed * _UNTIL_THE_END, _at(one.beginning, place)),
        ]
    cases = sorted((case for case in cases if case[1]), key=lambda case: -case[0])
    whens = " ".join(f"WHEN lead @@ %s::tsquery THEN {worth}" for worth, _query in cases)
    in_text = [(worth, query) for worth, query in zip(_IN_TEXT, (one.own, one.others), strict=True)
               if query]  # fmt: skip
    said = " + ".join(
        f"{worth} * ts_rank({_EVENLY}, body, %s::tsquery)" for worth, _query in in_text
    )
    return (
        f"CASE {whens} ELSE 0 END + {said}",
        [query for _worth, query in cases] + [query for _worth, query in in_text],
    )


def _at(query: str, place: str) -> str:
    """The same words in one place only."""
    if not place:
        return query
    return _LEXEME.sub(lambda found: found[0] + ("" if ":" in found[0] else ":") + place, query)


def _either(*queries: str) -> str:
    return " | ".join(f"({one})" for one in queries if one)


def _at_least(count: int, wanted: Sequence[Wanted]) -> str:
    return _either(
        *(" & ".join(f"({one.any})" for one in some) for some in combinations(wanted, count))
    )


def _every(wanted: Sequence[Wanted], place: str) -> str:
    return " & ".join(
        f"({_either(_at(one.own, place), _at(one.others, place), _at(one.beginning, place))})"
        for one in wanted
    )
