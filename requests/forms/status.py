"""What the leader does on the status page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The six digits that were sent to the number or the address on the request."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        error_messages={"required": _("Enter the six digits we sent you.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9 ]*"}
        ),
    )

    def clean_code(self):
        """People copy codes with spaces; only the digits count."""
        return "".join(filter(str.isdigit, self.cleaned_data["code"]))


class WhereForm(forms.Form):
    """The number or the address that was left with a request."""

    where = forms.CharField(
        label=_("Cell number or e-mail"),
        max_length=254,
        help_text=_("The one you left with us. A code goes there."),
        error_messages={"required": _("Enter your number or your e-mail.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class DelegateCodeForm(forms.Form):
    """The own number of somebody who stands in for the leader."""

    own_number = forms.CharField(
        label=_("Your own cell number"),
        max_length=60,
        error_messages={"required": _("Enter your own number.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
