"""Adds rows in one statement, without a savepoint and without reading them back.

Django builds an INSERT anew each time, which takes longer than PostgreSQL needs to run it. What
leaders wait for adds its rows here: the statement is put together once for each model. Values
go through the model's fields, as in `save()`; expressions and signals are not for this path.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model


def add(rows: Sequence[Model]) -> None:
    """Insert rows of one model and give them their keys; IntegrityError if one can't be."""
    if rows:
        _insert(rows)


def add_if_new(rows: Sequence[Model]) -> bool:
    """Insert those rows that repeat none in the table; True when every one of them was new.

    All rows are of one model, and have their keys once all were new; after a False the caller
    reads what it needs.
    """
    return _insert(rows, "ON CONFLICT DO NOTHING")


def _insert(rows: Sequence[Model], on_conflict: str = "") -> bool:
    database = connections[DEFAULT_DB_ALIAS]  # itself: looking it up takes as long as a value
    into, fields, places, returning = _statement(type(rows[0]))
    values = [
        field.get_db_prep_save(field.pre_save(row, True), database)
        for row in rows
        for field in fields
    ]
    with database.cursor() as cursor:
        cursor.execute(
            f"{into} VALUES {', '.join([places] * len(rows))} {on_conflict} {returning}", values
        )
        keys = cursor.fetchall()
    if len(keys) < len(rows):
        return False
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = database.alias
    return True


@cache
def _statement(model: type[Model]) -> tuple[str, list[Field], str, str]:
    """What the statement says before the values, which they are, their places, and the end."""
    name = connections[DEFAULT_DB_ALIAS].ops.quote_name
    meta: Any = model._meta
    fields = [
        field
        for field in meta.local_concrete_fields
        if field is not meta.pk and not field.generated
    ]
    return (
        f"INSERT INTO {name(meta.db_table)} ({', '.join(name(field.column) for field in fields)})",
        fields,
        f"({', '.join(['%s'] * len(fields))})",
        f"RETURNING {name(meta.pk.column)}",
    )
