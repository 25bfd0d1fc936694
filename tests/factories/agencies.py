from factory.django import DjangoModelFactory

from mvai.agencies.models import Agency


class AgencyFactory(DjangoModelFactory):
    """An agency that staff added: a name and a state."""

    class Meta:
        model = Agency

    name = "Riverton Police Department"
    state = "MN"
