"""allauth's forms in our words: labels say what a field is, so nothing stands inside it."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils.translation import gettext_lazy as _

from mvai.accounts.lockout import guard

_LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Your password now"),
    "password1": _("New password"),
    "password2": _("New password once more"),
    "code": _("Code"),
}


PASSKEY_NAME = 60  # characters


class _Plain:
    """Takes the words out of the fields, and the link that the page has itself."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = _LABELS.get(name, field.label)
            if name == "password":
                field.help_text = ""


class LoginForm(_Plain, account.LoginForm):
    pass


class ReauthenticateForm(_Plain, account.ReauthenticateForm):
    pass


class ChangePasswordForm(_Plain, account.ChangePasswordForm):
    pass


class SetPasswordForm(_Plain, account.SetPasswordForm):
    pass


class ResetPasswordForm(_Plain, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_Plain, account.ResetPasswordKeyForm):
    pass


class _Counted:
    """Counts wrong codes with wrong passwords: both are guesses at one account."""

    def clean_code(self) -> str:
        with guard.one_try(context.request, self.user.email) as judged:
            code: str = super().clean_code()  # type: ignore[misc]
            judged.was_right()
        return code


class AuthenticateForm(_Counted, _Plain, mfa.AuthenticateForm):
    pass


class ReauthenticateMFAForm(_Counted, _Plain, mfa.ReauthenticateForm):
    pass


class CredentialField(forms.JSONField):
    """What a device answered. Anybody can send anything here, numbers too long to read as well."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            raise get_adapter().validation_error("incorrect_code") from None

    def bound_data(self, data: Any, initial: Any) -> str:
        return ""  # it is good once: the page asks the device again

    def prepare_value(self, value: Any) -> str:
        return ""


# What reading an answer that no device would give raises, beside what the library says itself.
_NO_ANSWER = (
    ArithmeticError,
    AttributeError,
    InvalidSignature,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


@contextmanager
def _odd_is_wrong() -> Iterator[None]:
    try:
        yield
    except _NO_ANSWER:
        raise get_adapter().validation_error("incorrect_code") from None


class _OneAnswer:
    """An answer that can't be read is a wrong one."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["credential"] = CredentialField(widget=forms.HiddenInput)  # type: ignore[attr-defined]

    def clean_credential(self) -> Authenticator:
        with _odd_is_wrong():
            return super().clean_credential()  # type: ignore[misc, no-any-return]


class AuthenticatePasskeyForm(_OneAnswer, webauthn.AuthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(_OneAnswer, webauthn.LoginWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(_OneAnswer, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(_Plain, webauthn.AddWebAuthnForm):
    """`passwordless` asks the device to check the person itself, and to keep the account's name."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["credential"] = CredentialField(widget=forms.HiddenInput)
        name = self.fields["name"]
        name.max_length = PASSKEY_NAME
        name.widget.attrs |= {"maxlength": PASSKEY_NAME, "autocomplete": "off"}
        name.label, name.help_text = _("Name"), _("So that you know it from others.")
        alone = self.fields["passwordless"]
        alone.initial, alone.label = True, _("It signs me in alone, without a password")
        alone.help_text = _("Needs a finger, face or PIN on the device. Untick it for a plain key.")

    def clean_name(self) -> str:
        return super().clean_name()[:PASSKEY_NAME]

    def clean(self) -> dict[str, Any]:
        with _odd_is_wrong():
            return super().clean()  # type: ignore[no-any-return]


class RenamePasskeyForm(_Plain, webauthn.EditWebAuthnForm):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["name"] = forms.CharField(label=_("Name"), max_length=PASSKEY_NAME)


class ActivateTOTPForm(_Plain, totp.ActivateTOTPForm):
    """The code that sets the app up is used up by it, as every other code is by signing in."""

    def clean_code(self) -> str:
        code = super().clean_code()
        secret = {"secret": get_adapter().encrypt(self.secret)}
        app = Authenticator(user=self.user, type=Authenticator.Type.TOTP, data=secret)
        if not TOTP(app).validate_code(code):
            raise get_adapter().validation_error("incorrect_code")
        return code
