from collections.abc import Iterator

import pytest
import time_machine

from tests.factories import NOON


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """Pages read the clock; here it stands at NOON until it is moved."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock
