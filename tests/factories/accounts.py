import time
from datetime import timedelta

from django.test import Client
from factory import Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from mvai.accounts.models import FactorRecovery, Invitation, User
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


class InvitationFactory(DjangoModelFactory):
    """Somebody was invited at NOON, and nobody has chosen a password."""

    class Meta:
        model = Invitation

    user = SubFactory(UserFactory, duty_officer=True)
    invited_by = SubFactory(UserFactory, administrator=True)
    invited_at = NOON
    expires_at = NOON + timedelta(hours=72)


class FactorRecoveryFactory(DjangoModelFactory):
    """One administrator has opened it at NOON; another is to confirm it."""

    class Meta:
        model = FactorRecovery

    user = SubFactory(UserFactory, duty_officer=True)
    reason = "Called back, and it was them."
    opened_by = SubFactory(UserFactory, administrator=True)
    opened_at = NOON
    expires_at = NOON + timedelta(hours=24)


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
