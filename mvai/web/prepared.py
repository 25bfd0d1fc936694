"""Queries whose SQL is written once in a process and then asked with ever new values.

Django writes the SQL of a query anew each time it is asked. Where a leader waits, and on the
pages that the desk keeps open, that takes several times as long as the database's answer. The
SQL still comes from a queryset, so the rules stay where they are.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from django.db import connection
from django.db.models import (
    BooleanField,
    DateTimeField,
    Expression,
    F,
    Field,
    Func,
    Model,
    QuerySet,
    Value,
)

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """Stands in a prepared query for a value that is named when the query is asked."""

    def __init__(self, name: str, output_field: Field | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


def given_time(name: str) -> Given:
    return Given(name, DateTimeField())


def among(field: str, name: str) -> Func:
    """The condition that a column is one of the values in a `Given` list."""
    return Func(
        F(field),
        Func(Given(name), function="ANY", output_field=BooleanField()),
        arg_joiner=" = ",
        template="%(expressions)s",
        output_field=BooleanField(),
    )


Moment = datetime | Given


class Prepared:
    """A query out of `write`, which may hold `Given` values and must not depend on anything else.

    Values go to the driver as they are, and what comes back is the driver's: a column whose
    field converts (JSON, our own types) is not for a prepared query.
    """

    def __init__(self, write: Callable[[], QuerySet]) -> None:
        self._write = write

    @cached_property
    def _written(self) -> tuple[str, tuple[Any, ...]]:
        return self._write().query.sql_with_params()

    def rows(self, **values: Any) -> list[dict[str, Any]]:
        """The rows, each by the names of its columns."""
        sql, places = self._written
        with connection.cursor() as cursor:
            cursor.execute(sql, self._filled(places, values))
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def count(self, **values: Any) -> int:
        """How many rows there are, as far as the query's own limit."""
        sql, places = self._written
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS found", self._filled(places, values))  # noqa: S608
            return cursor.fetchone()[0]

    def instances(self, model: type[Row], **values: Any) -> list[Row]:
        """The rows as instances of `model`; annotations become attributes."""
        names = {str(field.column): field.attname for field in model._meta.concrete_fields}
        made = []
        for row in self.rows(**values):
            own = {names[column]: row.pop(column) for column in names}
            instance = model.from_db(connection.alias, list(own), list(own.values()))
            for name, value in row.items():
                setattr(instance, name, value)
            made.append(instance)
        return made

    @staticmethod
    def _filled(places: tuple[Any, ...], values: dict[str, Any]) -> list[Any]:
        return [values[one.name] if isinstance(one, Given) else one for one in places]


def totals(rows: QuerySet, **aggregates: Any) -> QuerySet:
    """A query of one row: the aggregates over all rows. `aggregate()` would ask at once."""
    # Grouped by a constant, which is one group even when there are no rows.
    return rows.order_by().values(every=Value(1)).annotate(**aggregates).values(*aggregates)
