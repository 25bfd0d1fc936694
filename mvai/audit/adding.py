"""Adds rows in one statement, without a savepoint and without reading them back.

Django builds an INSERT anew each time, which takes longer than PostgreSQL needs to run it. What
leaders wait for adds its rows here: the statement is put together once for each model and
number of rows, and planned once on each connection. Values go through the model's fields, as in
`save()`; expressions and signals are not for this path.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    SmallIntegerField,
    TextField,
    UUIDField,
)

from mvai.web.statements import Statement

# What Django would hand to the driver unchanged: most values, and asking it takes most of the time.
STORED_AS_THEY_ARE: dict[type[Field], type] = {
    BooleanField: bool,
    CharField: str,
    DateTimeField: datetime,
    TextField: str,
    BigAutoField: int,
    IntegerField: int,
    BigIntegerField: int,
    PositiveIntegerField: int,
    PositiveSmallIntegerField: int,
    SmallIntegerField: int,
    UUIDField: UUID,
}
_UNSET = object()
PREPARED = 8  # as many rows are usual: a prepared statement for each number is worth its memory


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
    model = type(rows[0])
    values = []
    for row in rows:
        held = row.__dict__
        for field, name, kind in _columns(model):
            value = held.get(name, _UNSET)
            if kind is None or not (value is None or _is_stored_as(value, kind)):
                value = field.get_db_prep_save(field.pre_save(row, True), database)
            values.append(value)
    with database.cursor() as cursor:
        if len(rows) <= PREPARED:
            _statement(model, len(rows), on_conflict).run(cursor, values)
        else:
            cursor.execute(_sql(model, ["%s"] * len(values), on_conflict), values)
        keys = cursor.fetchall()
    if len(keys) < len(rows):
        return False
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = database.alias
    return True


@cache
def _fields(model: type[Model]) -> list[Field]:
    meta: Any = model._meta
    return [
        field
        for field in meta.local_concrete_fields
        if field is not meta.pk and not field.generated
    ]


@cache
def _columns(model: type[Model]) -> list[tuple[Field, str, type | None]]:
    """Each field, the attribute that holds its value, and the type that is stored as it is."""
    return [(field, field.attname, _kind(field)) for field in _fields(model)]


def _kind(field: Field) -> type | None:
    if isinstance(field, ForeignKey):
        field = field.target_field
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return None
    return STORED_AS_THEY_ARE.get(type(field))


def _is_stored_as(value: Any, kind: type) -> bool:
    if kind is datetime:  # one that doesn't know its zone is for Django to complain of
        return type(value) is datetime and value.tzinfo is not None
    return type(value) is kind


@cache
def _statement(model: type[Model], rows: int, on_conflict: str) -> Statement:
    places = [f"${number + 1}" for number in range(rows * len(_fields(model)))]
    return Statement(_sql(model, places, on_conflict), len(places))


def _sql(model: type[Model], places: Sequence[str], on_conflict: str) -> str:
    name = connections[DEFAULT_DB_ALIAS].ops.quote_name
    meta: Any = model._meta
    columns = [name(str(field.column)) for field in _fields(model)]
    lines = [
        f"({', '.join(places[start : start + len(columns)])})"
        for start in range(0, len(places), len(columns))
    ]
    return (
        f"INSERT INTO {name(meta.db_table)} ({', '.join(columns)})"  # noqa: S608
        f" VALUES {', '.join(lines)} {on_conflict} RETURNING {name(meta.pk.column)}"
    )
