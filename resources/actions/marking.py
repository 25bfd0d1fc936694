"""Which lists of words that mean the same stand in a row of the catalog, and where (ADR 33).

A list may have thirty words, and PostgreSQL would look for each of them in each text that may fit.
So a row carries one word more for each list that it has a word of, at the places of those words:
the list's mark. A search looks for the mark alone. Called by `actions.catalog` and
`actions.synonyms`, whenever a row or a list changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from resources.actions.cutting import cut
from resources.models import CatalogRow, Item, SynonymGroup
from resources.rules.queries import alternatives, at, either
from resources.rules.words import expressions, mark, single

_LOCK = 20_261_129  # of what is on show, among the database's advisory locks
_TABLE = CatalogRow._meta.db_table
# Rows that come out as they were are not written, so that nothing kept of them is read again.
_MARK = f"""
    UPDATE {_TABLE} AS row SET
        title_words = made.title_words, lead = made.lead, body = made.body, put_at = now()
    FROM (
        SELECT here.id,
            ts_delete(here.title_words, %(marks)s) || found.in_title AS title_words,
            ts_delete(here.lead, %(marks)s) || found.in_lead AS lead,
            ts_delete(here.body, %(marks)s) || found.in_body AS body
        FROM (
            SELECT id, title_words, lead, body || ''::tsvector AS body FROM {_TABLE} WHERE {{where}}
        ) AS here
        CROSS JOIN LATERAL (
            SELECT
                coalesce(string_agg(mark, ' ') FILTER (WHERE here.title_words @@ said), '')
                    ::tsvector AS in_title,
                coalesce(string_agg(mark || ':' || places, ' ') FILTER (WHERE places <> ''), '')
                    ::tsvector AS in_lead,
                coalesce(string_agg(mark, ' '), '')::tsvector AS in_body
            FROM (
                SELECT mark, said, concat_ws(',',
                    CASE WHEN here.lead @@ in_title THEN '1A' END,
                    CASE WHEN here.lead @@ in_keywords THEN '2B' END,
                    CASE WHEN here.lead @@ in_summary THEN '3C' END) AS places
                FROM unnest(%(marks)s, %(said)s::text[]::tsquery[], %(a)s::text[]::tsquery[],
                        %(b)s::text[]::tsquery[], %(c)s::text[]::tsquery[])
                    AS list (mark, said, in_title, in_keywords, in_summary)
                WHERE here.body @@ said
            ) AS standing
        ) AS found
    ) AS made
    WHERE row.id = made.id AND (
        row.title_words <> made.title_words OR row.lead <> made.lead OR row.body <> made.body
    )
"""  # noqa: S608


def wait_for_turn() -> None:
    """One transaction at a time changes what is on show, from here to its end: so the moments of
    rows come in the order in which they are seen, and the newest tells whether anything changed
    (`searching.Shelf.stamp`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@transaction.atomic
def mark_items(items: Iterable[Item]) -> None:
    """Every list in the rows of these items."""
    lists = list(_cut(SynonymGroup.objects.in_use()))
    if lists:
        _mark(lists, "item_id = ANY(%(items)s)", items=[item.pk for item in items])


@transaction.atomic
def mark_lists(groups: Sequence[SynonymGroup]) -> None:
    """These lists in every row; one that was removed goes."""
    wait_for_turn()
    lists = list(_cut(groups))
    touched = either(*(query for one in lists for query in (f"'{one.mark}'", one.said)))
    _mark(lists, "body @@ %(touched)s::tsquery", touched=touched)


@transaction.atomic
def mark_everything() -> None:
    """Every list in every row."""
    wait_for_turn()
    _mark(list(_cut(SynonymGroup.objects.all())), "true")


@dataclass(frozen=True, slots=True)
class _Cut:
    """A list as PostgreSQL cuts its words, as a tsquery."""

    mark: str
    said: str


def _cut(groups: Iterable[SynonymGroup]) -> Iterator[_Cut]:
    known = list(groups)
    said = cut(
        [some for group in known for some in (single(group.terms), expressions(group.terms))]
    )
    for group, words, whole in zip(known, said[::2], said[1::2], strict=True):
        # Of an expression of which PostgreSQL leaves one word ("do first"), that word alone says
        # something else.
        every = [*alternatives(words), *(one for one in alternatives(whole) if "<" in one)]
        yield _Cut(mark(group.pk), "" if group.removed_at else " | ".join(every))


def _mark(lists: Sequence[_Cut], where: str, **values: Any) -> None:
    said = [one.said for one in lists]
    places = {place.lower(): [at(one, place) for one in said] for place in "ABC"}
    marks = [one.mark for one in lists]
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK.format(where=where), {"marks": marks, "said": said, **places, **values}
        )
