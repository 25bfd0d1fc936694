import pytest

from mvai.taxonomy.models import Need


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["once", "twice"])
def test_the_terms_are_there_in_every_test_that_commits(time):
    assert Need.objects.active().count() == 15
