"""allauth's forms in our words: labels say what a field is, so nothing stands inside it."""

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
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


class ActivateTOTPForm(_Plain, totp.ActivateTOTPForm):
    pass
