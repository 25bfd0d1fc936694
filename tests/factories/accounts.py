import time

from django.test import Client
from factory import Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from mvai.accounts.models import User
from mvai.accounts.roles import Role
from tests.factories import NOON


class UserFactory(DjangoModelFactory):
    """An account with a requester's role and no password; a trait gives another role."""

    class Meta:
        model = User

    class Params:
        advisor = Trait(roles=[Role.ADVISOR])
        duty_officer = Trait(roles=[Role.DUTY_OFFICER])
        program_manager = Trait(roles=[Role.PROGRAM_MANAGER])
        wellness_coordinator = Trait(roles=[Role.WELLNESS_COORDINATOR])
        content_editor = Trait(roles=[Role.CONTENT_EDITOR])
        auditor = Trait(roles=[Role.AUDITOR])
        administrator = Trait(roles=[Role.ADMINISTRATOR])

    email = Sequence(lambda number: f"person{number}@agency.example")
    person = SubFactory(
        "tests.factories.people.PersonFactory", full_name="Dana Ruiz", title="", time_zone=""
    )
    roles = [Role.REQUESTER]
    password = "!"  # nobody's
    date_joined = NOON


def sign_in(client: Client, user: User, *, method: str = "mfa") -> Client:
    """The client as after a sign-in with password and second factor.

    `method="password"` is a sign-in that stopped short of the second factor.
    """
    client.force_login(user, backend="mvai.accounts.backends.AccountBackend")
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()},
        *([{"method": method, "at": time.time()}] if method != "password" else []),
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
