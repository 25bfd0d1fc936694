from collections.abc import Iterator

import pytest
import time_machine

from requests.models import AssistanceRequest
from tests.factories import NOON
from tests.requests.spanish import Spanish


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """Pages read the clock; here it stands at NOON until it is moved."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def nothing_is_left_alone(db) -> Iterator[None]:
    """Whatever a test did: every open request that was taken has an owner and a next action."""
    yield
    assert not AssistanceRequest.objects.unattended().exists()


@pytest.fixture
def spanish(client) -> Spanish:
    """A browser whose every page is checked."""
    return Spanish(client)
