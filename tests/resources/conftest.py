import pytest

from tests.resources.desk import editor


@pytest.fixture
def writer(db):
    return editor("Owen Castellano")


@pytest.fixture
def reviewer(db):
    return editor("Priya Nair")
