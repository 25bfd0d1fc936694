import uuid

from factory import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from requests.models import SharedChecklist
from resources.models import TeamChecklist, TeamLine
from tests.factories import NOON
from tests.factories.requests import AssistanceRequestFactory
from tests.factories.resources import EditionFactory


class TeamChecklistFactory(DjangoModelFactory):
    """A copy of a published edition, without lines."""

    class Meta:
        model = TeamChecklist

    edition = SubFactory(EditionFactory)
    item = LazyAttribute(lambda made: made.edition.item)
    revision = 1
    title = "The first hours"
    agency = "Riverton PD"
    time_zone = "America/Chicago"
    press = LazyFunction(uuid.uuid4)
    made_at = NOON
    changed_at = NOON


class TeamLineFactory(DjangoModelFactory):
    """A line of the source's, with nothing written to it."""

    class Meta:
        model = TeamLine

    checklist = SubFactory(TeamChecklistFactory)
    key = Sequence(lambda n: f"{n:012x}")
    section = "First hour"
    position = 1
    text = "Name the incident commander."


class SharedChecklistFactory(DjangoModelFactory):
    """A team's checklist that was made from a leader's page."""

    class Meta:
        model = SharedChecklist

    assistance_request = SubFactory(AssistanceRequestFactory)
    checklist = SubFactory(TeamChecklistFactory)
    shared_at = NOON
