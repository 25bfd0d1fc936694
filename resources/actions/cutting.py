"""Words as PostgreSQL cuts them, for `actions.searching` and `actions.marking`."""

from collections.abc import Sequence

from django.db import connection

# By both languages: a text is cut by its own, and asked for by readers of either.
_CUT = "(to_tsquery('english', %s) || to_tsquery('spanish', %s))::text"


def cut(queries: Sequence[str]) -> Sequence[str]:
    """Each query as PostgreSQL reads it (tsquery, as text); empty where no word is left."""
    if not queries:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join([_CUT] * len(queries)),
            [one for query in queries for one in (query, query)],
        )
        return cursor.fetchone()
