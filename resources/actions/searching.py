"""Searching and counting `CatalogRow` in PostgreSQL (ADR 33), for `actions.finding`.

Every word typed is a group (`rules.words`), found by itself or by the marks of the lists that have
it (`actions.marking`). A row's score is the sum over the groups of where the best of its words
stands (title before keywords before summary before text, typed words before what means the same)
times how rare the group is among what was found.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any

from django.db import connection, transaction

from resources.actions.cutting import cut
from resources.rules.queries import alternatives, at, either
from resources.rules.words import Group

AT_ONCE = 200  # rows that are weighed in full; of more, those with the words in the best places
OVERSEEN = 1_000  # nobody reads on beyond so many; what comes after them isn't counted
_ENOUGH = 20  # rows that fit more of the words, before fewer words are asked for
_ASKED = 4  # groups that choose the rows where too many fit; all of them weigh
_LEAST_OF_BEST = 0.05  # a row with less than this part of the best row's score is not shown
# By where a group's words stand: as typed, and in words that mean the same.
_PLACES = (("A", 1.0, 0.8), ("B", 0.9, 0.75), ("C", 0.45, 0.3))
_IN_TEXT = 3.0  # times PostgreSQL's rank: 0.06 for a word said once
_SAME_IN_TEXT = 0.07  # where a text has words that mean the same
_MOST_IN_TEXT = 0.1  # for a word said often; of an expression PostgreSQL would say up to 1
_EVENLY = "'{0.1, 0.1, 0.1, 0.1}'"  # wherever the words stand: places are counted already
_UNTIL_THE_END = 0.6  # of a word that may be unfinished, where only its beginning stands
_SIDE_BY_SIDE = 0.6
_LINK = 0.65  # others’ work comes after ours that fits as well

TABLE = "resources_catalogrow"


@dataclass(frozen=True)
class Shelf:
    """The rows that a reader may see, for one question: its stamp is read once."""

    language: str
    with_drafts: bool

    @property
    def where(self) -> str:
        return "for_language = %s" + ("" if self.with_drafts else " AND NOT is_draft")

    @property
    def is_large(self) -> bool:
        return self.stamp[1] > OVERSEEN

    @cached_property
    def stamp(self) -> tuple[Any, int]:
        """It changes whenever a row does; and how many rows there are."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT max(put_at), count(*) FROM {TABLE} WHERE {self.where}",  # noqa: S608
                [self.language],
            )
            return cursor.fetchone()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A group as PostgreSQL reads it (tsquery, as text), and in how many rows it stands."""

    group: Group
    own: str
    beginning: str
    count: int = 0  # up to one more than are weighed at once

    @property
    def any(self) -> str:
        """A row that has the group."""
        return either(self.own, self.group.marks, self.beginning)


@dataclass(frozen=True, slots=True)
class Matches:
    """The rows that fit the words; all rows of the shelf without one."""

    shelf: Shelf
    least: int = 0  # of the groups; where too many fit to weigh each
    first: tuple[int, ...] = ()  # of these: up to one more than are overseen, as they lie there
    pks: tuple[int, ...] | None = None  # where all were weighed, the best first
    wanted: tuple[Wanted, ...] = ()
    side_by_side: tuple[str, ...] = ()

    @property
    def source(self) -> tuple[str, list[Any]]:
        """A table and a condition, to read those rows from."""
        where, values = self.shelf.where, [self.shelf.language]
        known = self.first if self.least and len(self.first) <= OVERSEEN else self.pks
        if known is not None:
            return f"{TABLE} WHERE {where} AND id = ANY(%s)", [*values, list(known)]
        if self.least:
            query = _at_least(self.least, _asked(self.wanted))
            return f"{_having('body')} WHERE {where}", [query, *values]
        return f"{TABLE} WHERE {where}", values


Chosen = Mapping[str, Sequence[str]]  # "need": ["need:MEDIA", "need:VICTIMS"]


@contextmanager
def by_the_indexes(shelf: Shelf) -> Iterator[None]:
    """Find words by their indexes even where they are in most rows: PostgreSQL's planner doesn't
    count what it takes to unpack a long text, and would rather look through a large shelf."""
    if not shelf.is_large:
        yield
        return
    was_inside = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        if was_inside:
            cursor.execute("SET LOCAL enable_seqscan = on")


def _having(column: str) -> str:
    """The rows that have words (a tsquery) in a column, as a table. They are found before any
    other condition is looked at, for the same reason."""
    return f"(SELECT * FROM {TABLE} WHERE {column} @@ %s::tsquery OFFSET 0) AS found"  # noqa: S608


def wanted(shelf: Shelf, groups: Sequence[Group]) -> list[Wanted]:
    """The groups as PostgreSQL cuts their words in both languages, each counted."""
    said = cut([one for group in groups for one in (group.own, group.beginning)])
    found = [
        Wanted(group, _typed(group, own), beginning)
        for group, own, beginning in zip(groups, said[::2], said[1::2], strict=True)
    ]
    counts = _counts(shelf, [one.any for one in found])
    return [replace(one, count=count) for one, count in zip(found, counts, strict=True)]


def _typed(group: Group, own: str) -> str:
    """Of an expression of which one word is left, that word alone says something else."""
    typed = alternatives(own)
    if " " in group.typed and not group.meant:
        typed = [one for one in typed if " & " in one] or typed
    return " | ".join(typed)


def _counts(shelf: Shelf, queries: Sequence[str]) -> Sequence[int]:
    """In how many rows each is found, up to one more than are weighed at once."""
    if shelf.is_large:
        database = str(connection.settings_dict["NAME"])
        return [_kept_count(database, shelf, shelf.stamp, query) for query in queries]
    asked = [value for query in queries for value in (query, shelf.language)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([_count_on(shelf)] * len(queries)), asked)
        return cursor.fetchone()


@lru_cache(maxsize=5_000)
def _kept_count(_database: str, shelf: Shelf, _stamp: object, query: str) -> int:
    """Kept by each process while no row changes: what is usual is asked for again and again, and
    takes longest to count."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_count_on(shelf)}", [query, shelf.language])
        return cursor.fetchone()[0]


def _count_on(shelf: Shelf) -> str:
    return (
        f"(SELECT count(*) FROM (SELECT FROM {_having('body')} WHERE {shelf.where}"  # noqa: S608
        f" LIMIT {AT_ONCE + 1}) AS counted)"
    )


def match(shelf: Shelf, wanted: Sequence[Wanted], side_by_side: Sequence[str]) -> Matches:
    """The rows that fit, few enough to be weighed one by one wherever the words allow it.

    In a library of some hundred items any of the words is enough, and the score does the rest. In
    a larger one the rare words choose, beside titles that have all the others; where every word is
    usual, all of them are asked for, then all but one and so on, until a page is full.
    """
    if min(shelf.stamp[1], sum(one.count for one in wanted)) <= AT_ONCE:
        where, value = "body @@ %s::tsquery", _at_least(1, wanted)
        return _weighed(shelf, wanted, side_by_side, where, value)
    if rare := _rare(wanted):
        rest = [one for one in wanted if one not in rare]
        pks = _rows(shelf, "body", _at_least(1, rare), AT_ONCE)
        pks += _rows(shelf, "title_words", _at_least(len(rest), rest), _ENOUGH) if rest else []
        return _weighed(shelf, wanted, side_by_side, "id = ANY(%s)", list(dict.fromkeys(pks)))
    few: list[int] = []
    asked = _asked(wanted)
    for least in range(len(asked), 0, -1):
        found = _rows(shelf, "body", _at_least(least, asked), OVERSEEN + 1)
        if len(found) > AT_ONCE and not few:
            return Matches(shelf, least, tuple(found), None, tuple(wanted), tuple(side_by_side))
        if len(found) > AT_ONCE:
            break
        few = found
        if len(few) >= _ENOUGH:
            break
    return _weighed(shelf, wanted, side_by_side, "id = ANY(%s)", few)


def _rare(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The rarest groups, as many as bring few enough rows to weigh each."""
    rare: list[Wanted] = []
    for one in sorted(wanted, key=lambda one: one.count):
        if sum(other.count for other in [*rare, one]) > AT_ONCE:
            break
        rare.append(one)
    return rare


def _rows(shelf: Shelf, column: str, query: str, most: int) -> list[int]:
    """The first rows that fit, as they lie in the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {_having(column)} WHERE {shelf.where} LIMIT {most}",  # noqa: S608
            [query, shelf.language],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _weighed(
    shelf: Shelf, wanted: Sequence[Wanted], side_by_side: Sequence[str], where: str, value: Any
) -> Matches:
    pks = _best(shelf, wanted, side_by_side, where, [value], least_of_best=_LEAST_OF_BEST)
    return Matches(shelf, pks=tuple(pks), wanted=tuple(wanted))


def page_of(matches: Matches, chosen: Chosen, *, start: int, size: int) -> list[int]:
    """The keys of one page's rows in their order."""
    if matches.least:
        return _many(matches, chosen, start + size)[start : start + size]
    source, values = matches.source
    facets, more = narrowed(chosen)
    order = "sort, slug"
    last: list[Any] = []
    if matches.pks is not None:
        order, last = "array_position(%s, id)", [list(matches.pks)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {source}{facets}"  # noqa: S608
            f" ORDER BY {order} LIMIT %s OFFSET %s",
            [*values, *more, *last, size, start],
        )
        return [pk for (pk,) in cursor.fetchall()]


def narrowed(chosen: Chosen) -> tuple[str, list[Any]]:
    """What is chosen, as a further condition."""
    some = [list(chosen[name]) for name in sorted(chosen) if chosen[name]]
    return " AND facets && %s::varchar[]" * len(some), some


def _many(matches: Matches, chosen: Chosen, size: int) -> list[int]:
    """The first of very many: with the words in the title first, then among keywords and summary,
    then anywhere. So many as are weighed at once are put in their order, the rest follow as they
    lie in the table."""
    facets, more = narrowed(chosen)
    query = _at_least(matches.least, _asked(matches.wanted))
    most = AT_ONCE if size <= AT_ONCE else OVERSEEN
    found: dict[int, None] = {}
    with connection.cursor() as cursor:
        for column in ("title_words", "lead", "body"):
            cursor.execute(
                f"SELECT id FROM {_having(column)} WHERE {matches.shelf.where}{facets}"  # noqa: S608
                f" LIMIT {most}",
                [query, matches.shelf.language, *more],
            )
            found |= dict.fromkeys(pk for (pk,) in cursor.fetchall())
            if len(found) >= most:
                break
            if column == "lead" and not facets:
                found |= dict.fromkeys(matches.first)
                break
    pks = list(found)[:most]
    first = _best(
        matches.shelf, matches.wanted, matches.side_by_side, "id = ANY(%s)", [pks[:AT_ONCE]]
    )
    return first + pks[AT_ONCE:]


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
        f"{one.group.weight} * p{number} * ln(1 + %s::float / greatest({has_it.format(number)}, 1))"
        for number, one in enumerate(wanted)
    )
    had = " + ".join(f"(p{number} > 0)::int" for number in range(len(wanted)))
    size = shelf.stamp[1]
    # A long text is stored compressed: unpacked once, and not for every word.
    sql = f"""
        WITH unpacked AS MATERIALIZED (
            SELECT id, sort, slug, kind, lead, body || ''::tsvector AS body
            FROM {TABLE} WHERE {shelf.where} AND {where}
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
            (typed, at(one.own, place)),
            (same, at(one.group.marks, place)),
            (typed * _UNTIL_THE_END, at(one.beginning, place)),
        ]
    cases = sorted((case for case in cases if case[1]), key=lambda case: -case[0])
    whens = " ".join(f"WHEN lead @@ %s::tsquery THEN {worth}" for worth, _query in cases)
    said = f"{_IN_TEXT} * least({_MOST_IN_TEXT}, ts_rank({_EVENLY}, body, %s::tsquery))"
    marked = f" + {_SAME_IN_TEXT} * (body @@ %s::tsquery)::int" if one.group.marks else ""
    return (
        f"CASE {whens} ELSE 0 END + {said}{marked}",
        [*(query for _worth, query in cases), one.own, *([one.group.marks] if marked else [])],
    )


def _asked(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The rarest groups, which choose the rows where too many fit."""
    return sorted(wanted, key=lambda one: one.count)[:_ASKED]


def _at_least(count: int, wanted: Sequence[Wanted]) -> str:
    """So many of the groups, whichever."""
    return either(
        *(" & ".join(f"({one.any})" for one in some) for some in combinations(wanted, count))
    )
