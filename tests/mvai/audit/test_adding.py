import pytest
from django.db import IntegrityError, transaction

from mvai.audit.adding import add_if_new
from mvai.people.models import Channel, ContactPoint
from tests.factories.people import PersonFactory

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


@pytest.mark.parametrize("more", [(), ("202 555 0102",)])
def test_a_row_that_is_there_already_is_left_and_said(more):
    person = PersonFactory()
    assert add_if_new(numbers(person, "202 555 0101"))

    assert not add_if_new(numbers(person, "202 555 0101", *more))

    assert ContactPoint.objects.count() == 1 + len(more)


def test_what_the_database_refuses_otherwise_is_still_refused():
    with pytest.raises(IntegrityError, match="people_contact_has_a_value"), transaction.atomic():
        add_if_new(numbers(PersonFactory(), ""))
