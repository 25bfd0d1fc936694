from datetime import timedelta

from factory import SubFactory
from factory.django import DjangoModelFactory

from mvai.duty.models import Alarm, AlarmStep, Audience, DutyRole, Shift
from tests.factories import NOON
from tests.factories.accounts import UserFactory


class ShiftFactory(DjangoModelFactory):
    """The first on call for the twelve hours around NOON."""

    class Meta:
        model = Shift

    user = SubFactory(UserFactory, duty_officer=True)
    role = DutyRole.PRIMARY
    starts_at = NOON - timedelta(hours=6)
    ends_at = NOON + timedelta(hours=6)


class AlarmFactory(DjangoModelFactory):
    """An alarm that rings since NOON, with no step planned."""

    class Meta:
        model = Alarm

    kind = "doorbell"
    subject_type = "people.person"
    subject_id = 1
    label = "MV-7K4Q"
    raised_at = NOON
    rang_at = NOON


class AlarmStepFactory(DjangoModelFactory):
    class Meta:
        model = AlarmStep

    alarm = SubFactory(AlarmFactory)
    ringing = 1
    number = 1
    audience = Audience.PRIMARY
    due_at = NOON
