from factory import SubFactory
from factory.django import DjangoModelFactory

from mvai.people.models import Channel, ContactPoint, Person
from mvai.people.normal import normalize
from tests.factories import NOON


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    full_name = "Alex Moreno"
    title = "Chief"
    time_zone = "America/Chicago"


class ContactPointFactory(DjangoModelFactory):
    """A proven cell number that a message can go to."""

    class Meta:
        model = ContactPoint

    person = SubFactory(PersonFactory)
    channel = Channel.SMS
    value = "(202) 555-0143"
    proven_at = NOON

    @classmethod
    def _create(cls, model_class, *args, **given):
        given.setdefault("normalized", normalize(given["channel"], given["value"]))
        return super()._create(model_class, *args, **given)
