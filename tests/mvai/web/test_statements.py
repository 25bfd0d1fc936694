"""A statement is planned once on each connection, and is there whenever it is needed."""

import pytest
from django.db import ProgrammingError, connection, transaction

from mvai.people.models import Person
from mvai.web.statements import Statement
from tests.factories.people import PersonFactory


def names_known():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return [name for (name,) in cursor.fetchall()]


def answer(statement, *values):
    with connection.cursor() as cursor:
        statement.run(cursor, values)
        return cursor.fetchone()[0]


@pytest.mark.django_db
class TestInOneTransaction:
    def test_each_time_it_answers_for_its_values(self):
        doubled = Statement("SELECT $1::int * 2", 1)

        assert [answer(doubled, number) for number in (1, 2, 3)] == [2, 4, 6]
        assert names_known().count(doubled.name) == 1

    def test_it_may_take_no_values_and_hold_a_percent_sign(self):
        assert answer(Statement("SELECT '5 % of all'", 0)) == "5 % of all"

    def test_two_with_the_same_words_are_kept_apart(self):
        one, other = Statement("SELECT 1", 0), Statement("SELECT 1", 0)

        assert answer(one) == answer(other) == 1
        assert {one.name, other.name} <= set(names_known())

    def test_it_outlives_what_is_rolled_back(self):
        statement = Statement("SELECT count(*) FROM people_person WHERE full_name = $1", 1)
        with transaction.atomic():
            PersonFactory(full_name="Alex")
            assert answer(statement, "Alex") == 1
            transaction.set_rollback(True)

        assert answer(statement, "Alex") == 0

    def test_only_asking_counts_among_a_page_s_queries(self, django_assert_num_queries):
        statement = Statement("SELECT 1", 0)
        with django_assert_num_queries(2):
            answer(statement)
            answer(statement)

    def test_wrong_sql_is_an_error_of_django_s_each_time(self):
        wrong = Statement("SELECT nothing FROM nowhere", 0)
        for _time in range(2):
            with pytest.raises(ProgrammingError), transaction.atomic():
                answer(wrong)

        assert wrong.name not in names_known()


@pytest.mark.django_db(transaction=True)
class TestOnAnotherConnection:
    def test_it_is_prepared_again(self):
        statement = Statement("SELECT $1::int", 1)
        answer(statement, 1)
        connection.close()

        assert answer(statement, 2) == 2
        assert statement.name in names_known()

    def test_a_column_added_meanwhile_doesn_t_disturb_it(self):
        named = Statement("SELECT full_name FROM people_person", 0)
        PersonFactory(full_name="Alex")
        answer(named)
        table = Person._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN added int")
        try:
            assert answer(named) == "Alex"
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table} DROP COLUMN added")
