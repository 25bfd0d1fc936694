"""Queries whose SQL is written once in a process and then asked with ever new values.

Django writes the SQL of a query anew each time it is asked, and PostgreSQL plans it anew. Where
a leader waits, and on the pages that the desk keeps open, that takes several times as long as
the answer. The SQL still comes from a queryset, so the rules stay where they are.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.utils import CursorWrapper
from django.db.models import (
    BooleanField,
    DateTimeField,
    Expression,
    F,
    Field,
    Func,
    QuerySet,
    Value,
)
from django.db.models.query import get_related_populators
from django.db.models.sql.subqueries import UpdateQuery
from psycopg2.extensions import AsIs

from mvai.web.statements import Statement


class Given(Expression):
    """Stands in a prepared query for a value that is named when the query is asked.

    Name its type where PostgreSQL can't tell it from what it is compared with.
    """

    def __init__(self, name: str, output_field: Field | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name
        self.db_type = output_field.db_type(connection) if output_field else None

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

    Values go to the driver as they are. Plain rows come back as the driver gives them: a column
    whose field converts (JSON, our own types) is for `instances` alone.
    """

    def __init__(self, write: Callable[[], QuerySet]) -> None:
        self._write = write

    @cached_property
    def _written(self) -> "_Written":
        return _Written(self._write())

    def rows(self, **values: Any) -> list[dict[str, Any]]:
        """The rows, each by the names of its columns."""
        with connection.cursor() as cursor:
            self._written.ask(cursor, values)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def count(self, **values: Any) -> int:
        """How many rows there are, as far as the query's own limit."""
        with connection.cursor() as cursor:
            self._written.ask_how_many(cursor, values)
            return cursor.fetchone()[0]

    def instances(self, **values: Any) -> list[Any]:
        """The queryset's own instances, with what `select_related` and annotations add."""
        written = self._written
        with connection.cursor() as cursor:
            written.ask(cursor, values)
            return [written.instance(row) for row in cursor.fetchall()]


class _Written:
    """The SQL of a queryset, and how Django would make instances of its rows."""

    def __init__(self, found: QuerySet) -> None:
        compiler = found.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, places = compiler.as_sql()
        self._statement, self._names_given = _statement(sql, places)
        self._annotations = list(compiler.annotation_col_map.items())
        self._converters = list(
            compiler.get_converters([column for column, *_rest in compiler.select]).items()
        )
        self._info = compiler.klass_info
        if self._info is None:  # plain values
            return
        select_fields = self._info["select_fields"]
        self._own = slice(select_fields[0], select_fields[-1] + 1)
        self._names = [column.target.attname for column, *_rest in compiler.select[self._own]]
        # The types are those of a later Django, which asks for one more argument.
        self._related = get_related_populators(  # type: ignore[call-arg]
            self._info, compiler.select, DEFAULT_DB_ALIAS
        )

    @cached_property
    def _counting(self) -> Statement:
        return Statement(
            f"SELECT COUNT(*) FROM ({self._statement.sql}) AS found",  # noqa: S608
            len(self._names_given),
        )

    def ask(self, cursor: CursorWrapper, values: dict[str, Any]) -> None:
        self._statement.run(cursor, [values[name] for name in self._names_given])

    def ask_how_many(self, cursor: CursorWrapper, values: dict[str, Any]) -> None:
        self._counting.run(cursor, [values[name] for name in self._names_given])

    def instance(self, row: tuple[Any, ...]) -> Any:
        if self._converters:
            row = self._converted(row)
        made = self._info["model"].from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
        for populator in self._related:
            populator.populate(row, made)
        for name, column in self._annotations:
            setattr(made, name, row[column])
        return made

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        changed = list(row)
        for column, (converters, expression) in self._converters:
            for convert in converters:
                changed[column] = convert(changed[column], expression, connection)
        return tuple(changed)


class PreparedUpdate:
    """An update out of `write`: the rows, and what they become, by the names of their fields."""

    def __init__(self, write: Callable[[], tuple[QuerySet, dict[str, Any]]]) -> None:
        self._write = write

    @cached_property
    def _statement(self) -> tuple[Statement, list[str]]:
        rows, changes = self._write()
        query: Any = rows.order_by().query.chain(UpdateQuery)
        query.add_update_values(changes)
        sql, places = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return _statement(sql, places)

    def run(self, **values: Any) -> int:
        """How many rows were changed."""
        statement, names = self._statement
        with connection.cursor() as cursor:
            statement.run(cursor, [values[name] for name in names])
            return cursor.rowcount


def _statement(sql: str, places: Sequence[Any]) -> tuple[Statement, list[str]]:
    """The statement with all but the given values in it, and the names of these in their order."""
    given = [place for place in places if isinstance(place, Given)]
    names = list(dict.fromkeys(place.name for place in given))

    def written(place: Any) -> Any:
        if not isinstance(place, Given):
            return place  # a constant, so that a plan can count on it
        number = f"${names.index(place.name) + 1}"
        return AsIs(f"{number}::{place.db_type}" if place.db_type else number)

    with connection.cursor() as cursor:
        text = cursor.mogrify(sql, [written(place) for place in places]).decode()
    return Statement(text, len(names)), names


def totals(rows: QuerySet, **aggregates: Any) -> QuerySet:
    """A query of one row: the aggregates over all rows. `aggregate()` would ask at once."""
    # Grouped by a constant, which is one group even when there are no rows.
    return rows.order_by().values(every=Value(1)).annotate(**aggregates).values(*aggregates)
