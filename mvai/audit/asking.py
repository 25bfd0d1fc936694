"""Queries that are put together once.

Building a query takes Django longer than PostgreSQL needs to answer a short one. What leaders
wait for asks here: the SQL comes from a queryset, so the rules stay where they are, and is kept.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import BooleanField, Expression, F, Func, Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Given(Expression):
    """Stands in a queryset for a value that comes with each asking."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "(%s)", [self]


def among(field: str, name: str) -> Func:
    """The condition that a column is one of the values in a `Given` list."""
    return Func(
        F(field),
        Given(name),
        arg_joiner=" = ANY",
        template="%(expressions)s",
        output_field=BooleanField(),
    )


class Prepared(Generic[Row]):
    """A queryset of whole rows of plain columns, built when it is first asked."""

    def __init__(self, build: Callable[[], QuerySet[Row]]) -> None:
        self.build = build

    def rows(self, **given: Any) -> list[Row]:
        """The rows for these values, one for each `Given` of the queryset."""
        model, names, sql, parameters = self._built
        values = [
            given[one.name] if isinstance(one, Given) else one  # KeyError: a value is missing
            for one in parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return [model.from_db(connection.alias, names, row) for row in cursor.fetchall()]

    @cached_property
    def _built(self) -> tuple[type[Row], list[str], str, tuple[Any, ...]]:
        queryset = self.build()
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        fields = list(queryset.model._meta.concrete_fields)
        columns = [column for column, _sql, _alias in compiler.select]
        whole = [getattr(column, "target", None) for column in columns] == fields
        if not whole or compiler.get_converters(columns):
            raise TypeError(f"Not whole rows of plain columns: {queryset.model.__name__}")
        return queryset.model, [field.attname for field in fields], sql, parameters
