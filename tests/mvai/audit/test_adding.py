from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField

from mvai.audit.adding import PREPARED, STORED_AS_THEY_ARE, add, add_if_new
from mvai.people.models import Channel, ContactPoint
from tests.factories import NOON
from tests.factories.people import PersonFactory
from tests.factories.requests import AssistanceRequestFactory

pytestmark = pytest.mark.django_db


def numbers(person, *values):
    return [ContactPoint(person=person, channel=Channel.SMS, value=value) for value in values]


def test_rows_that_are_all_new_have_their_keys_after_one_query(django_assert_num_queries):
    rows = numbers(PersonFactory(), "202 555 0101", "202 555 0102")

    with django_assert_num_queries(1):
        assert add_if_new(rows)

    assert [ContactPoint.objects.get(pk=row.pk).value for row in rows] == [
        "202 555 0101",
        "202 555 0102",
    ]


def test_a_row_that_was_added_can_be_saved_again():
    [row] = numbers(PersonFactory(), "202 555 0101")
    add_if_new([row])

    row.sort = 3
    row.save()

    assert ContactPoint.objects.get().sort == 3


def test_more_rows_than_usual_have_their_keys_too():
    rows = numbers(PersonFactory(), *(f"202 555 01{last:02}" for last in range(PREPARED + 1)))
    add(rows)

    kept = ContactPoint.objects.in_bulk()
    assert {pk: point.value for pk, point in kept.items()} == {row.pk: row.value for row in rows}


@pytest.mark.parametrize("more", [(), ("202 555 0102",)])
def test_a_row_that_is_there_already_is_left_and_said(more):
    person = PersonFactory()
    assert add_if_new(numbers(person, "202 555 0101"))

    assert not add_if_new(numbers(person, "202 555 0101", *more))

    assert ContactPoint.objects.count() == 1 + len(more)


def test_what_the_database_refuses_otherwise_is_still_refused():
    with pytest.raises(IntegrityError, match="people_contact_has_a_value"), transaction.atomic():
        add_if_new(numbers(PersonFactory(), ""))


def test_every_kind_of_value_arrives_as_if_the_row_were_saved():
    said = AssistanceRequestFactory.build(
        leader=PersonFactory(), call_name="O’Neil; 100 % 'quoted'", happened_at=NOON
    )
    add([said])

    kept = type(said).objects.get(pk=said.pk)
    for field in said._meta.concrete_fields:
        assert getattr(kept, field.attname) == getattr(said, field.attname), field.name


SAMPLES = {
    bool: (True, False),
    datetime: (NOON, NOON.astimezone(ZoneInfo("America/Chicago"))),
    int: (0, -1, 2**15 - 1),
    str: ("", " O’Neil; 100 % ", "'quoted'"),
    UUID: (uuid4(),),
}


@pytest.mark.parametrize("field", STORED_AS_THEY_ARE, ids=lambda field: field.__name__)
def test_what_is_stored_as_it_is_is_what_django_would_store(field):
    column = field(max_length=80) if field is CharField else field()
    for value in (None, *SAMPLES[STORED_AS_THEY_ARE[field]]):
        prepared = column.get_db_prep_save(value, connection)
        assert (type(prepared), prepared) == (type(value), value)


def test_a_moment_without_a_zone_is_complained_of():
    naive = ContactPoint(person=PersonFactory(), proven_at=NOON.replace(tzinfo=None))

    with pytest.raises(RuntimeWarning, match="received a naive datetime"):
        add([naive])


def test_adding_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        add([])


def test_a_row_that_must_be_new_is_refused_when_it_is_not():
    person = PersonFactory()
    add(numbers(person, "202 555 0101"))

    with pytest.raises(IntegrityError, match="there_once"), transaction.atomic():
        add(numbers(person, "202 555 0101"))
