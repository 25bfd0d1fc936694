from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from mvai.accounts.lock.rules import IDLE
from mvai.accounts.models import User
from tests.factories import NOON
from tests.factories.accounts import UserFactory, sign_in
from tests.mvai.accounts.lock_world import PASSWORD, leave_alone


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """Argon2 is slow on purpose; here its slowness protects nobody."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def at_noon() -> Iterator[None]:
    """The clock stands at NOON."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def lena() -> User:
    return UserFactory(administrator=True)


@pytest.fixture
def dana() -> User:
    user = UserFactory(duty_officer=True, email="dana@mvai.example")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def secret(dana) -> str:
    secret = generate_totp_secret()
    TOTP.activate(dana, secret)
    return secret


@pytest.fixture
def at_work(client, dana, secret) -> Client:
    """Dana's browser, signed in a moment ago."""
    return sign_in(client, dana)


@pytest.fixture
def locked(at_work) -> Client:
    leave_alone(at_work, IDLE)
    return at_work
