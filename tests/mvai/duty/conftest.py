from dataclasses import dataclass, field

import pytest

from mvai.duty import kinds
from mvai.duty.kinds import AlarmKind
from mvai.duty.models import DutyRole
from tests.factories.people import PersonFactory
from tests.mvai.duty.ringing import staff


@dataclass
class Taken:
    """What the kind's own action was asked to do, and what it shall answer."""

    calls: list = field(default_factory=list)
    refusal: Exception | None = None

    def __call__(self, subject_id, by, at) -> None:
        if self.refusal:
            raise self.refusal
        self.calls.append((subject_id, by, at))


@pytest.fixture
def doorbell(monkeypatch) -> Taken:
    """A kind of alarm that the tests register: the apps above duty have their own."""
    taken = Taken()
    registry = dict(kinds._kinds)
    monkeypatch.setattr(kinds, "_kinds", registry)
    kinds.register(
        AlarmKind("doorbell", "Somebody is at the door", lambda pk: f"/door/{pk}/", taken)
    )
    kinds.register(
        AlarmKind(
            "empty_house", "Nobody is home", lambda pk: "/house/", taken, plan=kinds.MANAGER_FIRST
        )
    )
    return taken


@pytest.fixture
def subject():
    return PersonFactory()


@pytest.fixture
def dana():
    return staff("Dana Ruiz", DutyRole.PRIMARY)


@pytest.fixture
def omar():
    return staff("Omar Haddad", DutyRole.BACKUP)


@pytest.fixture
def ruth():
    return staff("Ruth Klein", DutyRole.MANAGER, program_manager=True)
