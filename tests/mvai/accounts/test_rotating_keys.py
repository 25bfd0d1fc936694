"""The key of the second factors can be changed while everybody keeps theirs."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import CommandError, call_command

from mvai.audit.models import AuditEntry
from mvai.web import sealing
from tests.factories.outbox import RoomFactory
from tests.mvai.accounts.lock_world import code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(dana, secret):
    RecoveryCodes.activate(dana)
    return RoomFactory()


def codes(dana) -> list[str]:
    return RecoveryCodes(
        Authenticator.objects.get(user=dana, type="recovery_codes")
    ).get_unused_codes()


def test_afterward_the_new_key_alone_opens_everything(settings, dana, secret, sealed, capsys):
    before, old, new = codes(dana), settings.MFA_KEY, sealing.make_key()
    room_secret = sealing.unseal(sealed.secret)
    settings.MFA_KEY = f"{new},{old}"
    for _twice in range(2):
        call_command("rotate_mfa_key")

    settings.MFA_KEY = new
    totp = Authenticator.objects.get(user=dana, type="totp")
    assert get_adapter().decrypt(totp.data["secret"]) == secret
    assert totp.wrap().validate_code(code_of(secret))
    assert codes(dana) == before
    sealed.refresh_from_db()
    assert sealing.unseal(sealed.secret) == room_secret
    assert "2 second factors and 1 chat rooms" in capsys.readouterr().out
    assert AuditEntry.objects.filter(verb="mfa_key.rotated").count() == 2


def test_a_secret_that_no_key_opens_is_said_and_nothing_is_lost(settings, dana, secret, sealed):
    before = Authenticator.objects.get(user=dana, type="totp").data
    settings.MFA_KEY = sealing.make_key()

    with pytest.raises(CommandError, match="opens with none of the keys"):
        call_command("rotate_mfa_key")

    assert Authenticator.objects.get(user=dana, type="totp").data == before
