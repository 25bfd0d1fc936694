import pytest
from django.db.models import F

from mvai.audit.asking import Given, Prepared, among
from mvai.audit.models import AuditEntry
from mvai.people.models import ContactPoint, Person
from tests.factories.people import ContactPointFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_each_asking_has_values_of_its_own():
    called = Prepared(
        lambda: Person.objects.filter(full_name=Given("name")).exclude(title="Sheriff")
    )
    alex, robin = PersonFactory(full_name="Alex"), PersonFactory(full_name="Robin’s 100 %")
    PersonFactory(full_name="Alex", title="Sheriff")

    assert called.rows(name="Alex") == [alex]
    assert called.rows(name=robin.full_name) == [robin]
    assert called.rows(name="") == []


def test_a_row_is_as_any_other():
    kept = PersonFactory(full_name="Alex")
    [row] = Prepared(lambda: Person.objects.filter(pk=Given("pk"))).rows(pk=kept.pk)

    row.title = "Chief"
    row.save()

    assert Person.objects.get().addressed_as == "Chief Alex"


def test_a_list_of_values_may_be_given():
    points = [ContactPointFactory() for _ in range(3)]
    theirs = Prepared(lambda: ContactPoint.objects.filter(among("person", "people")).order_by("pk"))

    assert theirs.rows(people=[point.person_id for point in points[:2]]) == points[:2]
    assert theirs.rows(people=[points[2].person_id]) == points[2:]


def test_the_queryset_is_built_once(django_assert_num_queries):
    built = []

    def build():
        built.append(1)
        return Person.objects.filter(pk=Given("pk"))

    prepared = Prepared(build)
    assert not built

    with django_assert_num_queries(2):
        prepared.rows(pk=1)
        prepared.rows(pk=2)
    assert built == [1]


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(KeyError):
        Prepared(lambda: Person.objects.filter(pk=Given("pk"))).rows()


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: AuditEntry.objects.all(),
        lambda: Person.objects.values("pk"),
        lambda: Person.objects.only("pk"),
        lambda: Person.objects.annotate(also=F("pk")),
        lambda: ContactPoint.objects.select_related("person"),
    ],
    ids=["a column to convert", "values", "parts", "more", "two rows in one"],
)
def test_only_whole_rows_of_plain_columns_are_read(queryset):
    with pytest.raises(TypeError):
        Prepared(queryset).rows()
