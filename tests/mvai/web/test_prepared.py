"""A prepared query answers as the query it was written from, whatever values come after."""

from datetime import timedelta

import pytest
from django.db.models import Count, F, Max, Q

from mvai.duty.models import Shift
from mvai.people.models import ContactPoint, Person
from mvai.web.prepared import Given, Prepared, PreparedUpdate, among, given_time, totals
from tests.factories import NOON
from tests.factories.duty import ShiftFactory
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_each_time_it_answers_for_the_values_of_that_time():
    ShiftFactory(starts_at=NOON, ends_at=NOON + HOUR)
    on_duty = Prepared(
        lambda: Shift.objects.on_duty(given_time("at")).annotate(until=F("ends_at")).values("until")
    )

    assert on_duty.rows(at=NOON) == [{"until": NOON + HOUR}]
    assert on_duty.rows(at=NOON - HOUR) == []
    assert on_duty.rows(at=NOON) == [{"until": NOON + HOUR}]


def test_it_is_written_once():
    written = []
    shifts = Prepared(lambda: written.append(1) or Shift.objects.values("pk"))

    shifts.rows()
    shifts.rows()

    assert len(written) == 1


def test_a_value_that_is_not_given_is_an_error():
    on_duty = Prepared(lambda: Shift.objects.on_duty(given_time("at")).values("pk"))

    with pytest.raises(KeyError):
        on_duty.rows()


def test_it_counts_as_far_as_its_limit():
    for day in range(4):
        ShiftFactory(starts_at=NOON + day * 24 * HOUR, ends_at=NOON + (day * 24 + 1) * HOUR)

    assert Prepared(lambda: Shift.objects.values("pk")[:3]).count() == 3


@pytest.mark.parametrize("found", [0, 2])
def test_totals_are_one_row_even_of_nothing(found):
    for day in range(found):
        ShiftFactory(starts_at=NOON + day * 24 * HOUR, ends_at=NOON + (day * 24 + 1) * HOUR)
    late = Q(starts_at__gt=given_time("after"))
    query = Prepared(
        lambda: totals(
            Shift.objects.all(), all=Count("pk"), late=Count("pk", filter=late), last=Max("ends_at")
        )
    )

    last = NOON + 25 * HOUR if found else None
    assert query.rows(after=NOON) == [{"all": found, "late": max(found - 1, 0), "last": last}]


class TestInstances:
    def test_they_are_as_any_others(self):
        kept = PersonFactory(full_name="Alex")
        [row] = Prepared(lambda: Person.objects.filter(pk=Given("pk"))).instances(pk=kept.pk)

        row.title = "Chief"
        row.save()

        assert Person.objects.get().addressed_as == "Chief Alex"

    def test_a_list_of_values_may_be_given(self):
        points = [ContactPointFactory() for _ in range(3)]
        theirs = Prepared(
            lambda: ContactPoint.objects.filter(among("person", "people")).order_by("pk")
        )
        two = [point.person_id for point in points[:2]]

        assert theirs.instances(people=two) == points[:2]
        assert theirs.instances(people=[]) == []

    def test_an_annotation_becomes_an_attribute(self):
        PersonFactory(full_name="Alex")
        [row] = Prepared(lambda: Person.objects.annotate(also=F("full_name"))).instances()

        assert row.also == "Alex"


class TestUpdates:
    RENAMING = PreparedUpdate(
        lambda: (
            Person.objects.filter(pk=Given("pk")).order_by("full_name"),
            {"full_name": Given("to"), "title": "Chief"},
        )
    )

    def test_they_change_the_rows_that_are_given_and_no_others(self):
        one, other = PersonFactory(full_name="Alex"), PersonFactory(full_name="Sam")

        assert self.RENAMING.run(pk=one.pk, to="Ann O'Hara %s") == 1

        assert Person.objects.get(pk=one.pk).addressed_as == "Chief Ann O'Hara %s"
        assert Person.objects.get(pk=other.pk).full_name == "Sam"

    def test_each_time_they_take_the_values_of_that_time(self):
        one = PersonFactory()

        for name in ("Alex", "Sam"):
            self.RENAMING.run(pk=one.pk, to=name)
            assert Person.objects.get(pk=one.pk).full_name == name

    def test_no_row_is_none_changed(self):
        assert self.RENAMING.run(pk=0, to="Alex") == 0

    def test_a_field_may_become_another(self):
        one = PersonFactory(full_name="Alex", title="Chief")
        untitled = PreparedUpdate(
            lambda: (Person.objects.filter(pk=Given("pk")), {"full_name": F("title"), "title": ""})
        )

        assert untitled.run(pk=one.pk) == 1
        assert Person.objects.get(pk=one.pk).full_name == "Chief"
